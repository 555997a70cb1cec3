import { resolve } from 'node:path';
import { usageFailure } from '../../core/errors.ts';
import { isInBucket } from '../../core/files/place.ts';
import { counted, fileSize, printable } from '../../core/text/text.ts';
import type { Books, Deps, Settings, Terminal } from '../../ports/index.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { documentOf } from '../shared/envelope.ts';
import { FILTERS, FILTERS_OWN } from '../shared/filters.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { place } from '../shared/parse-flags.ts';
import { storeFor } from '../shared/store-flags.ts';
import { withBooks } from '../shared/with-books.ts';
import { answering } from './answers.ts';
import { filtersIn } from './filters.ts';
import { finder } from './pictures.ts';
import { pageReader } from './reader.ts';
import type { Telling } from './rows.ts';
import { writeSite } from './write-site.ts';

const SCHEMA = 'pixtab.gallery/1';

const FLAGS = [
  declare('-o, --out <folder>', 'write the page as files, and serve nothing', { parse: place }),
  declare('--no-prompts', 'without prompts, and without the file names that repeat them'),
  declare('--open', 'open it in the browser'),
  declare('--force', 'overwrite a page that is no gallery'),
  ...FILTERS,
  flag.store,
  flag.ofSandbox,
  ...COMMON,
] as const;
type GalleryFlags = FlagsOf<typeof FLAGS>;

export const gallery = defineCommand({
  flags: FLAGS,
  configure: (command) => void command.addHelpText('after', HELP),
  ownFlags: [...FILTERS_OWN, 'out', 'open', 'force'],
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, NOTHING),
});

const NOTHING = { url: null, folder: null, requests: null, pictures: null, gone: null };

const HELP = `
The page is on this machine alone, behind an address that nobody can guess. It reads, and changes nothing. Ctrl-C ends it.

Examples:
  pixtab gallery --open
  pixtab gallery --project shop --since 7d
  pixtab gallery -o site/ --no-prompts           files for a pull request, or a wiki`;

async function run(flags: GalleryFlags, deps: Deps, terminal: Terminal): Promise<number> {
  const settings = await deps.settings(flags);
  const { out } = flags;
  if (out !== undefined) await proveFree(out, flags, deps);
  return withBooks(settings, deps, async (books) => {
    await mentionUnfinished(books, terminal, deps.clock);
    const shown = await showing(flags, settings, books, deps);
    if (out === undefined) await serve(shown, flags, settings, deps, terminal);
    else await write(out, shown, flags, settings, deps, terminal);
    return 0;
  });
}

/** All that a page needs, served or written. */
async function showing(flags: GalleryFlags, settings: Settings, { ledger }: Books, deps: Deps) {
  const telling: Telling = {
    cwd: deps.cwd,
    sandbox: settings.sandbox,
    hidesPrompts: !flags.prompts,
    isPublic: flags.out !== undefined,
  };
  const found = finder({
    ledger,
    files: await deps.pictureFiles(),
    store: () => storeFor(settings, flags, deps),
    deps,
  });
  const sessions = await deps.sessions(settings);
  const reader = pageReader({ ledger, sessions, finder: found, telling, deps, utc: flags.utc === true });
  const filters = filtersIn(flags);
  // Filters that cannot be are said here, and not in the browser.
  await reader.rows(filters, 0, 1);
  const [thumbnails, assets] = [await deps.thumbnails(), await deps.pageAssets()];
  return { telling, reader, finder: found, filters, thumbnails, assets };
}

type Shown = Awaited<ReturnType<typeof showing>>;

async function serve(
  shown: Shown,
  flags: GalleryFlags,
  settings: Settings,
  deps: Deps,
  terminal: Terminal,
): Promise<void> {
  const site = await deps.site(answering(shown));
  try {
    const { url } = site;
    if (flags.json) terminal.out(JSON.stringify(documentOf(SCHEMA, settings, { ...NOTHING, url }), null, 2));
    else {
      terminal.out(url);
      terminal.note('The gallery is there until Ctrl-C, for this machine alone. The address is its key.');
    }
    await terminal.flush();
    if (flags.open) await deps.open(url);
    await stopped(deps.stop);
  } finally {
    await site.close();
  }
}

async function write(
  out: string,
  shown: Shown,
  flags: GalleryFlags,
  settings: Settings,
  deps: Deps,
  terminal: Terminal,
): Promise<void> {
  const progress = terminal.progress('writing the gallery');
  const files = await deps.pictureFiles();
  const pictures = await deps.pictures();
  const folder = resolve(deps.cwd, out);
  const { bytes, ...written } = await writeSite({
    ...shown,
    folder,
    files,
    pictures,
    progress,
    stop: deps.stop,
  }).finally(() => progress.stop());
  const page = `${out.replace(/\/$/, '')}/index.html`;
  if (flags.json) {
    const body = { ...NOTHING, folder, ...written };
    terminal.out(JSON.stringify(documentOf(SCHEMA, settings, body), null, 2));
  } else terminal.out(page);
  const { requests, gone } = written;
  const lost = gone === 0 ? '' : `, and ${counted(gone, 'picture')} that ${gone === 1 ? 'is' : 'are'} gone`;
  terminal.note(
    `${counted(requests, 'request')}, ${counted(written.pictures, 'picture')}${lost}: ${fileSize(bytes)} in ${printable(out)}`,
  );
  if (flags.open) await deps.open(resolve(deps.cwd, page));
}

/** A folder of somebody else's is no place for a hundred files. */
async function proveFree(out: string, { force }: GalleryFlags, deps: Deps): Promise<void> {
  if (isInBucket(out))
    throw usageFailure(
      'The gallery is written into a folder of this machine.',
      'Copy it into the bucket with a tool that says what each of its files is.',
    );
  const files = await deps.pictureFiles();
  const folder = out.replace(/(?<=.)\/$/, '');
  const kind = await files.kindOf(folder);
  if (kind === 'file') throw usageFailure(`-o ${printable(out)} is a file.`, 'It takes a folder: -o site/');
  const isSite = (await files.kindOf(`${folder}/rows/0.js`)) === 'file';
  if (kind === 'none' || isSite || force) return;
  const page = `${folder}/index.html`;
  if ((await files.kindOf(page)) !== 'none')
    throw usageFailure(
      `${printable(page)} exists, and is no gallery.`,
      'Name another folder, or overwrite it with --force.',
    );
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });

import { exitCodeFor, Failure } from '../../core/errors.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Deps, PictureFiles, StoredFile, Terminal } from '../../ports/index.ts';
import { TRASH, trashOf } from '../../project/trash.ts';
import { mentionDue } from '../../purchase/unfinished.ts';
import { defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { documentOf } from '../shared/envelope.ts';

const SCHEMA = 'pixtab.verify/1';

type Finding = 'same' | 'changed' | 'missing';

const FLAGS = [flag.ofSandbox, ...COMMON] as const;

export const verify = defineCommand({
  flags: FLAGS,
  configure: (command) => void command.addHelpText('after', EXAMPLES),
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, _, sandbox) =>
    documentOf(
      SCHEMA,
      { sandbox, failure },
      { same: 0, differing: [], trashed: [], contradictions: [], waiting: 0 },
    ),
});

const EXAMPLES = `
Examples:
  pixtab verify                                  exit 6 where a file is missing or changed`;

async function run(flags: FlagsOf<typeof FLAGS>, deps: Deps, terminal: Terminal): Promise<number> {
  const settings = await deps.settings(flags);
  const books = await deps.books(settings);
  const { ledger, journal } = books;
  try {
    await mentionDue(books, terminal, deps.clock);
    const contradictions = await ledger.contradictions();
    const images = await ledger.savedImages();
    const pictureFiles = await deps.pictureFiles();
    const progress = terminal.progress('reading images');
    const differing: Differing[] = [];
    const trashed: Trashed[] = [];
    const inTrash = trashOf(pictureFiles, deps.sha256);
    for (const [index, image] of images.entries()) {
      if (deps.stop.aborted) throw new Failure('cancelled', 'Cancelled before every image was read.');
      progress.update(`${index} of ${counted(images.length, 'image')}`);
      const finding = await compare(image, pictureFiles, deps.sha256);
      const place = finding === 'same' ? null : await inTrash(image);
      if (place !== null) trashed.push({ image, place });
      else if (finding !== 'same') differing.push({ finding, image });
    }
    progress.stop();
    const same = images.length - differing.length - trashed.length;
    const waiting = (await ledger.abandoned(await journal.ids())).length;
    const failure = failureOf(differing, contradictions, waiting);
    const exitCode = failure ? exitCodeFor(failure.kind) : 0;
    if (flags.json) {
      terminal.out(
        JSON.stringify(
          documentOf(
            SCHEMA,
            { ...settings, failure },
            bodyOf({ same, differing, trashed, contradictions, waiting }),
          ),
          null,
          2,
        ),
      );
    } else {
      for (const { finding, image } of differing)
        terminal.out(`${finding}  ${printable(image.absolutePath)}`);
      for (const sentence of contradictions) terminal.text(`ledger   ${printable(sentence)}`);
    }
    for (const { image, place } of trashed)
      terminal.detail(`in trash ${printable(image.absolutePath)}: ${printable(place)}`);
    if (trashed.length > 0)
      terminal.note(
        `${counted(trashed.length, 'image')} in ${TRASH}, where pixtab apply moved what nobody asks for.`,
      );
    terminal.note(`${counted(same, 'image')} as ${same === 1 ? 'it was' : 'they were'} saved.`);
    if (failure) terminal.alarm(`${terminal.style('red', 'pixtab:')} ${failure.message}`);
    if (failure?.hint) terminal.alarm(`  ${failure.hint}`);
    return exitCode;
  } finally {
    await ledger.close();
  }
}

interface Differing {
  readonly finding: Exclude<Finding, 'same'>;
  readonly image: StoredFile;
}

/** A picture that `apply --prune` moved. */
interface Trashed {
  readonly image: StoredFile;
  readonly place: string;
}

async function compare(
  image: StoredFile,
  pictureFiles: PictureFiles,
  sha256: Deps['sha256'],
): Promise<Finding> {
  if ((await pictureFiles.kindOf(image.absolutePath)) !== 'file') return 'missing';
  return sha256(await pictureFiles.read(image.absolutePath)) === image.sha256 ? 'same' : 'changed';
}

/** null where a ledger contradicts itself nowhere. */
export function contradicted(contradictions: readonly string[]): Failure | null {
  if (contradictions.length === 0) return null;
  const many = contradictions.length === 1 ? 'a contradiction' : `${contradictions.length} contradictions`;
  return new Failure('disk', `The ledger has ${many} in it.`, {
    charged: 'no',
    hint: 'It was left as it is.',
  });
}

function failureOf(
  differing: readonly Differing[],
  contradictions: readonly string[],
  waiting: number,
): Failure | null {
  const contradiction = contradicted(contradictions);
  if (contradiction !== null) return contradiction;
  if (waiting > 0) {
    return new Failure('disk', `${counted(waiting, 'paid answer')} not finished.`, {
      hint: 'Run pixtab recover.',
    });
  }
  if (differing.length === 0) return null;
  return new Failure('partial', `${counted(differing.length, 'image')} not as saved.`, {
    hint: 'Moved, changed or deleted since; pixtab receipt tells what each cost.',
  });
}

interface Verdict {
  readonly same: number;
  readonly differing: readonly Differing[];
  readonly trashed: readonly Trashed[];
  readonly contradictions: readonly string[];
  readonly waiting: number;
}

const bodyOf = ({ same, differing, trashed, contradictions, waiting }: Verdict) => ({
  same,
  differing: differing.map(({ finding, image }) => ({
    finding,
    path: image.absolutePath,
    sha256: image.sha256,
  })),
  trashed: trashed.map(({ image, place }) => ({
    path: image.absolutePath,
    trash: place,
    sha256: image.sha256,
  })),
  contradictions,
  waiting,
});

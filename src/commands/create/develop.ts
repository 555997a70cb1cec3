import { resolve } from 'node:path';
import { developPrompt, wordsIn } from '../../core/drafts/prompt.ts';
import { usageFailure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Settings, Terminal } from '../../ports/index.ts';
import { sidecarPath } from '../../purchase/receipt-file.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { withBooks } from '../shared/with-books.ts';
import { BUYING, buyingHelp } from './flags.ts';
import { checkStandardInput, loadImages } from './input-images.ts';
import { promptSources, wholePrompt } from './prompt.ts';
import { boughtNothing, buyPictures } from './run.ts';

const TEXT = declare(
  '-p, --text <text>',
  'what the draft shows, where its own prompt is not known or not meant',
);
const FLAGS = [TEXT, ...BUYING] as const;
type DevelopFlags = FlagsOf<typeof FLAGS>;

export const develop = defineCommand({
  flags: FLAGS,
  configure(command) {
    command.argument('[draft]', 'a draft of --drafts, or any other picture').addHelpText('after', EXAMPLES);
  },
  help: buyingHelp([TEXT]),
  run,
  failed: boughtNothing,
});

const EXAMPLES = `
The draft is sent along, and what was asked for when it was bought: the ledger knows that, and a picture with --embed or
--sidecar says it itself. The result has the ratio of the draft, and 2K unless -s is given.

Examples:
  pixtab develop logo.cell-07.jpg
  pixtab develop logo.cell-07.jpg -s 4K -o logo-large.jpg --max-cost 0.20
  pixtab develop photo-of-a-sketch.jpg -p "a logo for a bakery"`;

async function run(
  args: readonly string[],
  flags: DevelopFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const [draft, ...others] = args;
  if (draft === undefined || others.length > 0)
    throw usageFailure(
      draft === undefined ? 'There is no draft to develop.' : 'One draft is developed at a time.',
      'Name it: pixtab develop logo.cell-07.jpg',
    );
  const { image = [], promptFile, text, size = '2K' } = flags;
  const sources = [draft, ...image];
  checkStandardInput([...sources, promptFile]);
  const inputs = await loadImages(sources, deps, terminal);
  const isSaid = [text, promptFile, flags.prompt].some((said) => said !== undefined);
  const words = isSaid ? text : await wordsOf(draft, await deps.settings(flags), deps);
  const asked = await wholePrompt(
    words === undefined ? [] : [words],
    flags,
    promptSources(deps, terminal, sources),
  );
  const wanted = {
    command: 'develop',
    prompt: developPrompt(asked.prompt),
    ...(asked.prompts && { prompts: asked.prompts.map(developPrompt) }),
    inputs,
    ...(inputs[0] && { like: inputs[0] }),
  };
  return buyPictures(wanted, { ...flags, size }, deps, terminal);
}

/** What a picture was asked for with, as the ledger, the picture itself or the receipt beside it says. */
async function wordsOf(draft: string, settings: Settings, deps: Deps): Promise<string> {
  const prompt =
    (await inLedger(draft, settings, deps)) ??
    (await inPicture(draft, deps)) ??
    (await besideIt(draft, deps));
  if (prompt !== null && prompt !== '') return wordsIn(prompt);
  throw usageFailure(
    `It is not known what ${printable(draft)} was asked for with.`,
    `Say what it shows: pixtab develop ${printable(draft)} -p "…"`,
  );
}

/** By what is in the file; by its name where it was changed since. */
async function inLedger(draft: string, settings: Settings, deps: Deps): Promise<string | null> {
  if (draft === '-') return null;
  const sha256 = deps.sha256(await (await deps.pictureFiles()).read(draft));
  return withBooks(settings, deps, async ({ ledger }) => {
    const found = await ledger.receipts({ by: 'sha256', value: sha256 });
    const named =
      found.length > 0 ? found : await ledger.receipts({ by: 'path', value: resolve(deps.cwd, draft) });
    // What pixtab forget let go is empty.
    return named.at(-1)?.attempt.prompt || null;
  });
}

async function inPicture(draft: string, deps: Deps): Promise<string | null> {
  if (draft === '-') return null;
  const bytes = await (await deps.pictureFiles()).read(draft);
  return (await deps.pictures()).factsIn(bytes)?.prompt ?? null;
}

async function besideIt(draft: string, { pictureFiles }: Deps): Promise<string | null> {
  const [path, files] = [sidecarPath(draft), await pictureFiles()];
  if ((await files.kindOf(path)) !== 'file') return null;
  const receipt = jsonIn(new TextDecoder().decode(await files.read(path)));
  const isReceipt = typeof receipt === 'object' && receipt !== null && 'prompt' in receipt;
  return isReceipt && typeof receipt.prompt === 'string' ? receipt.prompt : null;
}

/** A file of that name may be anybody's. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

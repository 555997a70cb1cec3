import type { Deps, Terminal } from '../../ports/index.ts';
import { buyEachLine } from './each-line.ts';
import { BUYING, buyingHelp } from './flags.ts';
import { resumeRun } from './resume.ts';
import { boughtNothing, buyPictures } from './run.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { flag } from '../shared/flags.ts';
import { priceFlag } from '../shared/price-flags.ts';
import { checkStandardInput, loadImages, refuseFileAsFirstWord, refuseFileAsPrompt } from './input-images.ts';
import { promptSources, wholePrompt } from './prompt.ts';

const FLAGS = [
  ...BUYING,
  flag.drafts,
  priceFlag.eachLine,
  declare('--resume <run>', 'buy what is missing of an earlier run, or of the last, within its --max-cost'),
] as const;

export const generate = defineCommand({
  flags: FLAGS,
  configure(command) {
    command.argument('[prompt...]', 'what the pictures show').addHelpText('after', EXAMPLES);
  },
  help: buyingHelp([], [flag.drafts]),
  run,
  failed: boughtNothing,
});

const EXAMPLES = `
The lanes: now costs what the list says and answers in seconds; batch costs half and takes up to a day; flex costs half
and takes minutes, where a model is sold so; priority costs more.

Examples:
  pixtab "a lighthouse at dusk" --sandbox        try it: no key, nothing spent
  pixtab "a lighthouse at dusk" -s 2K -a 16:9 -o lighthouse.jpg --max-cost 0.10
  pixtab "a mug on a table" -n 50 --lane batch -o mugs/
  pixtab "a logo for a bakery" --drafts 4x4 -o logo.jpg     sixteen drafts for the price of one 4K picture`;

async function run(
  args: readonly string[],
  flags: FlagsOf<typeof FLAGS>,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const { image = [], promptFile } = flags;
  if (flags.resume !== undefined) return resumeRun(flags.resume, args, flags, deps, terminal);
  if (flags.eachLine) return buyEachLine(args, flags, deps, terminal);
  if (image.length > 0) await refuseFileAsPrompt(args, deps);
  else await refuseFileAsFirstWord(args, deps);
  checkStandardInput([...image, promptFile]);
  const asked = await wholePrompt(args, flags, promptSources(deps, terminal, image));
  const inputs = await loadImages(image, deps, terminal);
  return buyPictures({ command: 'generate', ...asked, inputs }, flags, deps, terminal);
}

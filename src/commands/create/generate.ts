import type { Deps, Terminal } from '../../ports/index.ts';
import { buyEachLine } from './each-line.ts';
import { BUYING } from './flags.ts';
import { resumeRun } from './resume.ts';
import { boughtNothing, buyPictures } from './run.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { priceFlag } from '../shared/price-flags.ts';
import { checkStandardInput, loadImages, refuseFileAsFirstWord, refuseFileAsPrompt } from './input-images.ts';
import { promptSources, wholePrompt } from './prompt.ts';

const FLAGS = [
  ...BUYING,
  priceFlag.eachLine,
  declare('--resume <run>', 'buy what is missing of an earlier run, within its --max-cost'),
] as const;

export const generate = defineCommand({
  flags: FLAGS,
  configure(command) {
    command.argument('[prompt...]', 'what the pictures show');
  },
  run,
  failed: boughtNothing,
});

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

import type { Deps, Terminal } from '../../ports/index.ts';
import { BUYING, type BuyFlags } from './flags.ts';
import { boughtNothing, buyPictures } from './run.ts';
import { defineCommand } from '../shared/flag.ts';
import { checkStandardInput, loadImages, refuseFileAsFirstWord, refuseFileAsPrompt } from './input-images.ts';
import { promptSources, wholePrompt } from './prompt.ts';

export const generate = defineCommand({
  flags: BUYING,
  configure(command) {
    command.argument('[prompt...]', 'what the pictures show');
  },
  run,
  failed: boughtNothing,
});

async function run(
  args: readonly string[],
  flags: BuyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const { image = [], promptFile } = flags;
  if (image.length > 0) await refuseFileAsPrompt(args, deps);
  else await refuseFileAsFirstWord(args, deps);
  checkStandardInput([...image, promptFile]);
  const asked = await wholePrompt(args, flags, promptSources(deps, terminal, image));
  const inputs = await loadImages(image, deps, terminal);
  return buyPictures({ command: 'generate', ...asked, inputs }, flags, deps, terminal);
}

import type { Command } from 'commander';
import type { Deps, Terminal } from '../../ports/index.ts';
import { declareBuying, type BuyFlags } from './flags.ts';
import { boughtNothing, buyPictures } from './run.ts';
import type { CommandModule } from '../shared/command.ts';
import { checkStandardInput, loadImages, refuseFileAsPrompt } from './input-images.ts';
import { wholePrompt } from './prompt.ts';

export const generate: CommandModule = {
  configure(command: Command): void {
    command.argument('[prompt...]', 'what the pictures show');
    declareBuying(command);
  },
  run: (args, flags, deps, terminal) => run(args, flags as BuyFlags, deps, terminal),
  failed: boughtNothing,
};

async function run(
  args: readonly string[],
  flags: BuyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const { image = [], promptFile } = flags;
  if (image.length > 0) await refuseFileAsPrompt(args, deps);
  checkStandardInput([...image, promptFile]);
  const asked = await wholePrompt(args, flags, deps);
  const inputs = await loadImages(image, deps, terminal);
  return buyPictures({ command: 'generate', ...asked, inputs }, flags, deps, terminal);
}

import { Option, type Command } from 'commander';
import { usageFailure } from '../core/errors.ts';
import type { Deps, Terminal } from '../ports.ts';
import { boughtNothing, buyPictures, declareBuying, type BuyFlags } from './buying.ts';
import type { CommandModule } from './command.ts';
import { checkMaskSources, loadMask, MASKED, maskPlan } from './mask.ts';
import { checkStandardInput, loadImages } from './images.ts';
import { wholePrompt } from './prompt.ts';

interface EditFlags extends BuyFlags {
  readonly text?: string;
  readonly mask?: string;
}

export const edit: CommandModule = {
  configure(command: Command): void {
    command
      .argument('[image...]', 'the picture to change, then others it may look at; - reads standard input')
      .addOption(new Option('-p, --text <text>', 'what to change'))
      .addOption(
        new Option('--mask <file>', 'white where the picture may change; the rest keeps its pixels'),
      );
    declareBuying(command);
    command.addHelpText('after', EXAMPLES);
  },
  run: (args, flags, deps, terminal) => run(args, flags as EditFlags, deps, terminal),
  failed: boughtNothing,
};

const EXAMPLES = `
The picture keeps its ratio unless -a is given. It goes to the model as it is, unless something is said about it.

No model takes a mask as such: --mask sends it as a second picture with an instruction, and afterwards every pixel
that it keeps is put back as it was. The result is a PNG of the size of the picture.

Examples:
  pixtab edit photo.jpg -p "make the sky dramatic" -o dramatic.jpg
  pixtab edit room.jpg sofa.png -p "put this sofa into the room"
  pixtab edit photo.jpg -p "a bench" --mask lawn.png -o bench.png`;

async function run(
  args: readonly string[],
  flags: EditFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const { image = [], promptFile, text, mask } = flags;
  const sources = [...args, ...image];
  if (sources.length === 0) throw noImage();
  if (mask !== undefined) checkMaskSources(sources, mask);
  if (text === undefined && promptFile === undefined && flags.prompt === undefined) throw noText(args);
  checkStandardInput([...sources, promptFile]);
  const prompt = await wholePrompt(text === undefined ? [] : [text], flags, deps);
  const inputs = await loadImages(sources, deps, terminal);
  const [like, ...others] = inputs;
  if (mask === undefined || !like) {
    return buyPictures({ command: 'edit', prompt, inputs, ...(like && { like }) }, flags, deps, terminal);
  }
  const second = await loadMask(mask, like, deps, terminal);
  const wanted = {
    command: 'edit',
    prompt: `${prompt}\n\n${MASKED}`,
    inputs: [like, second, ...others],
    like,
    mask: await maskPlan(sources[0] ?? '', mask, deps),
  };
  return buyPictures(wanted, flags, deps, terminal);
}

const noImage = () =>
  usageFailure('There is no picture to change.', 'Name it: pixtab edit photo.jpg -p "make the sky dramatic"');

function noText(args: readonly string[]) {
  const words = args.find((word) => /\s/.test(word));
  const meant =
    words === undefined ? 'pixtab edit photo.jpg -p "make the sky dramatic"' : `-p ${JSON.stringify(words)}`;
  return usageFailure('It is not said what to change.', `Say it with -p: ${meant}`);
}

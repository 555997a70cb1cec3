import { usageFailure } from '../../core/errors.ts';
import type { InputImage } from '../../core/order/order.ts';
import type { Deps, Terminal } from '../../ports/index.ts';

/** Reads the input images of a command line and says what was changed about them. */
export async function loadImages(
  sources: readonly string[],
  deps: Pick<Deps, 'inputs'>,
  terminal: Terminal,
): Promise<readonly InputImage[]> {
  if (sources.length === 0) return [];
  const inputs = await deps.inputs();
  const images: InputImage[] = [];
  for (const source of sources) {
    const { image, notices } = await inputs.load(source);
    for (const notice of notices) terminal.note(`note   ${notice}`);
    images.push(image);
  }
  return images;
}

const LOOKS_LIKE_IMAGE = /\.(?:jpe?g|png|webp|avif|gif|tiff?|hei[cf]|bmp)$/i;

/** `-i a.png b.png "a prompt"`: b.png would be taken for the prompt, and paid for. */
export async function refuseFileAsPrompt(
  words: readonly string[],
  { shelf }: Pick<Deps, 'shelf'>,
): Promise<void> {
  for (const word of words.filter((word) => LOOKS_LIKE_IMAGE.test(word))) {
    if ((await (await shelf()).kindOf(word)) !== 'file') continue;
    throw usageFailure(
      `-i takes one file, and ${word} would be part of the prompt.`,
      `Write -i ${word} as well.`,
    );
  }
}

/** It can be read once. */
export function checkStandardInput(readers: readonly (string | undefined)[]): void {
  if (readers.filter((reader) => reader === '-').length <= 1) return;
  throw usageFailure('Standard input can be read once, and - is given twice.');
}

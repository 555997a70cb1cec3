import { usageFailure } from '../../core/errors.ts';
import type { InputImage } from '../../core/order/order.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Terminal, MaskFile, MaskPlan } from '../../ports/index.ts';

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

const IMAGE_NAME = /\.(?:jpe?g|png|webp|avif|gif|tiff?|hei[cf]|bmp)$/i;

export const looksLikeImage = (name: string): boolean => IMAGE_NAME.test(name);

/** `-i a.png b.png "a prompt"`: b.png would be taken for the prompt, and paid for. */
export async function refuseFileAsPrompt(
  words: readonly string[],
  { pictureFiles }: Pick<Deps, 'pictureFiles'>,
): Promise<void> {
  for (const word of words.filter(looksLikeImage)) {
    if ((await (await pictureFiles()).kindOf(word)) !== 'file') continue;
    throw usageFailure(
      `-i takes one file, and ${word} would be part of the prompt.`,
      `Write -i ${word} as well.`,
    );
  }
}

/** `pixtab cat.jpg "make it blue"` means to change the picture, and would buy one of these words. */
export async function refuseFileAsFirstWord(
  [first = '', ...words]: readonly string[],
  { pictureFiles }: Pick<Deps, 'pictureFiles'>,
): Promise<void> {
  if (first === '' || /\s/.test(first)) return;
  const files = await pictureFiles();
  const isFile = async (path: string): Promise<boolean> => (await files.kindOf(path)) === 'file';
  // As curl and others name a file.
  const named = /^(?:@|file:\/\/)(.+)/.exec(first)?.[1];
  if (named !== undefined && (await isFile(named)))
    return refuseFileAsFirstWord([named, ...words], { pictureFiles });
  if (!(await isFile(first))) return;
  const isImage = looksLikeImage(first);
  const text = JSON.stringify(printable(words.length > 0 ? words.join(' ') : 'make the sky dramatic'));
  throw usageFailure(
    `${printable(first)} is a file, and would be part of the prompt.`,
    isImage
      ? `To change it: pixtab edit ${printable(first)} -p ${text}`
      : `To read the prompt from it: pixtab --prompt-file ${printable(first)}`,
  );
}

/** It can be read once. */
export function checkStandardInput(readers: readonly (string | undefined)[]): void {
  if (readers.filter((reader) => reader === '-').length <= 1) return;
  throw usageFailure('Standard input can be read once, and - is given twice.');
}

/** Said to the model behind the prompt. */
export const MASKED =
  'The second image is a mask for the first one: change the first image only where the mask is white, and keep it as it is where the mask is black. Return the whole first image.';

/** Both are read once more when the picture is put together, maybe by a later pixtab recover. */
export async function checkMaskSources(
  [picture = '']: readonly string[],
  mask: string,
  { pictureFiles }: Pick<Deps, 'pictureFiles'>,
): Promise<void> {
  const files = await pictureFiles();
  for (const source of [picture, mask]) {
    if (source !== '-' && (await files.kindOf(source)) !== 'other') continue;
    throw usageFailure(
      '--mask needs the picture and the mask as files, since both are read again at the end.',
    );
  }
}

export async function loadMask(
  source: string,
  picture: InputImage,
  { inputs }: Pick<Deps, 'inputs'>,
  terminal: Terminal,
): Promise<InputImage> {
  const { image, notices } = await (await inputs()).mask(source, picture);
  for (const notice of notices) terminal.note(`note   ${notice}`);
  return image;
}

export async function maskPlan(
  picture: string,
  mask: string,
  { pictureFiles, sha256 }: Pick<Deps, 'pictureFiles' | 'sha256'>,
): Promise<MaskPlan> {
  const files = await pictureFiles();
  const known = async (path: string): Promise<MaskFile> => ({ path, sha256: sha256(await files.read(path)) });
  return { picture: await known(picture), mask: await known(mask) };
}

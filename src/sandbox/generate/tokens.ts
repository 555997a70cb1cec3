import type { Content } from '../messages.ts';

// Not Google's tokenizer: four ASCII characters a token, one of anything else, which is near enough for a bill's input.
export function countText(text: string): number {
  if (text === '') return 0;
  const foreign = text.replace(/[\0-\u007f]+/g, '');
  return Math.max(1, Math.ceil((text.length - foreign.length) / 4) + Array.from(foreign).length);
}

export interface Counted {
  readonly text: number;
  readonly image: number;
}

export function countContents(contents: readonly Content[], perImage: number): Counted {
  const parts = contents.flatMap((content) => content.parts ?? []);
  const text = parts.reduce((sum, part) => sum + countText(part.text ?? ''), 0);
  const images = parts.filter((part) => part.inlineData !== undefined || part.fileData !== undefined).length;
  return { text, image: images * perImage };
}

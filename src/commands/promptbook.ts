import { usageFailure } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { printable } from '../core/text/text.ts';
import type { PromptBook } from '../ports/index.ts';

/** A name that is the same on every file system, and no flag. */
export function promptName(text: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,59}$/.test(text)) return text;
  throw usageFailure(
    `"${printable(text).slice(0, 80)}" is no name of a saved prompt: they are small letters, digits, - and _.`,
    'A prompt itself goes behind generate, or into -p of edit.',
  );
}

export async function savedPrompt(name: string, book: PromptBook): Promise<string> {
  const text = await book.find(promptName(name));
  if (text !== null) return text;
  const names = await book.names();
  const meant = nearest(name, names, 3);
  throw usageFailure(
    `There is no saved prompt ${name}${meant ? `; there is ${meant}` : ''}.`,
    names.length === 0 ? `Save it: pixtab prompt save ${name} "…"` : 'pixtab prompt list shows them.',
  );
}

import { z } from 'zod';
import { isCrowded } from './answers/bounds.ts';

// Answers are read field by field, so that an odd field does not cost the picture beside it.

/** The field where it has the shape, else null. */
export const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(null);

/** The elements that have the shape. */
export const list = <Schema extends z.ZodType>(schema: Schema) =>
  maybe(z.array(z.unknown())).transform((items) =>
    (items ?? []).flatMap((item) => {
      const { success, data } = schema.safeParse(item);
      return success ? [data] : [];
    }),
  );

export const word = maybe(z.string());

const DIGITS = /^\d{1,15}$/;

/** A number of things; Google's JSON writes large ones as strings. */
export const tally = z.union([z.int().nonnegative(), z.string().regex(DIGITS).transform(Number)]);

/** The bytes of base64, plain or url-safe; null when it is broken. Looks at megabytes without a regular expression. */
export function fromBase64(text: string): Uint8Array | null {
  // Node's decoder skips what it does not know, so a broken text decodes to fewer bytes than its length promises.
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength > 0 && bytes.byteLength === promised(text)) return bytes;
  const dense = text.replaceAll(/\s+/g, '');
  return dense.length < text.length ? fromBase64(dense) : null;
}

function promised(text: string): number {
  let length = text.length;
  while (length > 0 && text[length - 1] === '=') length--;
  return length % 4 === 1 || text.length - length > 2 ? -1 : Math.floor((length * 6) / 8);
}

/** What a body holds; null when it is no JSON, or more of it than any answer. */
export function jsonIn(body: Uint8Array): unknown {
  if (isCrowded(body)) return null;
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}

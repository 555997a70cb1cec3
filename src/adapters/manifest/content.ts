import { Failure } from '../../core/errors.ts';
import { isObject } from '../../core/manifest/fields.ts';
import type { Place } from '../../core/manifest/problem.ts';

/** A file that is not even well-formed. */
export const malformed = ({ file, line, column }: Place, what: string, cause?: unknown): Failure =>
  new Failure('usage', `${file}:${line}:${column}: ${what}`, { cause });

export const TOO_DEEP = 'this is nested too deeply: no part of a manifest is';

/** What stands at the top of a manifest, and its images. A list alone is the images. */
export function split(content: unknown): { readonly images: unknown; readonly head: unknown } {
  if (Array.isArray(content)) return { images: content, head: { images: content } };
  return { images: (isObject(content) ? content['images'] : null) ?? [], head: content };
}

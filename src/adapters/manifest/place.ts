import { Failure } from '../../core/errors.ts';
import type { Place } from '../../core/manifest/problem.ts';

/** A file that is not even well-formed. */
export const malformed = ({ file, line, column }: Place, what: string, cause?: unknown): Failure =>
  new Failure('usage', `${file}:${line}:${column}: ${what}`, { cause });

/** The place of an offset in a text. */
export function placeAt(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: offset - before.lastIndexOf('\n') };
}

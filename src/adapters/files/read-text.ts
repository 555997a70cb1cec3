import { Failure, usageFailure } from '../../core/errors.ts';
import { printable, thousands } from '../../core/text/text.ts';
import { isCrowded } from '../answers/bounds.ts';
import { decoded } from './decode-text.ts';
import { trouble } from './fs-errors.ts';
import { readBounded } from './read-bounded.ts';

/** More than any text has that is read at once. */
const MOST_BYTES = 128 * 1024 * 1024;

/** A million pictures of a manifest. As JSON, each becomes an object of its own, and 128 MB of brackets would take all memory. */
const MOST_VALUES = 8_000_000;

/** A text file, which messages call by `name`. Failure `usage` when it cannot be read, or is no UTF-8 text. */
export async function readText(path: string, name = path): Promise<string> {
  const bytes = await readBounded(path, MOST_BYTES, printable(name)).catch((cause: unknown) => {
    if (cause instanceof Failure) throw cause;
    throw new Failure('usage', `${printable(name)} cannot be read: ${trouble(cause).why}.`, { cause });
  });
  return textOf(bytes, name);
}

/** The text of a file that is read at once. Failure `usage` where it is no UTF-8 text, or holds more than fits into memory. */
export function textOf(bytes: Buffer, name: string): string {
  if (isCrowded(bytes, MOST_VALUES))
    throw usageFailure(
      `${printable(name)} has more than ${thousands(MOST_VALUES)} values, which are not read at once.`,
      'Divide it into several files.',
    );
  return decoded(bytes, printable(name));
}

/** Standard input to its end, as text. */
export async function readStdin(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return decoded(Buffer.concat(chunks), 'Standard input');
}

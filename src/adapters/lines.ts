import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Failure } from '../core/errors.ts';

const PIECE = 256 * 1024;

/** The lines of a file, or of standard input for `-`, in pieces as they are read: a file of any length fits. */
export async function* linesOf(path: string, stdin: Readable): AsyncGenerator<readonly string[]> {
  const stream =
    path === '-'
      ? stdin.setEncoding('utf8')
      : createReadStream(path, { encoding: 'utf8', highWaterMark: PIECE });
  let rest = '';
  let isFirst = true;
  try {
    for await (const chunk of stream) {
      const text = isFirst ? String(chunk).replace(/^\uFEFF/, '') : `${rest}${chunk}`;
      isFirst = false;
      // Almost no file has carriage returns, and a plain split is several times as fast.
      const lines = text.includes('\r') ? text.split(/\r?\n/) : text.split('\n');
      rest = lines.pop() ?? '';
      yield lines;
    }
  } catch (cause) {
    throw new Failure('usage', `--prompt-file ${path} cannot be read.`, { cause });
  }
  if (rest !== '') yield [rest];
}

import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { Failure, usageFailure } from '../../core/errors.ts';
import { fileSize } from '../../core/text/text.ts';
import { trouble } from './fs-errors.ts';

const PIECE = 256 * 1024;
const LINE_FEED = 0x0a;
/** A device may have no end, and no line of anything that is read here is as long. */
const LONGEST = 64 * 1024 * 1024;

/**
 * The lines of a file, or of standard input for `-`, in pieces as they are read: a file of any length fits. `name` is
 * what messages call it; `unpacked` may make other bytes of those of the file.
 */
export async function* linesOf(
  path: string,
  stdin: AsyncIterable<Uint8Array>,
  name: string,
  unpacked: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> = (bytes) => bytes,
): AsyncGenerator<readonly string[]> {
  const stream = path === '-' ? stdin : createReadStream(path, { highWaterMark: PIECE });
  let done = 0;
  for await (const bytes of wholeLines(unpacked(stream), name)) {
    const lines = decoded(bytes, name, done);
    done += lines.length;
    yield lines;
  }
}

/** Bytes that end where a line ends: cut elsewhere, a character could fall apart. */
async function* wholeLines(stream: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes: Buffer = Buffer.from(chunk);
      const end = bytes.lastIndexOf(LINE_FEED);
      if (end < 0) {
        held.push(bytes);
        size += bytes.length;
        if (size > LONGEST) throw usageFailure(`${name} has a line of more than ${fileSize(LONGEST)}.`);
        continue;
      }
      size = bytes.length - end;
      yield Buffer.concat([...held, bytes.subarray(0, end)]);
      held = [bytes.subarray(end + 1)];
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('usage', `${name} cannot be read: ${trouble(cause).why}.`, { cause });
  }
  const rest = Buffer.concat(held);
  if (rest.length > 0) yield rest;
}

function decoded(bytes: Buffer, name: string, done: number): readonly string[] {
  if (!isUtf8(bytes)) {
    throw usageFailure(`${name}, line ${done + brokenLine(bytes)}: this is no UTF-8 text.`);
  }
  const raw = bytes.toString('utf8');
  const text = done === 0 ? raw.replace(/^\uFEFF/, '') : raw;
  // Almost no file has carriage returns, and a plain split is several times as fast.
  if (!text.includes('\r')) return text.split('\n');
  return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/** Counts from 1. */
function brokenLine(bytes: Buffer): number {
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
    line += 1;
  }
  return line;
}

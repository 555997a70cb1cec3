import { Failure } from '../../core/errors.ts';
import { fileSize } from '../../core/text/text.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN, CLOSE, COLON, COMMA] = [0x7b, 0x7d, 0x3a, 0x2c];
const BRACKETS = { open: [0x7b, 0x5b], close: [0x7d, 0x5d] };

/**
 * Finds the members of a JSON object and leaves their values unparsed; null when it is no object. It jumps over strings,
 * so a line with megabytes of picture is taken apart without parsing them.
 */
export function members(line: Buffer): ReadonlyMap<string, Buffer> | null {
  const found = new Map<string, Buffer>();
  let at = afterSpace(line, 0);
  if (line[at] !== OPEN) return null;
  at = afterSpace(line, at + 1);
  if (line[at] === CLOSE) return found;
  while (true) {
    const nameEnd = line[at] === QUOTE ? stringEnd(line, at) : -1;
    if (nameEnd < 0) return null;
    const name = text(line.subarray(at, nameEnd));
    at = afterSpace(line, nameEnd);
    if (name === null || line[at] !== COLON) return null;
    at = afterSpace(line, at + 1);
    const end = valueEnd(line, at);
    if (end <= at) return null;
    found.set(name, line.subarray(at, end));
    at = afterSpace(line, end);
    if (line[at] === CLOSE) return found;
    if (line[at] !== COMMA) return null;
    at = afterSpace(line, at + 1);
  }
}

function afterSpace(line: Buffer, from: number): number {
  let at = from;
  while (isSpace(line[at])) at += 1;
  return at;
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

/** The index behind the closing quotation mark; -1 when there is none. */
function stringEnd(line: Buffer, from: number): number {
  for (let at = line.indexOf(QUOTE, from + 1); at >= 0; at = line.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (line[at - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return -1;
}

/** The index behind the value; -1 when the value does not end. */
function valueEnd(line: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const byte = line[at] ?? 0;
    if (byte === QUOTE) {
      at = stringEnd(line, at) - 1;
      if (at < 0) return -1;
    } else if (BRACKETS.open.includes(byte)) depth += 1;
    else if (BRACKETS.close.includes(byte)) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return at;
    else continue;
    if (depth === 0) return at + 1;
  }
  return -1;
}

function text(bytes: Buffer): string | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

const NEWLINE = 0x0a;

const endless = (longest: number): Failure =>
  new Failure(
    'unavailable',
    `The results have a line of more than ${fileSize(longest)}, which no answer has.`,
    {
      hint: 'What came before it is kept.',
      charged: 'no',
    },
  );

// As much as an answer may have, whichever way it comes.
const LONGEST = 256 * 1024 * 1024;

/**
 * Splits a file at its line breaks, wherever the pieces of it are cut. The last line need not end in a break. Failure
 * `unavailable` when a line has no end.
 */
export async function* linesIn(chunks: AsyncIterable<Uint8Array>, longest = LONGEST): AsyncGenerator<Buffer> {
  let begun: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      const rest = bytes.subarray(from, end);
      yield begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
      begun = [];
      length = 0;
      from = end + 1;
    }
    if (from === bytes.byteLength) continue;
    begun.push(bytes.subarray(from));
    length += bytes.byteLength - from;
    if (length > longest) throw endless(longest);
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

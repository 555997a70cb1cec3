import { Failure } from '../../core/errors.ts';
import { fileSize } from '../../core/text/text.ts';
import { LARGEST_ANSWER } from '../answers/bounds.ts';
import { stringEnd } from '../answers/string-end.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN, CLOSE, COLON, COMMA] = [0x7b, 0x7d, 0x3a, 0x2c];
const [OPEN_LIST, CLOSE_LIST] = [0x5b, 0x5d];
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
    const nameEnd = stringEnd(line, at);
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

/** The elements of a JSON array, unparsed; null when it is none. */
export function elements(text: Buffer): readonly Buffer[] | null {
  const found: Buffer[] = [];
  let at = afterSpace(text, 0);
  if (text[at] !== OPEN_LIST) return null;
  at = afterSpace(text, at + 1);
  if (text[at] === CLOSE_LIST) return found;
  while (true) {
    const end = valueEnd(text, at);
    if (end <= at) return null;
    found.push(text.subarray(at, end));
    at = afterSpace(text, end);
    if (text[at] === CLOSE_LIST) return found;
    if (text[at] !== COMMA) return null;
    at = afterSpace(text, at + 1);
  }
}

function afterSpace(line: Buffer, from: number): number {
  let at = from;
  while (isSpace(line[at])) at += 1;
  return at;
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

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
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The values in a file that is JSON Lines or one array, wherever the pieces of it are cut. Byte order marks and empty lines
 * are left out. What breaks off inside of a value is yielded as it is: it cannot be read. Failure `unavailable` where nothing
 * but empty lines comes any more.
 */
export async function* valuesIn(
  chunks: AsyncIterable<Uint8Array>,
  longest = LARGEST_ANSWER,
): AsyncGenerator<Buffer> {
  let since = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      yield chunk;
      since += chunk.byteLength;
      if (since > longest) throw endless(longest);
    }
  };
  for await (const value of allValuesIn(counted())) {
    since = 0;
    yield value;
  }
}

async function* allValuesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const source = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length <= MARK.length || isBlank(withoutMark(head))) {
    const { value, done } = await source.next();
    if (done) break;
    head = Buffer.concat([isBlank(head) ? NONE : head, value]);
  }
  const begin = withoutMark(head);
  const file = async function* (): AsyncGenerator<Uint8Array> {
    yield begin;
    yield* { [Symbol.asyncIterator]: () => source };
  };
  yield* begin[afterSpace(begin, 0)] === OPEN_LIST ? elementsIn(file()) : filledLines(file());
}

async function* filledLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const line of linesIn(chunks)) {
    const text = withoutMark(line);
    if (!isBlank(text)) yield text;
  }
}

const NONE = Buffer.alloc(0);

const isBlank = (bytes: Buffer): boolean => afterSpace(bytes, 0) === bytes.length;

const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes;

/** The elements of one array of objects, each as soon as it is there. */
async function* elementsIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const begun = pieces(LARGEST_ANSWER);
  let depth = 0;
  let inString = false;
  let escaped = false;
  for await (const chunk of chunks) {
    const bytes = bufferOf(chunk);
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else inString = byte !== QUOTE;
      } else if (byte === QUOTE) inString = true;
      else if (BRACKETS.open.includes(byte)) {
        depth += 1;
        if (depth === 2) from = at;
      } else if (BRACKETS.close.includes(byte)) {
        depth -= 1;
        if (depth === 1) yield begun.taken(bytes.subarray(from, at + 1));
      }
    }
    if (depth > 1) begun.add(bytes.subarray(from));
  }
  if (depth > 0) yield begun.taken(NONE);
}

const endless = (longest: number): Failure =>
  new Failure(
    'unavailable',
    `The results have a line of more than ${fileSize(longest)}, which no answer has.`,
    {
      hint: 'What came before it is kept.',
      charged: 'no',
    },
  );

/**
 * Splits a file at its line breaks, wherever the pieces of it are cut. The last line need not end in a break. Failure
 * `unavailable` when a line has no end.
 */
export async function* linesIn(
  chunks: AsyncIterable<Uint8Array>,
  longest = LARGEST_ANSWER,
): AsyncGenerator<Buffer> {
  const begun = pieces(longest);
  for await (const chunk of chunks) {
    const bytes = bufferOf(chunk);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      yield begun.taken(bytes.subarray(from, end));
      from = end + 1;
    }
    begun.add(bytes.subarray(from));
  }
  const last = begun.taken(NONE);
  if (last.length > 0) yield last;
}

const bufferOf = (chunk: Uint8Array): Buffer => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

/** What is known of a value that has not come to its end. */
function pieces(longest: number) {
  let begun: Buffer[] = [];
  let bytes = 0;
  return {
    add(piece: Buffer): void {
      if (piece.length === 0) return;
      bytes += piece.length;
      if (bytes > longest) throw endless(longest);
      begun.push(piece);
    },
    taken(last: Buffer): Buffer {
      const whole = begun.length === 0 ? last : Buffer.concat([...begun, last]);
      begun = [];
      bytes = 0;
      return whole;
    },
  };
}

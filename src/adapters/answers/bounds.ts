import { stringEnd } from './string-end.ts';

/**
 * Bytes of an answer to one request. The largest picture that there is, 4096 × 4096 pixels of noise, has 67 MB in base64. To be
 * read, an answer takes five times its bytes of memory.
 */
export const LARGEST_ANSWER = 128 * 1024 * 1024;

/** An answer of ten pictures has some hundred values, and one whose base64 is broken into lines half a million lines. */
const MOST = 2 ** 20;

const [QUOTE, COMMA, ARRAY, OBJECT] = Buffer.from('",[{');

/**
 * Whether a body has more values or lines than any answer. Read, each becomes an object of its own: 128 MB of brackets would
 * take gigabytes and minutes. Jumps over strings, where a picture's megabytes are.
 */
export function isCrowded(body: Uint8Array, most = MOST): boolean {
  if (body.byteLength <= most) return false;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let lines = 0;
  for (let at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) {
    lines += 1;
    if (lines > most) return true;
  }
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at);
      if (end < 0) return false;
      at = end - 1;
    } else if (byte === COMMA || byte === ARRAY || byte === OBJECT) values += 1;
    if (values > most) return true;
  }
  return false;
}

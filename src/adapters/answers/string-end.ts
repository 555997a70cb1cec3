const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Of a JSON string that begins there, the index behind the closing quotation mark; -1 when there is none. */
export function stringEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from + 1); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return -1;
}

/**
 * The value of a JSON text whose end is missing, or is followed by something else: what stands there, closed where it
 * breaks off. A string that breaks off ends there too, so whoever reads it must look whether it is whole. It jumps over
 * strings, and reads the text once. undefined when nothing can be made of it.
 */
export function closed(text: string): unknown {
  const open: string[] = [];
  /** Up to here, and with these closed, it is a value. */
  let end = 0;
  let isName = false;
  const safe = (at: number): void => void (end = at);
  let at = 0;
  for (; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const behind = stringEnd(text, at);
      if (behind < 0) return isName ? joined(text.slice(0, end), open) : joined(withoutHalf(text), open, '"');
      at = behind - 1;
      if (!isName) safe(behind);
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? '}' : ']');
      isName = char === '{';
      safe(at + 1);
    } else if (char === '}' || char === ']') {
      if (open.pop() !== char) return undefined;
      safe(at + 1);
      isName = false;
      if (open.length === 0) break;
    } else if (char === ',') {
      isName = open.at(-1) === '}';
      safe(at);
    } else if (char === ':') isName = false;
    else if (open.length === 0 && char?.trim() !== '') return undefined;
  }
  return joined(text.slice(0, end), open);
}

/** The index behind the closing quotation mark; -1 when there is none. */
function stringEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return -1;
}

/** Without an escape that was cut in two. */
const withoutHalf = (text: string): string =>
  text.replace(/\\u[\da-f]{0,3}$/i, '').replace(/(?<!\\)((?:\\\\)*)\\$/, '$1');

function joined(text: string, open: readonly string[], mark = ''): unknown {
  try {
    return JSON.parse(text + mark + open.toReversed().join('')) as unknown;
  } catch {
    return undefined;
  }
}

type Path = readonly PropertyKey[];
type Visit = (path: Path, position: number, key: number | null) => void;

/** The line on which the value at `path` stands in a JSON text, or else what should hold it. Counts from 1. */
export function jsonLine(text: string, path: Path): number {
  let line = 1;
  let deepest = -1;
  scan(text, (found, position) => {
    if (found.length <= deepest || !found.every((name, depth) => name === path[depth])) return;
    deepest = found.length;
    line = lineAt(text, position);
  });
  return line;
}

/** Where the value at `path` begins in a JSON text, or its key; else what should hold it. */
export function jsonPosition(text: string, path: Path, at: 'key' | 'value' = 'value'): number {
  let offset = 0;
  let deepest = -1;
  scan(text, (found, position, key) => {
    if (found.length <= deepest || !found.every((name, depth) => name === path[depth])) return;
    deepest = found.length;
    offset = at === 'key' && deepest === path.length && key !== null ? key : position;
  });
  return offset;
}

/** The offset at which a text stops being JSON; null when it is valid. */
export const brokenJsonAt = (text: string): number | null => scan(text, () => {});

/** The line on which a text stops being JSON; null when it is valid. The engine's own error seldom says it. */
export function brokenJsonLine(text: string): number | null {
  const broken = scan(text, () => {});
  return broken === null ? null : lineAt(text, broken);
}

interface RepeatedKey {
  readonly name: string;
  readonly line: number;
  readonly offset: number;
}

/** The first key that its object has twice, where it stands for the second time; JSON.parse takes the last in silence. */
export function repeatedKey(text: string): RepeatedKey | null {
  const seen = new Set<string>();
  let found: RepeatedKey | null = null;
  scan(text, (path, position, key) => {
    const id = JSON.stringify(path);
    if (seen.has(id))
      found ??= { name: String(path.at(-1)), line: lineAt(text, position), offset: key ?? position };
    seen.add(id);
  });
  return found;
}

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;

const SPACE = /[ \t\r\n]*/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids control characters in strings.
const STRING = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Visits every value where it begins, and its key. The position at which the text breaks; null when it does not. */
function scan(text: string, visit: Visit): number | null {
  let at = 0;

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    at += found?.length ?? 0;
    return found;
  };
  const sign = (char: string): boolean => {
    match(SPACE);
    if (text[at] !== char) return false;
    at += 1;
    return true;
  };

  const value = (path: Path, key: number | null): boolean => {
    match(SPACE);
    visit(path, at, key);
    if (sign('{')) return sign('}') || (members(path) && sign('}'));
    if (sign('[')) return sign(']') || (elements(path) && sign(']'));
    return (match(STRING) ?? match(OTHER)) !== null;
  };
  const members = (path: Path): boolean => {
    do {
      match(SPACE);
      const begin = at;
      const name = match(STRING);
      if (name === null || !sign(':')) return false;
      const key: string = JSON.parse(name);
      if (!value([...path, key], begin)) return false;
    } while (sign(','));
    return true;
  };
  const elements = (path: Path): boolean => {
    let index = 0;
    do {
      if (!value([...path, index], null)) return false;
      index += 1;
    } while (sign(','));
    return true;
  };

  const isWhole = value([], null);
  match(SPACE);
  return isWhole && at === text.length ? null : at;
}

import { visit, type JSONPath, type JSONVisitor } from 'jsonc-parser';

type Path = readonly PropertyKey[];

/** JSON and nothing more: the parser would take comments too. */
const STRICT = { disallowComments: true };

/** The line on which the value at `path` stands in a JSON text, or else what should hold it. Counts from 1. */
export const jsonLine = (text: string, path: Path): number => lineAt(text, jsonPosition(text, path));

/** Where the value at `path` begins in a JSON text, or its key; else what should hold it. */
export function jsonPosition(text: string, path: Path, at: 'key' | 'value' = 'value'): number {
  const names = path.map((name) => (typeof name === 'symbol' ? String(name) : name));
  let found = { depth: -1, offset: 0 };
  /** Whether it lies on the way, so that what is inside of it may too. */
  function met(offset: number, way: JSONPath): boolean {
    const isOnTheWay = way.length <= names.length && way.every((name, depth) => name === names[depth]);
    if (isOnTheWay && way.length > found.depth) found = { depth: way.length, offset };
    return isOnTheWay;
  }
  visitValues(text, met, {
    onObjectProperty(name, offset, _length, _line, _column, way) {
      const whole = [...way(), name];
      if (at === 'key' && whole.length === names.length) met(offset, whole);
    },
  });
  return found.offset;
}

/**
 * Goes through the values of a JSON text with where each begins, into those that `met` wants to see the inside of. A tree of all
 * of it would take gigabytes of a large file.
 */
function visitValues(
  text: string,
  met: (offset: number, way: JSONPath) => boolean,
  besides: Pick<JSONVisitor, 'onObjectProperty'> = {},
): void {
  const visitor: JSONVisitor = {
    onObjectBegin: (offset, _length, _line, _column, way) => met(offset, way()),
    onArrayBegin: (offset, _length, _line, _column, way) => met(offset, way()),
    // Without these it never ends to pass over what is not to be seen.
    onObjectEnd: () => undefined,
    onArrayEnd: () => undefined,
    onLiteralValue: (_value, offset, _length, _line, _column, way) => void met(offset, way()),
    ...besides,
  };
  visit(text, visitor, STRICT);
}

/** Where each element of the list at `path` begins in a JSON text. */
export function elementOffsets(text: string, path: Path): readonly number[] {
  const offsets: number[] = [];
  const met = (offset: number, way: JSONPath): boolean => {
    const isOnTheWay = path.every((name, depth) => depth >= way.length || name === way[depth]);
    if (isOnTheWay && way.length === path.length + 1) offsets.push(offset);
    return isOnTheWay && way.length <= path.length;
  };
  visitValues(text, met);
  return offsets;
}

/** The offset at which a text stops being JSON; null when it is valid. */
export function brokenJsonAt(text: string): number | null {
  let first: number | null = null;
  visit(text, { onError: (_error, offset) => void (first = Math.min(first ?? offset, offset)) }, STRICT);
  return first;
}

/** The line on which a text stops being JSON; null when it is valid. The engine's own error seldom says it. */
export function brokenJsonLine(text: string): number | null {
  const broken = brokenJsonAt(text);
  return broken === null ? null : lineAt(text, broken);
}

/** Deeper than anybody writes, and than the recursion of any reader can bear. */
export const DEEPEST = 100;

/** The offset at which a text, JSON or not, is nested too deeply; null when it is not. It jumps over strings. */
export function tooDeepAt(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      do at = text.indexOf('"', at + 1);
      while (at > 0 && isEscaped(text, at));
      if (at < 0) return null;
    } else if (char === '[' || char === '{') {
      depth += 1;
      if (depth > DEEPEST) return at;
    } else if (char === ']' || char === '}') depth -= 1;
  }
  return null;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') slashes += 1;
  return slashes % 2 === 1;
}

interface RepeatedKey {
  readonly name: string;
  readonly line: number;
  readonly offset: number;
}

/** The first key that its object has twice, where it stands for the second time; JSON.parse takes the last in silence. */
export function repeatedKey(text: string): RepeatedKey | null {
  const namesInObjects: Set<string>[] = [];
  let found: RepeatedKey | null = null;
  visit(text, {
    onObjectBegin: () => void namesInObjects.push(new Set()),
    onObjectEnd: () => void namesInObjects.pop(),
    onObjectProperty(name, offset, _length, line) {
      const names = namesInObjects.at(-1);
      if (names?.has(name)) found ??= { name, line: line + 1, offset };
      names?.add(name);
    },
  });
  return found;
}

/** The line of an offset; counts from 1. */
export const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;

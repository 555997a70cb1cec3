import { findNodeAtLocation, parseTree, visit, type ParseError } from 'jsonc-parser';

type Path = readonly PropertyKey[];

/** JSON and nothing more: the parser would take comments too. */
const STRICT = { disallowComments: true };

/** The line on which the value at `path` stands in a JSON text, or else what should hold it. Counts from 1. */
export const jsonLine = (text: string, path: Path): number => lineAt(text, jsonPosition(text, path));

/** Where the value at `path` begins in a JSON text, or its key; else what should hold it. */
export function jsonPosition(text: string, path: Path, at: 'key' | 'value' = 'value'): number {
  const root = parseTree(text, [], STRICT);
  if (!root) return 0;
  const names = path.map((name) => (typeof name === 'symbol' ? String(name) : name));
  for (let depth = names.length; depth > 0; depth -= 1) {
    const found = findNodeAtLocation(root, names.slice(0, depth));
    if (!found) continue;
    const isKeyed = at === 'key' && depth === names.length && found.parent?.type === 'property';
    return isKeyed ? found.parent.offset : found.offset;
  }
  return root.offset;
}

/** The offset at which a text stops being JSON; null when it is valid. */
export function brokenJsonAt(text: string): number | null {
  const errors: ParseError[] = [];
  parseTree(text, errors, STRICT);
  return errors.length === 0 ? null : Math.min(...errors.map(({ offset }) => offset));
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

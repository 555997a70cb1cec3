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

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;

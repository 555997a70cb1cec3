import type { Path, Place, Problem, Written } from '../../core/manifest/problem.ts';
import type { ManifestFile } from '../../ports/index.ts';
import {
  brokenJsonAt,
  DEEPEST,
  elementOffsets,
  jsonPosition,
  repeatedKey,
  tooDeepAt,
} from '../files/json-position.ts';
import { malformed, split, TOO_DEEP } from './content.ts';

const PIECE = 1000;

export function jsonManifest(text: string, file: string): ManifestFile {
  const content = parsed(text, (offset) => placeAt(file, text, offset));
  const { images, head } = split(content);
  const above: Path = Array.isArray(content) ? [] : ['images'];
  const placeIn =
    (outer: Path) =>
    (path: Path, at?: Problem['at']): Place =>
      placeAt(file, text, jsonPosition(text, [...outer, ...path], at));
  // Looking through all of it for each mistake would take minutes of a large file.
  let offsets: readonly number[] | null = null;
  const placeInImage =
    (index: number) =>
    (path: Path, at?: Problem['at']): Place => {
      offsets ??= elementOffsets(text, above);
      const from = offsets[index] ?? 0;
      const own = text.slice(from, offsets[index + 1]);
      return placeAt(file, text, from + jsonPosition(own, path, at));
    };
  if (!Array.isArray(images)) throw malformed(placeIn(above)([]), 'images takes a list');
  return {
    head: { value: head, placeOf: placeIn([]) },
    async *images() {
      for (let start = 0; start < images.length; start += PIECE) {
        yield images
          .slice(start, start + PIECE)
          .map((value: unknown, index): Written => ({ value, placeOf: placeInImage(start + index) }));
      }
    },
  };
}

/** Any JSON text; Failure with the place where it breaks, or where a key stands for the second time. */
export function parsed(text: string, at: (offset: number) => Place): unknown {
  const content = contentOf(text, at);
  // Looking for a repeated key takes longer than parsing, so it is done only where there are more colons than keys.
  const keys = keysIn(content);
  const isDoubtful = keys === null || text.split('":').length - 1 > keys;
  const deep = isDoubtful ? tooDeepAt(text) : null;
  if (deep !== null) throw malformed(at(deep), TOO_DEEP);
  const twice = isDoubtful ? repeatedKey(text) : null;
  if (twice !== null) throw malformed(at(twice.offset), `there are two keys "${twice.name}"`);
  return content;
}

function contentOf(text: string, at: (offset: number) => Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const deep = tooDeepAt(text);
    if (deep !== null) throw malformed(at(deep), TOO_DEEP, cause);
    const offset = brokenJsonAt(text) ?? 0;
    throw malformed(at(offset), `this is no valid JSON${reason(text, offset)}`, cause);
  }
}

function reason(text: string, offset: number): string {
  if (offset >= text.trimEnd().length) return ': it ends too early';
  if (/^[}\]]/.test(text.slice(offset)) && /,\s*$/.test(text.slice(0, offset)))
    return ': a comma stands before the closing bracket';
  return /^(\/[/*]|#)/.test(text.slice(offset)) ? ', which has no comments; YAML has' : '';
}

/** How many keys its objects have; null where it is nested too deeply. */
function keysIn(content: unknown, depth = DEEPEST): number | null {
  if (typeof content !== 'object' || content === null) return 0;
  if (depth === 0) return null;
  let keys = Array.isArray(content) ? 0 : Object.keys(content).length;
  for (const one of Object.values(content)) {
    const inside = keysIn(one, depth - 1);
    if (inside === null) return null;
    keys += inside;
  }
  return keys;
}

/** The place of an offset in a text. */
export function placeAt(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: offset - before.lastIndexOf('\n') };
}

import type { Path, Place, Problem, Written } from '../../core/manifest/problem.ts';
import type { ManifestFile } from '../../ports.ts';
import { brokenJsonAt, jsonPosition } from '../jsonline.ts';
import { malformed, placeAt } from './place.ts';
import { split } from './split.ts';

const PIECE = 1000;

export function jsonManifest(text: string, file: string): ManifestFile {
  const content = parsed(text, (offset) => placeAt(file, text, offset));
  const { images, head } = split(content);
  const above: Path = Array.isArray(content) ? [] : ['images'];
  const placeIn =
    (outer: Path) =>
    (path: Path, at?: Problem['at']): Place =>
      placeAt(file, text, jsonPosition(text, [...outer, ...path], at));
  if (!Array.isArray(images)) throw malformed(placeIn(above)([]), 'images is a list');
  return {
    head: { value: head, placeOf: placeIn([]) },
    async *images() {
      for (let start = 0; start < images.length; start += PIECE) {
        yield images
          .slice(start, start + PIECE)
          .map((value: unknown, index): Written => ({ value, placeOf: placeIn([...above, start + index]) }));
      }
    },
  };
}

/** Any JSON text; Failure with the place where it breaks. */
export function parsed(text: string, at: (offset: number) => Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed(at(brokenJsonAt(text) ?? 0), 'this is no valid JSON', cause);
  }
}

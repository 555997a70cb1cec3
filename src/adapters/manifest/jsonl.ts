import { isObject } from '../../core/manifest/fields.ts';
import type { Place, Written } from '../../core/manifest/problem.ts';
import type { ManifestFile, Tree } from '../../ports/index.ts';
import { jsonPosition } from '../files/json-position.ts';
import { parsed } from './json.ts';
import { linesIn } from './lines.ts';

/** An image a line; the first line may hold include and defaults instead. Lines that begin with # are comments. */
export async function jsonlManifest(path: string, tree: Tree, file: string): Promise<ManifestFile> {
  const pieces = () => linesIn(path, tree, (text, line) => lineOf(text, file, line));
  const first = await firstOf(pieces());
  const hasHead = first !== null && isHead(first.value);
  const images = first === null ? {} : { images: [] };
  return {
    head: hasHead ? first : { value: images, placeOf: () => ({ file, line: 1, column: 1 }) },
    async *images() {
      let skip = hasHead;
      for await (const piece of pieces()) {
        yield skip ? piece.slice(1) : piece;
        if (piece.length > 0) skip = false;
      }
    },
  };
}

const isHead = (value: unknown): boolean =>
  isObject(value) && !('id' in value) && ('defaults' in value || 'include' in value || '$schema' in value);

async function firstOf(pieces: AsyncIterable<readonly Written[]>): Promise<Written | null> {
  for await (const [first] of pieces) if (first !== undefined) return first;
  return null;
}

function lineOf(text: string, file: string, line: number): Written {
  const at = (offset: number): Place => ({ file, line, column: offset + 1 });
  return {
    value: parsed(text, at),
    placeOf: (path, what) => at(jsonPosition(text, path, what)),
  };
}

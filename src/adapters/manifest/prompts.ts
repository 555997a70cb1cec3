import { isObject } from '../../core/manifest/fields.ts';
import type { Place, Written } from '../../core/manifest/problem.ts';
import type { ManifestFile, Tree } from '../../ports/index.ts';
import { jsonPosition } from '../files/json-position.ts';
import { parsed } from './json.ts';
import { linesIn } from './lines.ts';

/**
 * A list of prompts: a picture a line, called by the number of its line. A line may be a JSON object with a prompt and what
 * else it asks for; blank lines and those that begin with # are left out, as by --each-line.
 */
export function promptsManifest(path: string, tree: Tree, file: string): ManifestFile {
  return {
    head: { value: { images: [] }, placeOf: () => ({ file, line: 1, column: 1 }) },
    images: () => linesIn(path, tree, (text, line) => lineOf(text, file, line)),
  };
}

function lineOf(text: string, file: string, line: number): Written {
  const at = (offset: number): Place => ({ file, line, column: offset + 1 });
  const id = `line-${line}`;
  if (!text.startsWith('{')) return { value: { id, prompt: literal(text) }, placeOf: () => at(0) };
  const value = parsed(text, at);
  return {
    value: isObject(value) ? { id, ...value } : value,
    placeOf: (place, what) => at(jsonPosition(text, place, what)),
  };
}

/** A manifest fills {names} in; these are words like any other. */
const literal = (words: string): string => words.replaceAll(/\{([A-Za-z_][\w-]*)\}/g, '{{$1}}');

import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLParseError,
} from 'yaml';
import { excerpt } from '../../core/text/text.ts';
import type { Doubt, Path, Place, Problem, Written } from '../../core/manifest/problem.ts';
import type { ManifestFile } from '../../ports/index.ts';
import { malformed, split, TOO_DEEP } from './content.ts';

/** One alias may stand for many nodes; a file that makes millions of a few lines is refused. */
const MOST_ALIASES = 1000;
const PIECE = 1000;

export function yamlManifest(text: string, file: string): ManifestFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error) throw malformed(placeAt(error.pos[0]), inWords(error), error);
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined)
        throw malformed(placeAt(startOf(alias)), `there is no anchor &${alias.source} above`);
    },
  });
  const content = contentOf(document, placeAt);
  const placeIn =
    (above: Path) =>
    (path: Path, at: Problem['at'] = 'value'): Place =>
      placeAt(offsetOf(document, [...above, ...path], at));
  const { images, head } = split(content);
  if (!Array.isArray(images)) throw malformed(placeIn(['images'])([]), 'images takes a list');
  return {
    head: { value: head, placeOf: placeIn([]) },
    doubts: cutShort(document, placeAt),
    async *images() {
      for (let start = 0; start < images.length; start += PIECE) {
        yield images
          .slice(start, start + PIECE)
          .map((value: unknown, index): Written => ({ value, placeOf: placeIn(['images', start + index]) }));
      }
    },
  };
}

const MOST_DOUBTS = 5;

/** Texts without quotes that end in a comment on their own line: what was meant for a model may be in it. */
function cutShort(document: Document.Parsed, placeAt: (offset: number) => Place): readonly Doubt[] {
  const doubts: Doubt[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!SPOKEN.has(name)) return;
      if (!isScalar(value) || value.type !== 'PLAIN' || !value.comment || !value.range) return;
      doubts.push({ place: placeAt(value.range[1]), message: cutSentence(name, value.comment) });
    },
  });
  return doubts.slice(0, MOST_DOUBTS);
}

const SPOKEN: ReadonlySet<string> = new Set(['prompt', 'style']);

const cutSentence = (name: string, comment: string): string =>
  `${name} ends here, for YAML takes "${excerpt(`#${comment}`, 40)}" for a comment; in quotes it would belong to it`;

function contentOf(document: Document.Parsed, placeAt: (offset: number) => Place): unknown {
  try {
    const content: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return content ?? {};
  } catch (error) {
    throw malformed(placeAt(0), 'its aliases would unfold into far more than a manifest', error);
  }
}

/** Where the value at a path begins, or its key; else what should hold it. */
function offsetOf(document: Document.Parsed, path: Path, at: Problem['at']): number {
  let node: Node | null = document.contents;
  let offset = startOf(node);
  for (const [depth, name] of path.entries()) {
    const inside: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap<Node, Node | null>(inside)) {
      const pair = inside.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
      if (pair === undefined) return offset;
      const wantsKey = at === 'key' && depth === path.length - 1;
      node = pair.value;
      offset = wantsKey ? startOf(pair.key, offset) : startOf(pair.value, startOf(pair.key, offset));
    } else {
      const item: unknown = document.getIn(path.slice(0, depth + 1), true);
      if (!isNodeLike(item)) return offset;
      node = item;
      offset = startOf(node, offset);
    }
  }
  return offset;
}

const isNodeLike = (item: unknown): item is Node => typeof item === 'object' && item !== null;
const startOf = (node: Node | null, otherwise = 0): number => node?.range?.[0] ?? otherwise;

/** The message of the library, in words for people where it is meant for programmers. */
function inWords({ code, message }: YAMLParseError): string {
  if (code === 'MULTIPLE_DOCS') return 'a manifest is one document, and here a second begins';
  if (code === 'DUPLICATE_KEY') return 'this key stands there twice';
  // The library catches the end of the stack, and says it in the engine's words.
  if (/call stack/i.test(message)) return TOO_DEEP;
  return message.split('\n')[0] ?? message;
}

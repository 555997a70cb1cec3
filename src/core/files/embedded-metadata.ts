import { utf8Length } from './slug.ts';

/** What a picture can carry inside about its purchase. */
export interface PictureFacts {
  readonly prompt: string;
  readonly model: string;
  /** Decimal dollars for the request that brought it; null where nobody knows. */
  readonly cost: string | null;
  readonly runId: string;
  readonly attemptId: string;
}

const NAMESPACE = 'https://pixtab.dev/xmp/1/';
const FIELDS = ['prompt', 'model', 'cost', 'runId', 'attemptId'] as const;

/** Says that the values are written in the compact way. */
const MARK = ' pixtab:escapes="backslash"';

/** A JPEG holds 64 kB of XMP in one piece, and other programs read no second one. */
const MOST_BYTES = 65_000;

/** The facts as XMP; beside what the packet that is there already says, as far as there is room for both. */
export function xmpWith(facts: PictureFacts, existing: string | null): string {
  const theirs = existing ?? '';
  const at = theirs.lastIndexOf('</rdf:RDF>');
  const alone = (): string => packet(description(facts, MOST_BYTES - utf8Length(packet(''))));
  if (at < 0) return alone();
  const room = MOST_BYTES - utf8Length(theirs);
  if (room < LEAST_BYTES) return alone();
  return `${theirs.slice(0, at)}${description(facts, room)}${theirs.slice(at)}`;
}

/** Enough to say where a picture is from. */
const LEAST_BYTES = 2_000;

function description(facts: PictureFacts, most: number): string {
  const bare = element({ ...facts, prompt: '' }, plain);
  const room = most - utf8Length(bare) - utf8Length(MARK);
  const { prompt } = facts;
  if (isPlain(prompt) && utf8Length(plain(prompt)) <= room) return element(facts, plain);
  return element({ ...facts, prompt: cut(prompt, room) }, compact, MARK);
}

const element = (facts: PictureFacts, write: (text: string) => string, mark = ''): string => {
  const attributes = FIELDS.flatMap((field) => {
    const value = facts[field];
    return value === null ? [] : [` pixtab:${field}="${write(value)}"`];
  });
  return `<rdf:Description rdf:about="" xmlns:pixtab="${NAMESPACE}"${mark}${attributes.join('')}/>`;
};

/** The prompt, cut to the room there is, never between the halves of a character. */
function cut(prompt: string, room: number): string {
  if (utf8Length(compact(prompt)) <= room) return prompt;
  let left = room - utf8Length('…');
  let kept = '';
  for (const char of prompt) {
    left -= utf8Length(compact(char));
    if (left < 0) break;
    kept += char;
  }
  return `${kept}…`;
}

const packet = (inner: string): string =>
  `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inner}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

/** The facts in a packet; null when there are none. The last ones count. */
export function factsIn(xmp: string): PictureFacts | null {
  const start = xmp.lastIndexOf(`xmlns:pixtab="${NAMESPACE}"`);
  if (start < 0) return null;
  const found = xmp.slice(start, xmp.indexOf('>', start));
  const read = found.includes(MARK) ? fromCompact : fromPlain;
  const valueOf = (field: (typeof FIELDS)[number]): string | null => {
    const [, value] = new RegExp(` pixtab:${field}="([^"]*)"`).exec(found) ?? [];
    return value === undefined ? null : read(value);
  };
  const [prompt = null, model = null, cost = null, runId = null, attemptId = null] = FIELDS.map(valueOf);
  if (prompt === null || model === null || runId === null || attemptId === null) return null;
  return { prompt, model, cost, runId, attemptId };
}

// How a text is written into an attribute of XML: in the way that every program reads, or in one that takes any text.

/** What XML cannot hold, however it is written. */
const IMPOSSIBLE = /(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

export const isPlain = (text: string): boolean => !IMPOSSIBLE.test(text);

/** As XML has it. Tabs and line ends would become spaces in an attribute, so they are written as numbers. */
export const plain = (text: string): string =>
  text.replace(/[&<>"\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);

export const fromPlain = (text: string): string =>
  text.replace(/&#(\d{1,5});/g, (_, code: string) => String.fromCharCode(Number(code)));

const LETTERS: readonly (readonly [char: string, letter: string])[] = [
  ...([
    ['\\', '\\'],
    ['&', 'a'],
    ['<', 'l'],
    ['>', 'g'],
  ] as const),
  ...([
    ['"', 'q'],
    ['\t', 't'],
    ['\n', 'n'],
    ['\r', 'r'],
  ] as const),
];
const LETTER = new Map(LETTERS);
const CHAR = new Map(LETTERS.map(([char, letter]) => [letter, char]));

/** Any text in little room: a backslash and a letter, or a number. */
export const compact = (text: string): string =>
  text.replace(/[\\&<>"\t\n\r]|[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, (char) => {
    const code = char.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\${LETTER.get(char) ?? `u${code}`}`;
  });

export const fromCompact = (text: string): string =>
  text.replace(/\\(?:u([\da-f]{4})|(.))/g, (_, code: string | undefined, letter = '') =>
    code === undefined ? (CHAR.get(letter) ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );

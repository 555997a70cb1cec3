import type { Find } from './types.ts';
import { bare, carried, LONG } from './picture-text.ts';

/** Deeper than any answer is. */
const DEEPEST = 64;

/** Everything picture-like in a document, whatever names and wrappers are around it. Thoughts are left out. */
export function findsIn(document: unknown): Find[] {
  return typeof document === 'string' ? [{ kind: 'words', text: document }] : within(document, '', DEEPEST);
}

function within(value: unknown, name: string, depth: number): Find[] {
  if (depth === 0) return [];
  if (Array.isArray(value)) {
    return name === 'parts'
      ? value.flatMap((part) => partFinds(part, depth - 1))
      : value.flatMap((one) => within(one, name, depth - 1));
  }
  if (typeof value === 'string') return inString(value, name);
  if (typeof value !== 'object' || value === null || isThought(value)) return [];
  return blobIn(value) ?? inFields(value, name, depth);
}

const inFields = (value: object, name: string, depth: number): Find[] =>
  Object.entries(value).flatMap(([field, inner]) => {
    const own = plain(field);
    if (PASSED_OVER.has(own)) return [];
    const isAddress = own === 'url' || own === 'uri';
    // An address in an object is that of the thing that the object is called after.
    return within(inner, isAddress ? `${name.replace(/ur[il]$/, '')}url` : own, depth - 1);
  });

/** One spelling for inlineData, inline_data and InlineData. */
const plain = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase();

const isThought = (value: object): boolean => 'thought' in value && value.thought === true;

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

// What was asked, what it cost, where it was found, and what is secret: none of it is the picture.
const PASSED_OVER: ReadonlySet<string> = words(
  'request contents instances prompt input inputs usagemetadata usage safetyratings safetyattributes ' +
    'logprobsresult groundingmetadata citationmetadata urlcontextmetadata annotations thoughtsignature ' +
    'signature encryptedcontent reasoning reasoningcontent reasoningdetails error finishmessage ' +
    'blockreasonmessage raifilteredreason',
);

const WORDS: ReadonlySet<string> = new Set(['text', 'content', 'outputtext']);
const PICTURES: ReadonlySet<string> = new Set(['bytesbase64encoded', 'b64json', 'imagebytes', 'imagebase64']);
const ADDRESSES = /^(?:\w*(?:image|picture|file|media|output|data|prediction)s?\d?ur[il]|fileuri|imageuri)$/;

/** What Google's parts are made of: https://ai.google.dev/api/caching#Part, checked 2026-11-26. */
const KNOWN_PARTS: ReadonlySet<string> = words(
  'text thought thoughtsignature inlinedata filedata partmetadata mediaresolution functioncall ' +
    'functionresponse executablecode codeexecutionresult videometadata toolcall toolresponse',
);

function partFinds(part: unknown, depth: number): Find[] {
  const finds = within(part, 'part', depth);
  if (finds.length > 0 || typeof part !== 'object' || part === null || isThought(part)) return finds;
  const names = Object.keys(part);
  if (names.length === 0 || names.some((name) => KNOWN_PARTS.has(plain(name)))) return finds;
  return [
    { kind: 'unread', what: `a part of an unknown kind (${names.slice(0, 3).join(', ').slice(0, 60)})` },
  ];
}

/** An object of bytes and the type that they are said to be of. */
function blobIn(value: object): Find[] | null {
  const fields = new Map(Object.entries(value).map(([name, inner]) => [plain(name), inner as unknown]));
  const carrier = ['data', ...PICTURES].find((name) => fields.has(name));
  if (carrier === undefined) return null;
  const data = fields.get(carrier);
  const type = ['mimetype', 'mediatype', 'contenttype', 'type'].map((name) => fields.get(name));
  const mimeType = type.find((one) => typeof one === 'string' && one.includes('/'));
  const isBlob = carrier !== 'data' || mimeType !== undefined || fields.size === 1;
  if (typeof data !== 'string' || !isBlob) return null;
  return one(carried(data, typeof mimeType === 'string' ? mimeType : ''));
}

const one = (find: Find | null): Find[] => (find === null ? [] : [find]);

function inString(text: string, name: string): Find[] {
  if (WORDS.has(name)) return [{ kind: 'words', text }];
  if (/^\s{0,9}data:(?:image\/|[^,]{0,200};base64,)/i.test(text)) return one(carried(text, ''));
  if (ADDRESSES.test(name) && /^(?:https?|gs):\/\//i.test(text)) return [{ kind: 'link', url: text }];
  // Nothing but a picture is this long.
  return one(
    text.length < LONG && !/^(?:iVBOR|\/9j\/|UklGR)/.test(text) ? null : bare(text, `"${name.slice(0, 40)}"`),
  );
}

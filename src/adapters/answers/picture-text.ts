import { imageKind } from '../images/sniff.ts';
import { fromBase64 } from '../lenient.ts';
import type { Find } from './types.ts';

/** What a text is without the pictures in it, and what they are. */
export interface PictureText {
  readonly words: string;
  readonly finds: readonly Find[];
}

/** Finds pictures in a text: data URLs in Markdown, HTML or alone, base64 without a prefix, and links to pictures. */
export function picturesInText(text: string): PictureText {
  const finds: Find[] = [];
  const words: string[] = [];
  let from = 0;
  for (const { start, end, find } of runsIn(text)) {
    words.push(text.slice(from, start));
    finds.push(find);
    from = end;
  }
  words.push(text.slice(from));
  const rest = withoutFrames(words.join(finds.length > 0 ? GAP : ''));
  return { words: rest, finds: [...finds, ...linksIn(rest)] };
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly find: Find;
}

/** Shorter than any picture, longer than any word. */
const SHORTEST = 64;
/** A text of this length without a space is no text. */
export const LONG = 1_024;

const SCHEME = /data:([\w.+-]{1,40}\/[\w.+-]{1,80})?((?:;[\w.+-]{1,40}(?:=[\w.+"-]{0,80})?){0,8}),/iy;
const RUN = /[\w+/-]{64,}={0,2}/g;

function* runsIn(text: string): Generator<Run> {
  let from = 0;
  for (let at = nextOf(text, 'data:', from); ; at = nextOf(text, 'data:', from)) {
    yield* bareIn(text, from, at);
    if (at >= text.length) return;
    SCHEME.lastIndex = at;
    const scheme = SCHEME.exec(text);
    const [head = '', mimeType = '', parameters = ''] = scheme ?? [];
    const start = at + head.length;
    if (scheme === null || !/;base64$/i.test(parameters)) {
      from = at + 'data:'.length;
      if (scheme !== null && /^image\//i.test(mimeType)) {
        const end = plainEnd(text, start);
        yield {
          start: at,
          end,
          find: { kind: 'unread', what: `a data URL of ${mimeType} that is no base64` },
        };
        from = end;
      }
      continue;
    }
    const end = base64End(text, start);
    from = end;
    const find = carried(text.slice(start, end), mimeType);
    if (find) yield { start: at, end, find };
  }
}

const nextOf = (text: string, what: string, from: number): number => {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
};

/** Base64 without a prefix: a picture by its first bytes, or too long for anything that was written for people. */
function* bareIn(text: string, from: number, to: number): Generator<Run> {
  if (to - from < SHORTEST) return;
  // Cut out, or each of many such pieces would be looked for through the whole text.
  const piece = text.slice(from, to);
  RUN.lastIndex = 0;
  for (let run = RUN.exec(piece); run !== null; run = RUN.exec(piece)) {
    const start = from + run.index;
    const end = Math.min(to, isPicture(run[0]) ? base64End(text, start) : start + run[0].length);
    RUN.lastIndex = end - from;
    const find = bare(text.slice(start, end), 'a text');
    if (find) yield { start, end, find };
  }
}

/** Whether base64 begins as a picture does. */
export function isPicture(base64: string): boolean {
  const kind = imageKind(Buffer.from(base64.slice(0, SHORTEST), 'base64'));
  return kind !== null && kind !== 'svg' && kind !== 'pdf';
}

const BASE64 = /^[\w+/\s-]+={0,2}$/;

/** What base64 without a prefix is; null when it is something else, or nothing that matters. */
export function bare(text: string, where: string): Find | null {
  if (text.length < SHORTEST) return null;
  if (isPicture(text)) return carried(text, '');
  const isLong = text.length >= LONG && BASE64.test(text.trimEnd());
  return isLong ? { kind: 'unread', what: `${text.length} characters of base64 in ${where}` } : null;
}

/** What base64 holds that was said to be of a type; null when that is neither picture nor unknown. */
export function carried(text: string, declared: string): Find | null {
  const [, prefix = '', data = text] = /^\s*data:([^,]{0,200}),([^]*)$/i.exec(text) ?? [];
  const mimeType = declared || (prefix.split(';')[0] ?? '');
  const bytes = fromBase64(data.includes('%') ? unescaped(data) : data);
  const isImage = mimeType === '' || /^image\//i.test(mimeType);
  if (bytes !== null && (isImage || isPicture(data))) return { kind: 'picture', mimeType, bytes };
  // Said to be something else, and nothing speaks against it.
  if (/^(?:audio|video|text)\//i.test(mimeType)) return null;
  return { kind: 'unread', what: null };
}

const unescaped = (text: string): string =>
  text.replaceAll(/%(2b|2f|3d|0a|0d|20)/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

const LETTERS = /[\w+/%-]+={0,2}/y;
/** Base64 that is broken into lines has 64 or 76 characters in each; what follows a longer line is a text again. */
const LONGEST_LINE = 200;
const NEXT_LINE = /(?:\r?\n|\\n)[ \t]*(?=[\w+/-]{4,}={0,2}(?:$|[\r\n"')>]))/y;

/** Where base64 ends that may go on in the next lines. */
function base64End(text: string, from: number): number {
  let end = from;
  for (;;) {
    LETTERS.lastIndex = end;
    const letters = LETTERS.exec(text);
    if (letters === null) return end;
    end += letters[0].length;
    NEXT_LINE.lastIndex = end;
    const line = NEXT_LINE.exec(text);
    if (line === null || letters[0].endsWith('=') || letters[0].length > LONGEST_LINE) return end;
    end += line[0].length;
  }
}

/** Where another data URL ends. */
function plainEnd(text: string, from: number): number {
  const length = text.slice(from).search(/["')\s]/);
  return length < 0 ? text.length : from + length;
}

// Stands where a picture was, until what framed it is gone too.
const GAP = '\u0000';

/** Without the Markdown and HTML around pictures that are gone. */
const withoutFrames = (text: string): string =>
  text.includes(GAP)
    ? text
        .replaceAll(/!\[[^\]\n]{0,200}\]\(\s{0,9}\0[^)\n]{0,200}\)/g, '')
        .replaceAll(/<img\b[^<>]{0,500}\0[^<>]{0,500}>/gi, '')
        .replaceAll(GAP, '')
    : text;

const LINKS = [
  /!\[[^\]\n]{0,200}\]\(\s{0,9}(https?:\/\/[^\s)]{1,2000})/gi,
  /<img\b[^<>]{0,500}?\bsrc\s{0,9}=\s{0,9}["']?(https?:\/\/[^\s"'>]{1,2000})/gi,
  /(https?:\/\/[^\s"'<>()[\]]{1,2000}\.(?:png|jpe?g|webp|avif|gif)(?:\?[^\s"'<>()[\]]{0,2000})?)/gi,
  /^\s*(https?:\/\/\S{1,2000})\s*$/i,
];

/** Looked at for links: an answer's words are short. */
const WORDS = 100_000;

function linksIn(words: string): Find[] {
  const text = words.slice(0, WORDS);
  const urls = LINKS.flatMap((link) =>
    link.global ? Array.from(text.matchAll(link), ([, url = '']) => url) : [link.exec(text)?.[1] ?? ''],
  );
  return [...new Set(urls)].filter((url) => url !== '').map((url) => ({ kind: 'link', url }));
}

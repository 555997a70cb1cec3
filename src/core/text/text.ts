// Control characters, bidi overrides and other format characters, separators, surrogates without a partner; the two
// joiners that emoji and many scripts are written with stay.
const UNPRINTABLE = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text from outside, safe to print on a terminal: every control character becomes visible. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    if (char === '\n' || char === '\t') return ' ';
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** What `styled` puts around a text, or a character that a terminal could obey. */
// eslint-disable-next-line no-control-regex -- the escape character is the point
const OBEYED = /(\u001B\[(?:1|2|22|3[1236]|39)m)|(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Lines as a terminal may have them, whatever was put into them: styles stay, and what else it could obey is escaped as JSON
 * does it, so that a document stays the same document.
 */
export const harmless = (text: string): string =>
  text.replace(OBEYED, (found, style: string | undefined) => style ?? escaped(found));

const escaped = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

/** One line of at most `width` characters, printable. */
export function excerpt(text: string, width = 120): string {
  // Cut before it is made printable, because a prompt may have megabytes.
  const line = printable(text.slice(0, width * 4).trim()).replace(/ {2,}/g, ' ');
  const chars = Array.from(line);
  return chars.length > width || text.length > width * 4 ? `${chars.slice(0, width - 1).join('')}…` : line;
}

/** "12,000" */
export const thousands = (count: number | bigint): string =>
  String(count).replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ',');

/** "1 image", "4,000 images". */
export function counted(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** "61.0 MB", "12 kB" */
export const fileSize = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Whether an answer agrees; only y and yes do. */
export const isYes = (answer: string): boolean => /^\s*y(es)?\s*$/i.test(answer);

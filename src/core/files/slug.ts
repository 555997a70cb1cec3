import { isDevice } from './windows-name.ts';

/** Bytes that a slug may take of a file name's 255. */
const LONGEST = 60;
/** Characters of a prompt that are looked at: more than ever fit. */
const READ = 1000;
const FALLBACK = 'image';

/** A letter or digit of any script with the marks that belong to it. */
const CHARACTER = /[^\p{M}]\p{M}*/gu;

/**
 * A prompt as part of a file name: lower case, words joined by hyphens, letters and digits of every script. Never
 * empty, at most 60 bytes, no dot and no leading hyphen, and its own slug.
 */
export function slug(prompt: string): string {
  const plain = prompt
    .slice(0, READ)
    .normalize('NFKC')
    .toLowerCase()
    // Apostrophes are inside words; the others (joiners, fillers, direction marks) are not to be seen.
    .replace(/['’\p{DI}]/gu, '')
    .normalize('NFKC');
  const words = plain.replace(/[^\p{L}\p{N}\p{M}]/gu, '-').replace(/(?<![\p{L}\p{N}\p{M}])\p{M}+/gu, '');
  const short = cut(trimmed(words.replace(/-+/g, '-')));
  if (!short) return FALLBACK;
  return isDevice(short) ? `${short}-${FALLBACK}` : short;
}

/** Whole characters up to the limit; whole words where that costs less than half. */
function cut(text: string): string {
  if (utf8Length(text) <= LONGEST) return text;
  let taken = '';
  let size = 0;
  for (const [character] of text.matchAll(CHARACTER)) {
    size += utf8Length(character);
    if (size > LONGEST) break;
    taken += character;
  }
  const lastWord = taken.lastIndexOf('-');
  const wordBroken = text[taken.length] !== '-';
  return wordBroken && lastWord > taken.length / 2 ? taken.slice(0, lastWord) : taken;
}

const trimmed = (text: string): string => text.replace(/^-|-$/g, '');

/** Bytes of a text in UTF-8, where file systems count. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

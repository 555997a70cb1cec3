/** A command line as far as it is typed, taken apart as bash does, with nothing in it expanded. */
export interface TypedLine {
  /** The words before the one that is typed. */
  readonly before: readonly string[];
  /** What is typed of the last word, without quotation marks. */
  readonly word: string;
  /** A quotation mark that is still open in it. */
  readonly quote: '"' | "'" | null;
}

export function typedLine(line: string): TypedLine {
  const words: string[] = [];
  let word = '';
  let quote: TypedLine['quote'] = null;
  let isWord = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? '';
    const next = line[at + 1] ?? '';
    if (char === '\\' && quote !== "'" && (quote === null || /["\\$`]/.test(next))) {
      word += next;
      isWord = true;
      at += 1;
    } else if (char === quote) quote = null;
    else if (quote === null && (char === '"' || char === "'")) {
      quote = char;
      isWord = true;
    } else if (quote === null && /\s/.test(char)) {
      if (isWord) words.push(word);
      word = '';
      isWord = false;
    } else {
      word += char;
      isWord = true;
    }
  }
  return { before: words, word, quote };
}

/** Of COMP_WORDBREAKS, those that stand in a word as they are. */
const BREAKS = [':', '=', '@'];

/** Characters that mean nothing to bash, in a word that is not quoted. */
const PLAIN = /[^\w@%+=:,./-]/gu;

/**
 * What bash puts in the place of the last word, whatever is in the value: as text alone. Within quotation marks only what
 * means nothing there; null where that cannot be.
 */
export function inBash(value: string, { word, quote }: Pick<TypedLine, 'word' | 'quote'>): string | null {
  if (quote !== null && /["'\\$`!]/.test(value)) return null;
  // bash replaces what stands behind the last of these, and not the whole word.
  const kept = quote === null ? Math.max(...BREAKS.map((char) => word.lastIndexOf(char))) + 1 : 0;
  const rest = value.slice(kept);
  return quote === null ? rest.replace(PLAIN, '\\$&') : rest;
}

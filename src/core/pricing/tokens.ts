/** How many tokens a text may count. */
export interface TokenEstimate {
  readonly low: number;
  /** About four letters a token, and one a character where words are not spaced. */
  readonly expected: number;
  /** A tokenizer with byte fallback cannot count more than the bytes of the text, plus what is wrapped around it. */
  readonly high: number;
}

/** Room for what the API wraps around a prompt. */
const FRAME = 8;

/** Twelfths of a token. */
const LETTER = 3;
const MARK = 6;
const WHOLE = 12;

/** Reads every character once and needs no vocabulary, so it works offline and in any script. */
export function promptTokens(prompt: string): TokenEstimate {
  let bytes = 0;
  let twelfths = 0;
  for (let i = 0; i < prompt.length; i += 1) {
    const code = prompt.charCodeAt(i);
    if (code < 0x80) {
      bytes += 1;
      twelfths += asciiWeight(code);
    } else if (code < 0x800) {
      bytes += 2;
      twelfths += MARK;
    } else {
      // Also a surrogate that stands alone becomes 3 bytes; one of a pair counts 2, so this never undershoots.
      bytes += 3;
      twelfths += WHOLE;
    }
  }
  const expected = Math.ceil(twelfths / WHOLE);
  return { low: Math.floor(expected / 2), expected, high: bytes + FRAME };
}

function asciiWeight(code: number): number {
  if (code >= 0x30 && code <= 0x39) return WHOLE;
  const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x20;
  return isLetter ? LETTER : MARK;
}

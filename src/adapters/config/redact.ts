/** Takes secrets out of what others say. */
export interface Redactor {
  readonly clean: (text: string) => string;
  /** Overwrites the secrets in a body, byte for byte. */
  readonly scrub: (body: Uint8Array) => Uint8Array;
}

const MASK = '[key]';

/** A shorter secret could stand in a picture's base64 by chance. */
export const UNMISTAKABLE = 12;

/** Finds secrets in every spelling in which a server, a library or a gateway echoes them. */
export function redactor(secrets: readonly string[]): Redactor {
  const everywhere = pattern(secrets);
  const long = secrets.filter(({ length }) => length >= UNMISTAKABLE);
  const disguised = pattern(long);
  const plain = long.flatMap((secret) => [
    secret,
    ...inBase64(secret).flatMap((text) => [...inBothAlphabets(text)]),
  ]);
  const reach = LONGEST_ESCAPE * Math.max(0, ...long.map(({ length }) => length));
  return {
    clean: (text) => (everywhere ? text.replace(everywhere, MASK) : text),
    scrub(body) {
      if (!disguised) return body;
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      for (const spelling of plain) {
        for (let at = bytes.indexOf(spelling); at >= 0; at = bytes.indexOf(spelling, at))
          bytes.fill('*', at, at + spelling.length);
      }
      for (const { from, until } of nearEscapes(bytes, reach)) {
        // In Latin-1 every byte is a character, so what is found in the text is where it is in the bytes.
        for (const { index, 0: found } of bytes.toString('latin1', from, until).matchAll(disguised))
          bytes.fill('*', from + index, from + index + found.length);
      }
      return body;
    },
  };
}

function pattern(secrets: readonly string[]): RegExp | null {
  const spellings = secrets.flatMap((secret) => [
    Array.from(secret, spelled).join(''),
    ...inBase64(secret).map((text) => Array.from(text, spelledInBase64).join('')),
  ]);
  return spellings.length === 0 ? null : new RegExp(spellings.join('|'), 'g');
}

/** `&amp;#x0041;`, and some zeros more. */
const LONGEST_ESCAPE = 20;

/** The parts in which anything is escaped: megabytes of base64 hold no such sign, and are not looked through. */
function nearEscapes(bytes: Buffer, reach: number): readonly { from: number; until: number }[] {
  const parts: { from: number; until: number }[] = [];
  const signs = ['\\', '%', '&'].map((sign) => sign.charCodeAt(0));
  const next = signs.map((sign) => bytes.indexOf(sign));
  while (next.some((at) => at >= 0)) {
    const at = Math.min(...next.filter((place) => place >= 0));
    const last = parts.at(-1);
    if (last && at - reach <= last.until) last.until = at + reach;
    else parts.push({ from: Math.max(0, at - reach), until: at + reach });
    for (const [index, sign] of signs.entries()) {
      if (next[index] === at) next[index] = bytes.indexOf(sign, at + 1);
    }
  }
  return parts;
}

/** A character, or an escape of it, once or several times, as JSON, in an address or in HTML. */
function spelled(char: string): string {
  const code = char.charCodeAt(0);
  const hex = inAnyCase(code.toString(16).padStart(2, '0'));
  return `(?:${[
    // JSON escapes a quotation mark, a backslash and sometimes a slash with one backslash more.
    `${/\w/.test(char) ? '' : `(?:${BACKSLASHES})?`}${literally(char)}`,
    `${BACKSLASHES}(?:u\\{?${ZEROS}|x)${hex}\\}?`,
    `%(?:25)${AGAIN}${hex}`,
    `&(?:amp;)${AGAIN}#${ZEROS}${code};?`,
    `&(?:amp;)${AGAIN}#[xX]${ZEROS}${hex};?`,
    ...(NAMED[char] ?? []).map((name) => `&(?:amp;)${AGAIN}${name};`),
  ].join('|')})`;
}

// Each time that a text is escaped once more, its backslashes double and the others gain one. More than anybody does, and
// no more, because without an end a run of them would be looked through from each of its places.
const BACKSLASHES = '\\\\{1,64}';
const AGAIN = '{0,8}';
const ZEROS = '0{0,8}';

const NAMED: Readonly<Record<string, readonly string[]>> = {
  '"': ['quot'],
  '&': ['amp'],
  "'": ['apos'],
  '<': ['lt'],
  '>': ['gt'],
};

const literally = (text: string): string => text.replace(/[^\w]/g, '\\$&');

const inAnyCase = (hex: string): string =>
  hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/**
 * The secret in base64, on its own and inside of longer text: of each of the three places where a group of bytes may
 * begin, the characters that the secret alone decides.
 */
function inBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const spellings = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((8 * before) / 6), Math.floor((8 * (before + bytes.length)) / 6));
  });
  return spellings.filter(({ length }) => length >= UNMISTAKABLE);
}

const inBothAlphabets = (text: string): ReadonlySet<string> =>
  new Set([text, text.replaceAll('+', '-').replaceAll('/', '_')]);

function spelledInBase64(char: string): string {
  if (char === '+') return `(?:-|${spelled(char)})`;
  return char === '/' ? `(?:_|${spelled(char)})` : char;
}

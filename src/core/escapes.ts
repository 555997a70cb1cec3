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

/** What a shell takes as it is. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** Control characters: in quotes of a shell they would be typed into the terminal that they are pasted into. */
// oxlint-disable-next-line no-control-regex
const UNTYPABLE = /[\u0000-\u001F\u007F-\u009F]/;

/** A word for a POSIX shell, whatever is in it. */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  if (!UNTYPABLE.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const bytes = Array.from(text, (char) =>
    UNTYPABLE.test(char) ? octal(char) : char === "'" || char === '\\' ? `\\${char}` : char,
  );
  return `$'${bytes.join('')}'`;
}

/** UTF-8 bytes of a control character: the first 128 have one, the others two. */
function octal(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const bytes = code < 128 ? [code] : [192 + Math.floor(code / 64), 128 + (code % 64)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** A file as an argument: one whose name begins with a dash is no flag. */
export const shellPath = (path: string): string => shellWord(path.startsWith('-') ? `./${path}` : path);

import { usageFailure } from '../../core/errors.ts';

/** What a text begins with that is no UTF-8: PowerShell writes `>` so. */
const MARKS = [
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
] as const;

/** The text of a file, UTF-8, or UTF-16 with its mark. Failure `usage` with the file's name when it is neither. */
export function decoded(bytes: Uint8Array, name: string): string {
  const marked = MARKS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  try {
    const text = new TextDecoder(marked?.encoding ?? 'utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below.
  }
  throw usageFailure(`${name} is no UTF-8 text.`, 'Save it as UTF-8.');
}

import { usageFailure } from '../core/errors.ts';
import type { Deps } from '../ports.ts';

/** The prompt of a command line: its words, or a file; never blank. */
export async function promptFrom(
  words: readonly string[],
  file: string | undefined,
  { readText, readStdin }: Pick<Deps, 'readText' | 'readStdin'>,
): Promise<string> {
  const typed = words.join(' ');
  if (file === undefined) return notBlank(typed, 'The prompt is empty.');
  if (typed.trim() !== '') throw usageFailure('The prompt is given twice: as words and with --prompt-file.');
  const text = file === '-' ? await readStdin() : await readText(file);
  return notBlank(
    text.replace(/^\uFEFF/, ''),
    file === '-' ? 'Standard input is empty.' : `--prompt-file ${file} is empty.`,
  );
}

function notBlank(text: string, message: string): string {
  // Invisible characters alone are no prompt either.
  if (/^[\s\p{C}]*$/u.test(text))
    throw usageFailure(message, 'Say what the picture shows: pixtab "a lighthouse at dusk"');
  return text.trim();
}

import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { harmless, isYes } from '../../core/text/text.ts';

/** Asks on stderr and reads a line of standard input. Only y and yes agree. */
export async function confirm(
  question: string,
  { stdin, stderr }: { readonly stdin: Readable; readonly stderr: Writable },
  signal: AbortSignal,
): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const ended = new Promise<null>((resolve) => void lines.once('close', () => resolve(null)));
    const answer = await Promise.race([lines.question(`${harmless(question)} [y/N] `, { signal }), ended]);
    if (answer !== null) return isYes(answer);
  } catch {
    // Ctrl-C is a no.
  } finally {
    lines.close();
  }
  // Whoever answers ends the line of the question; here nobody did.
  stderr.write('\n');
  return false;
}

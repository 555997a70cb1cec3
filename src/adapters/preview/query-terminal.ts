import type { ReadStream } from 'node:tty';

/** Longer than the way to a terminal on the other side of the world and back. */
const PATIENCE_MS = 500;

const QUESTION = '\u001B[c';
// oxlint-disable-next-line no-control-regex -- the answer begins with one.
const ANSWER = /\u001B\[\?([\d;]*)c/;

export interface Line {
  readonly input: Pick<
    ReadStream,
    'isTTY' | 'isRaw' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause' | 'unshift'
  >;
  readonly output: { readonly isTTY?: boolean; write(text: string): unknown };
  /** Runs `run` after some milliseconds; returns a function that prevents it. */
  readonly after?: (ms: number, run: () => void) => () => void;
}

/** Asks a terminal for its primary attributes; null when it does not answer, or is none on both ends. */
export async function primaryAttributes({
  input,
  output,
  after = later,
}: Line): Promise<readonly number[] | null> {
  if (!input.isTTY || !output.isTTY) return null;
  const wasRaw = input.isRaw;
  try {
    // Raw mode: otherwise the answer would be shown, and wait for the Enter key.
    input.setRawMode(true);
    const { said, rest } = await heard({ input, output, after });
    input.pause();
    input.setRawMode(wasRaw);
    // What the user typed meanwhile is given back to the program that reads next.
    if (rest !== '') input.unshift(Buffer.from(rest, 'latin1'));
    return said;
  } catch {
    // A terminal that was closed does not answer.
    return null;
  }
}

function heard({ input, output, after }: Required<Line>) {
  return new Promise<{ said: readonly number[] | null; rest: string }>((resolve) => {
    let text = '';
    const end = (): void => {
      forget();
      input.off('data', listen);
      const numbers = ANSWER.exec(text)?.[1]?.split(';').map(Number) ?? null;
      resolve({ said: numbers, rest: text.replace(ANSWER, '') });
    };
    const listen = (chunk: Uint8Array): void => {
      text += Buffer.from(chunk).toString('latin1');
      if (ANSWER.test(text)) end();
    };
    const forget = after(PATIENCE_MS, end);
    input.on('data', listen);
    input.resume();
    output.write(QUESTION);
  });
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

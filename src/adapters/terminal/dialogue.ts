import { createInterface } from 'node:readline';
import type { Dialogue } from '../../ports/index.ts';

export interface Talk {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where questions are asked, when the input is a terminal. */
  readonly output: NodeJS.WritableStream;
  readonly complete: (line: string) => readonly string[];
  /** Called when Ctrl-C is pressed while no question waits. */
  readonly interrupt: () => void;
}

/** Lines from a terminal, with history and completion, or from a pipe. */
export function dialogue({ input, output, complete, interrupt }: Talk): Dialogue {
  const isTerminal = input.isTTY === true;
  const lines: string[] = [];
  let waiting: ((line: string | null) => void) | null = null;
  let closed = false;
  const reader = createInterface({
    input,
    ...(isTerminal && { output }),
    terminal: isTerminal,
    completer: (line: string) => [complete(line), line],
  });
  const answer = (line: string | null): void => {
    const asked = waiting;
    waiting = null;
    asked?.(line);
  };
  reader.on('line', (line) => (waiting ? answer(line) : lines.push(line)));
  reader.on('close', () => {
    closed = true;
    // The line of the question that nobody answered.
    if (isTerminal && waiting !== null) output.write('\n');
    answer(null);
  });
  reader.on('SIGINT', () => (waiting ? reader.close() : interrupt()));
  return {
    ask(question) {
      const next = lines.shift();
      if (next !== undefined || closed) return Promise.resolve(next ?? null);
      return new Promise((resolve) => {
        waiting = resolve;
        reader.setPrompt(question);
        if (isTerminal) reader.prompt();
      });
    },
    close: () => reader.close(),
  };
}

import type { Terminal } from '../ports/index.ts';

/** Says at the first Ctrl-C that requests are under way that may be paid for. Returns a function that stops listening. */
export function answerInterrupt(
  stop: AbortSignal,
  underWay: ReadonlySet<string>,
  terminal: Pick<Terminal, 'alarm'>,
): () => void {
  const answer = (): void => {
    if (underWay.size > 0) terminal.alarm(HEARD);
  };
  stop.addEventListener('abort', answer, { once: true });
  return () => stop.removeEventListener('abort', answer);
}

const HEARD = 'Finishing what is paid for; Ctrl-C again leaves at once, and may leave a charge behind.';

/** How long the other side of an exchange may be silent. */
export interface Silence {
  /** The longest silence before the answer begins. */
  readonly timeoutMs: number;
  /** The longest silence within it; the same where it is left out. What is arriving is never cut. */
  readonly idleMs?: number;
}

/** Measures that silence. */
export interface Patience {
  /** Aborts when nothing was heard for too long. */
  readonly signal: AbortSignal;
  /** Something came: the answer's head, or a piece of it. */
  readonly heard: () => void;
  readonly end: () => void;
}

// Longer delays overflow the platform's timer and fire at once.
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** A gateway that keeps a connection awake with a byte now and then must come to an end too. */
const LONGEST_ANSWER_MS = 3_600_000;

export function patienceWithin({ timeoutMs, idleMs = timeoutMs }: Silence): Patience {
  const over = new AbortController();
  let idle: NodeJS.Timeout | null = null;
  const beginning = AbortSignal.timeout(Math.min(timeoutMs, MAX_TIMEOUT_MS));
  beginning.addEventListener('abort', () => void (idle ?? over.abort()));
  const whole = AbortSignal.timeout(Math.min(Math.max(timeoutMs, LONGEST_ANSWER_MS), MAX_TIMEOUT_MS));
  return {
    signal: AbortSignal.any([over.signal, whole]),
    heard() {
      idle = idle?.refresh() ?? setTimeout(() => over.abort(), Math.min(idleMs, MAX_TIMEOUT_MS));
    },
    end() {
      if (idle) clearTimeout(idle);
    },
  };
}

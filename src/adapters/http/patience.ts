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
  const limit = (ms: number): NodeJS.Timeout =>
    setTimeout(() => over.abort(), Math.min(ms, MAX_TIMEOUT_MS)).unref();
  let silence = limit(timeoutMs);
  let hasBegun = false;
  const whole = limit(Math.max(timeoutMs, LONGEST_ANSWER_MS));
  return {
    signal: over.signal,
    heard() {
      if (hasBegun) silence.refresh();
      else {
        hasBegun = true;
        clearTimeout(silence);
        silence = limit(idleMs);
      }
    },
    // Who buys for days would keep the limits of a whole hour in memory.
    end() {
      clearTimeout(silence);
      clearTimeout(whole);
    },
  };
}

export interface Joined {
  readonly signal: AbortSignal;
  /** Lets go of the signals that it was made of. */
  readonly end: () => void;
}

/** Aborts with any. What AbortSignal.any makes is remembered by signals that live on, as those of a server do: 64 bytes each time. */
export function joined(...signals: readonly AbortSignal[]): Joined {
  const own = new AbortController();
  const abort = (): void => own.abort();
  for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
  if (signals.some(({ aborted }) => aborted)) own.abort();
  return {
    signal: own.signal,
    end() {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    },
  };
}

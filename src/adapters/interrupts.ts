import { setMaxListeners, type EventEmitter } from 'node:events';

/** What the user wants of a command that runs. */
export interface Interrupts {
  /** Starts no more; what was sent is finished. */
  readonly stop: AbortSignal;
  /** Leaves at once, whatever was paid. */
  readonly leave: AbortSignal;
}

/** Signals so close together have one cause: npm passes on to its child the Ctrl-C that the terminal sends there too. */
const ONE_CAUSE_MS = 1_000;

/**
 * The first Ctrl-C (or SIGTERM) stops, and one that comes later leaves. A terminal that is closed says so with SIGHUP,
 * often twice and with a SIGTERM after it, and nobody is there to mean "at once" by that. `now` never goes back, in milliseconds.
 */
export function interrupts(signals: Pick<EventEmitter, 'on'>, now: () => number): Interrupts {
  const stop = new AbortController();
  const leave = new AbortController();
  // Every call of a server and every picture of a worker listens, and Node takes more than ten for a leak and says so.
  setMaxListeners(0, stop.signal, leave.signal);
  let stoppedAt = -Infinity;
  let isHungUp = false;

  function begin(): void {
    stoppedAt = now();
    stop.abort();
  }

  function onSignal(endsSession: boolean): void {
    if (!stop.signal.aborted || endsSession) begin();
    else if (now() - stoppedAt >= ONE_CAUSE_MS) leave.abort();
    isHungUp &&= !endsSession;
  }

  signals
    .on('SIGINT', () => onSignal(false))
    .on('SIGTERM', () => onSignal(isHungUp))
    .on('SIGHUP', () => {
      if (stop.signal.aborted) return;
      isHungUp = true;
      begin();
    });
  return { stop: stop.signal, leave: leave.signal };
}

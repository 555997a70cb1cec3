import type { Clock } from '../ports.ts';
import type { FaultQueue } from './faults/queue.ts';
import type { Limits } from './limits.ts';
import type { Meter } from './meter.ts';
import type { Painter } from './pictures.ts';

/** What can be changed while the sandbox runs. */
export interface Settings {
  /** Added before every piece of work. */
  readonly latencyMs: number;
  /** Requests per minute and per day, for each model; null for no limit. */
  readonly rpm: number | null;
  readonly rpd: number | null;
  /** Imagen 4 answers as it does since its end: 404. */
  readonly retired: boolean;
  /** Real thought signatures have one to three million. */
  readonly signatureBytes: number;
  /** How long a batch job waits, and how long it runs. The real ones take up to a day. */
  readonly batchMs: number;
}

/** What the endpoints share. */
export interface State {
  readonly clock: Clock;
  readonly seed: number;
  readonly painter: Painter;
  /** Aborts when the sandbox closes. */
  readonly closing: AbortSignal;
  readonly meter: Meter;
  readonly limits: Limits;
  readonly faults: FaultQueue;
  readonly settings: () => Settings;
  /** How often this very request came before: the nth answer to it is always the same, whatever comes between. */
  readonly repeat: (key: string) => number;
}

import type { Clock } from '../ports/index.ts';
import { hash, seededRandom } from './random.ts';
import { faultQueue } from './faults/queue.ts';
import type { FaultQueue } from './faults/queue.ts';
import { GOOGLE } from './guises/google.ts';
import type { Guise } from './guises/guise.ts';
import { guiseNamed } from './guises/guises.ts';
import { limits } from './request-limits.ts';
import type { Limits } from './request-limits.ts';
import { meter } from './account/meter.ts';
import type { Meter } from './account/meter.ts';
import type { Painter } from './placeholders.ts';

/** What can be changed while the sandbox runs. */
export interface Settings {
  /** How long every request waits before it is worked on. */
  readonly latencyMs: number;
  /** Requests per minute and per day, for each model; null for no limit. */
  readonly rpm: number | null;
  readonly rpd: number | null;
  /** Whether Imagen 4 answers 404, as it does since it was shut down. */
  readonly retired: boolean;
  /** The size of a thought signature; real ones have one to three million bytes. */
  readonly signatureBytes: number;
  /** How long a batch job takes, half of it waiting. Real jobs take up to a day. */
  readonly batchMs: number;
  /** Batch jobs that may be unfinished at the same time. */
  readonly batchJobs: number;
  /** Tokens that unfinished batch jobs of a model may have together; null for no limit. */
  readonly batchTokens: number | null;
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
  /** Whom the sandbox plays. */
  readonly guise: Guise;
  readonly settings: () => Settings;
  readonly change: (changes: Partial<Settings>) => void;
  /** Counts a request by its key, and returns how often it came before. */
  readonly timesSeen: (key: string) => number;
  readonly reset: () => void;
}

export interface StateOptions extends Partial<Settings> {
  /** The same seed and the same requests give the same answers. */
  readonly seed?: number;
  /** "429x2,reset-after,ok": see faults/schedule.ts. */
  readonly faults?: string;
  /** Whom to play: see guises/guises.ts. */
  readonly as?: string;
  readonly clock: Clock;
  readonly painter: Painter;
}

export function openState(options: StateOptions, closing: AbortSignal): State {
  const { clock, painter, seed = 1, faults = '' } = options;
  const now = (): number => clock.now();
  let settings: Settings = {
    latencyMs: options.latencyMs ?? 0,
    rpm: options.rpm ?? null,
    rpd: options.rpd ?? null,
    retired: options.retired ?? false,
    signatureBytes: options.signatureBytes ?? 512,
    batchMs: options.batchMs ?? 2000,
    // https://ai.google.dev/gemini-api/docs/rate-limits#batch-api, checked 2026-11-22.
    batchJobs: options.batchJobs ?? 100,
    batchTokens: options.batchTokens ?? null,
  };
  const state = {
    meter: meter(now),
    limits: limits(now, () => settings),
    faults: faultQueue(faults, seededRandom(seed, 'faults')),
  };
  const guise = guiseNamed(options.as ?? GOOGLE.name);
  const seen = requestCounts();

  return {
    ...state,
    guise,
    clock,
    seed,
    painter,
    closing,
    settings: () => settings,
    change(changes) {
      settings = { ...settings, ...changes };
    },
    timesSeen: (key) => seen.next(key),
    reset() {
      state.meter.reset();
      state.limits.reset();
      state.faults.clear();
      seen.reset();
    },
  };
}

const MOST_KEYS = 50_000;

/** Counts how often a key was seen. Forgets all keys when there are too many: memory counts more than variety. */
function requestCounts(): { next(key: string): number; reset(): void } {
  // Keys are hashed because prompts may be megabytes; two prompts with one hash only share their count.
  const counts = new Map<number, number>();
  return {
    next(key) {
      const id = hash(key);
      const count = counts.get(id) ?? 0;
      if (counts.size >= MOST_KEYS) counts.clear();
      counts.set(id, count + 1);
      return count;
    },
    reset: () => counts.clear(),
  };
}

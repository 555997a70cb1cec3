import { REQUEST_GUESSES, SPEND_LIMITS } from '../catalogue/account-limits.ts';
import type { Tier } from '../catalogue/account-limits.ts';
import { nameOf } from '../catalogue/catalogue.ts';
import { format, nano, usd } from '../pricing/money.ts';
import type { Usd } from '../pricing/money.ts';
import { counted } from '../text/text.ts';
import { calendar } from './calendar.ts';

/** What a limit counts. Requests and images are limited for each model, spending for all of them together. */
export const LIMIT_METERS = ['requests', 'images', 'spend'] as const;
export type LimitMeter = (typeof LIMIT_METERS)[number];

/** What the user says of the account; what is left out has no limit until Google shows one. */
export interface LimitWishes {
  readonly rpm?: number | undefined;
  readonly rpd?: number | undefined;
  readonly ipm?: number | undefined;
  /** Dollars in any ten minutes. */
  readonly spendRate?: Usd | undefined;
  /** Fills in what the others leave out with what accounts of this tier were last said to have. */
  readonly tier?: Tier | undefined;
}

/** What one request takes of the limits. */
export interface Weight {
  readonly model: string;
  readonly images: number;
  readonly cost: Usd;
}

/** At most so many units for each model, or in all for spending, in any window or between two Pacific midnights. */
export interface Limit {
  readonly meter: LimitMeter;
  readonly window: number | 'day';
  readonly most: bigint;
  /** Whose word it is, as the start of a sentence. */
  readonly says: string;
}

/** A limit that was met: what was allowed before no more was taken. */
export interface Learned {
  /** Who took no more, as messages call it. */
  readonly who: string;
  readonly meter: LimitMeter;
  readonly most: bigint;
  readonly at: number;
}

/**
 * When what was sent under a limit since a moment, counted from the latest send backwards, comes to more than `room`
 * units; null while all of it fits. A send counts at the latest moment at which the server may have counted it, up to
 * TRAVEL_MS from now.
 */
export type Overflow = (limit: Limit, since: number, room: bigint) => number | null;

export interface Wait {
  readonly waitMs: number;
  /** One sentence without its full stop. */
  readonly why: string;
  /** It ends at midnight in California: nobody sits through it. */
  readonly untilMidnight: boolean;
}

const MINUTE = 60_000;
/**
 * The server counts a request at some moment between its leaving and its answer. Who leaves on a busy machine or a slow
 * line arrives late, and would meet those who leave a minute later: the latest moment counts, though not later than this.
 */
export const TRAVEL_MS = 3_000;
export const WINDOWS: Record<LimitMeter, number> = { requests: MINUTE, images: MINUTE, spend: 10 * MINUTE };

/** Everything that limits a model now. */
export function limitsFor(
  model: string,
  wishes: LimitWishes,
  learned: readonly Learned[],
  now: number,
): readonly Limit[] {
  const limits: Limit[] = [];
  const add = (meter: LimitMeter, window: Limit['window'], most: number | bigint, says: string): void =>
    void limits.push({ meter, window, most: BigInt(most), says });

  const { rpm, rpd, ipm, spendRate, tier } = wishes;
  const guess = REQUEST_GUESSES.find((row) => row.model === model && row.tier === tier);
  const guessed = `tier ${tier} was last said to allow`;
  if (rpm !== undefined) add('requests', WINDOWS.requests, rpm, '--rpm allows');
  else if (guess) add('requests', WINDOWS.requests, guess.perMinute, guessed);
  if (ipm !== undefined) add('images', WINDOWS.images, ipm, '--ipm allows');
  if (rpd !== undefined) add('requests', 'day', rpd, '--rpd allows');
  else if (guess && guess.perDay !== null) add('requests', 'day', guess.perDay, guessed);
  const spending = SPEND_LIMITS.find((row) => row.tier === tier);
  if (spendRate !== undefined) add('spend', WINDOWS.spend, spendRate, '--spend-rate allows');
  else if (spending) add('spend', WINDOWS.spend, spending.perTenMinutes, `tier ${tier} allows`);

  for (const one of learned) {
    const most = recovered(one, now);
    if (most !== null) add(one.meter, WINDOWS[one.meter], most, `${one.who} last allowed`);
  }
  return limits;
}

/** How long a request has to wait for all of its limits; null when it may go now. */
export function waitFor(
  weight: Weight,
  limits: readonly Limit[],
  overflow: Overflow,
  now: number,
): Wait | null {
  let longest: Wait | null = null;
  for (const limit of limits) {
    const ready = readyAt(limit, unitsOf(weight, limit.meter), overflow, now);
    const waitMs = ready - now;
    if (waitMs <= (longest?.waitMs ?? 0)) continue;
    longest = { waitMs, why: describe(limit, weight.model), untilMidnight: limit.window === 'day' };
  }
  return longest;
}

/** What `overflow` is asked of a limit. */
export const roomIn = (limit: Limit, units: bigint, now: number) => ({
  since: countsSince(limit, now),
  room: limit.most - units,
});

/** Where a limit's window begins: what was sent before no longer counts. */
function countsSince({ window }: Limit, now: number): number {
  return window === 'day' ? pacificDay(now).from : now - window;
}

export function unitsOf({ images, cost }: Omit<Weight, 'model'>, meter: LimitMeter): bigint {
  return { requests: 1n, images: BigInt(images), spend: cost }[meter];
}

/**
 * When `units` more fit. A window has both its ends inside, so that none of them, wherever it begins, holds more than
 * the limit; what is larger than a whole limit goes alone.
 */
function readyAt(limit: Limit, units: bigint, overflow: Overflow, now: number): number {
  const { since, room } = roomIn(limit, units, now);
  const at = overflow(limit, since, room);
  if (at === null) return now;
  // A clock that was set back leaves sends in the far future; they are on their way at the latest.
  return limit.window === 'day' ? pacificDay(now).until : Math.min(at, now + TRAVEL_MS) + limit.window + 1;
}

function describe({ meter, window, most, says }: Limit, model: string): string {
  if (meter === 'spend') return `${says} ${format(nano(most))} in ten minutes`;
  return `${says} ${counted(Number(most), meter.slice(0, -1))} of ${nameOf(model)} a ${window === 'day' ? 'day' : 'minute'}`;
}

const RECOVERY_MS = 10 * MINUTE;
/** By then it has grown past anything that anybody sends. */
const FORGOTTEN_MS = 360 * MINUTE;

/** No account that pays was ever said to have less; whoever gets less shares it with others. */
const LEAST: Record<LimitMeter, bigint> = { requests: 5n, images: 5n, spend: usd('10') };

/**
 * What to keep in mind of a limit that was just met: the number that Google names, else the units that it took in the
 * same window before. null where that tells nothing, because others used the limit up.
 */
export function lesson(meter: LimitMeter, taken: bigint, stated: number | null): bigint | null {
  if (stated !== null && stated >= 1) return BigInt(Math.floor(stated));
  if (taken <= 0n) return null;
  return taken < LEAST[meter] ? LEAST[meter] : taken;
}

/** A learned limit as it is relied on now: every ten quiet minutes half as much again; null once it is forgotten. */
export function recovered({ most, at }: Pick<Learned, 'most' | 'at'>, now: number): bigint | null {
  const quiet = Math.max(0, now - at);
  if (quiet >= FORGOTTEN_MS) return null;
  let grown = most;
  for (let step = Math.floor(quiet / RECOVERY_MS); step > 0; step--) grown += (grown + 1n) / 2n;
  return grown;
}

const pacificDay = (now: number) => calendar('America/Los_Angeles').windowAt(now, 'day');

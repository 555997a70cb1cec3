import type { Usd } from '../pricing/money.ts';
import { usd } from '../pricing/money.ts';
import { inputLimit } from './input-limits.ts';
import type { Cited } from './model.ts';

export const TIERS = [1, 2, 3] as const;
/** What Google makes of an account: 1 has billing, 2 paid $100 and waited 3 days, 3 paid $1,000 and waited 30. */
export type Tier = (typeof TIERS)[number];

/** What Google lets an account spend; beyond it answers are 429. */
export interface SpendLimit extends Cited {
  readonly tier: Tier;
  readonly perTenMinutes: Usd;
  readonly perMonth: Usd;
}

const PAGE: Cited = {
  source: 'https://ai.google.dev/gemini-api/docs/rate-limits',
  checked: '2026-08-18',
  confidence: 'medium',
};

export const SPEND_LIMITS: readonly SpendLimit[] = [
  { ...PAGE, tier: 1, perTenMinutes: usd('10'), perMonth: usd('250') },
  { ...PAGE, tier: 2, perTenMinutes: usd('50'), perMonth: usd('2000') },
  { ...PAGE, tier: 3, perTenMinutes: usd('200'), perMonth: usd('20000'), note: 'up to $100,000 for some' },
];

/** How many requests an account may send for a model, as it was last published: Google now shows it to the owner alone. */
export interface RequestGuess extends Cited {
  readonly model: string;
  readonly tier: Tier;
  readonly perMinute: number;
  /** null where there was no limit. */
  readonly perDay: number | null;
}

const LAST_PUBLISHED: Cited = {
  source: PAGE.source,
  checked: '2025-11-30',
  confidence: 'low',
  note: 'the last month in which the page had numbers; later models never had any, nor had images per minute',
};

const guesses = (
  model: string,
  byTier: readonly (readonly [perMinute: number, perDay: number | null])[],
): readonly RequestGuess[] =>
  byTier.flatMap(([perMinute, perDay], index) => {
    const tier = TIERS[index];
    return tier === undefined ? [] : [{ ...LAST_PUBLISHED, model, tier, perMinute, perDay }];
  });

export const REQUEST_GUESSES: readonly RequestGuess[] = [
  ...guesses('gemini-2.5-flash-image', [
    [500, 2_000],
    [2_000, 50_000],
    [5_000, null],
  ]),
  // The third tier had the same limits as the second.
  ...guesses('gemini-3-pro-image', [
    [20, 250],
    [500, 15_000],
    [500, 15_000],
  ]),
  ...['imagen-4.0-generate-001', 'imagen-4.0-fast-generate-001'].flatMap((model) =>
    guesses(model, [
      [10, 70],
      [15, 1_000],
      [20, 15_000],
    ]),
  ),
  ...guesses('imagen-4.0-ultra-generate-001', [
    [5, 30],
    [10, 400],
    [15, 5_000],
  ]),
];

/** Tokens that an account may have waiting in the batch lane of a model. */
interface QueueLimit extends Cited {
  /** null for every model that is not named. */
  readonly model: string | null;
  readonly byTier: Readonly<Record<Tier, number>>;
}

const queue = (model: string | null, first: number, second: number, third: number): QueueLimit => ({
  ...PAGE,
  model,
  byTier: { 1: first * 1_000_000, 2: second * 1_000_000, 3: third * 1_000_000 },
});

// Nano Banana 2.1 was not seen in any copy of the page: it gets the least of the others.
const LEAST = queue(null, 1, 250, 750);

const QUEUE_LIMITS: readonly QueueLimit[] = [
  queue('gemini-3.1-flash-image', 1, 250, 750),
  queue('gemini-3.1-flash-lite-image', 2, 270, 1_000),
  queue('gemini-3-pro-image', 2, 270, 1_000),
  queue('gemini-2.5-flash-image', 3, 400, 1_000),
];

export const queueLimit = (model: string, tier: Tier): number =>
  (QUEUE_LIMITS.find((limit) => limit.model === model) ?? LEAST).byTier[tier];

/** How many jobs the Batch API takes at a time, from the same page. */
export const MOST_JOBS = 100;
/** Its requests are one file, which is uploaded like any other. */
export const MOST_JOB_BYTES = inputLimit('file', []);
/** Our own: a picture comes back as one to eight megabytes, and a file of results has to be fetched in two days. */
export const MOST_JOB_REQUESTS = 1_000;

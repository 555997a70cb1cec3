import { REQUEST_GUESSES, SPEND_LIMITS, type Tier } from '../catalogue/account-limits.ts';
import { format, ZERO, type Usd } from '../pricing/money.ts';
import { counted, thousands } from '../text/text.ts';
import { throughQueue } from './batch-queue.ts';

/** What waits in the batch lane, by model: how many requests, and how many tokens they are. */
export type Load = Readonly<Record<string, { readonly requests: number; readonly tokens: number }>>;

/** One more request of a model. */
export function loaded(load: Load, model: string, tokens: number): Load {
  const before = load[model] ?? { requests: 0, tokens: 0 };
  return { ...load, [model]: { requests: before.requests + 1, tokens: before.tokens + tokens } };
}

/** How often the queue of the batch lane is filled, up to a day each; every model has one of its own. */
export const roundsFor = (load: Load, tier: Tier): number =>
  Math.max(
    0,
    ...Object.entries(load).map(
      ([model, { requests, tokens }]) => throughQueue(model, tier, requests, tokens / requests).rounds,
    ),
  );

/** "up to 24 h", or "24 rounds through the queue of tier 1, up to 24 days" */
export function waitSentence(load: Load, tier: Tier): string {
  const rounds = roundsFor(load, tier);
  if (rounds <= 1) return 'up to 24 h';
  return `${counted(rounds, 'round')} through the queue of tier ${tier}, up to ${counted(rounds, 'day')}`;
}

/** What is bought outside of the batch lane, and what all of it costs. */
export interface Spending {
  readonly now: Usd;
  readonly total: Usd;
  /** By model. */
  readonly requests: Readonly<Record<string, number>>;
}

/** What a tier's limits make of a purchase. */
export interface Passage {
  readonly tier: Tier;
  readonly perTenMinutes: Usd;
  readonly perMonth: Usd;
  /** At the least, until all that is not bought by batch was sent. */
  readonly minutes: number;
  /** The same by requests a day, where Google ever published them; null where it did not, or a day is enough. */
  readonly days: number | null;
  readonly monthFits: boolean;
}

export function passage({ now, total, requests }: Spending, tier: Tier): Passage {
  const { perTenMinutes = ZERO, perMonth = ZERO } = SPEND_LIMITS.find((limit) => limit.tier === tier) ?? {};
  const days = Object.entries(requests).map(([model, count]) => {
    const perDay = REQUEST_GUESSES.find((guess) => guess.model === model && guess.tier === tier)?.perDay;
    return perDay ? Math.ceil(count / perDay) : 1;
  });
  const most = Math.max(1, ...days);
  return {
    tier,
    perTenMinutes,
    perMonth,
    // The first ten minutes' money can be spent at once.
    minutes: Number((now - 1n) / perTenMinutes) * 10,
    days: most === 1 ? null : most,
    monthFits: total <= perMonth,
  };
}

/** "$10.00 in 10 minutes make it take at least 17 hours; $250.00 a month is not enough" */
export function passageSentence(spending: Spending, tier: Tier): string {
  const { perTenMinutes, perMonth, minutes, days, monthFits } = passage(spending, tier);
  const rate = minutes === 0 ? 'are enough for this' : `make it take at least ${lasting(minutes)}`;
  const requests =
    days === null ? '' : `; requests a day, as last published, make it ${counted(days, 'day')}`;
  return [
    ...(spending.now === 0n ? [] : [`${format(perTenMinutes)} in 10 minutes ${rate}${requests}`]),
    `${format(perMonth)} a month ${monthFits ? 'is enough' : 'is not enough'}`,
  ].join('; ');
}

const [HOUR, DAY] = [60, 1_440];

function lasting(minutes: number): string {
  if (minutes < 2 * HOUR) return `${minutes} minutes`;
  return minutes < 2 * DAY
    ? `${thousands(Math.ceil(minutes / HOUR))} hours`
    : `${thousands(Math.ceil(minutes / DAY))} days`;
}

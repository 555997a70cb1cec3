import { MODELS } from '../../core/catalogue/catalogue.ts';
import type { Day, Model } from '../../core/catalogue/model.ts';
import { dayOf, parseDay } from '../../core/policy/calendar.ts';
import type { Profile } from '../../core/providers/profile.ts';
import { soldBy, type Seller } from '../../core/providers/sold-by.ts';
import type { Deps } from '../../ports/index.ts';
import { declare, type FlagsOf } from './flag.ts';
import { flag, type WHO } from './flags.ts';
import { TABLES } from './layout.ts';
import { budget, dollars, tier, wholeNumber } from './parse-flags.ts';

/** Says what must not cost more. */
export const failOver = (what: string) =>
  declare('--fail-over <usd>', `exit 4 when ${what} could cost more`, { parse: dollars });

// Flags of the commands that only look at prices.

export const priceFlag = {
  at: declare('--at <day>', 'prices and models of that day, such as 2026-03-15'),
  compare: declare('--compare', 'every model that fits, cheapest first'),
  failOver: failOver('it'),
  budget: declare(
    '--budget <usd/period>',
    'how many pictures 20/month, 1/day or 5/run buys, by model and lane',
    {
      parse: budget,
    },
  ),
  perDay: declare('--per-day <n>', 'plan for so many pictures a day', { parse: wholeNumber(1, 10_000_000) }),
  days: declare('--days <n>', 'length of the plan (default: 30)', { parse: wholeNumber(1, 3660) }),
  tier: declare('--tier <n>', 'limits of an account of tier 1, 2 or 3 only', { parse: tier }),
  platforms: declare('--platforms', 'what other services cost, for reference'),
  eachLine: declare('--each-line', 'every line of --prompt-file is a prompt, or a JSON object with one'),
  history: declare('--history', 'expect what your own bills came to, once there are 20'),
} as const;

/** What prices to show, and how. */
export const SHOWN = [priceFlag.at, flag.gateway, flag.prices, ...TABLES] as const;
type PriceFlags = FlagsOf<readonly [...typeof SHOWN, typeof flag.json]>;

export function dayFor({ at }: PriceFlags, { clock }: Pick<Deps, 'clock'>): Day {
  return at === undefined ? dayOf(clock.now()) : parseDay(at, '--at');
}

/** The catalogue as whoever answers sells it: at the prices of a file, at its own that are known, or at Google's. */
export async function modelsFor(
  flags: FlagsOf<readonly [...typeof WHO, typeof flag.prices]>,
  deps: Pick<Deps, 'overlay' | 'settings'>,
): Promise<readonly Model[]> {
  const { profile } = await deps.settings(flags);
  return modelsOf(profile, flags.prices, deps);
}

/** Who is asked after the first, at prices of their own. */
export async function furtherSellers(
  flags: FlagsOf<typeof WHO>,
  deps: Pick<Deps, 'overlay' | 'settings'>,
): Promise<readonly Seller[]> {
  const { further } = await deps.settings(flags);
  return Promise.all(
    further.map(async ({ profile }) => ({
      profile,
      models: await modelsOf(profile, profile.priceFile ?? undefined, deps),
    })),
  );
}

async function modelsOf(
  profile: Profile,
  prices: string | undefined,
  { overlay }: Pick<Deps, 'overlay'>,
): Promise<readonly Model[]> {
  return soldBy(MODELS, profile, prices === undefined ? null : await overlay(prices));
}

import { PROMPT } from '../create/prompt.ts';
import type { ModelReason } from '../shared/apply-settings.ts';
import { declare, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { routeFlag } from '../shared/route-flag.ts';
import { TABLES } from '../shared/layout.ts';
import { failOver, priceFlag } from '../shared/price-flags.ts';
import { wholeNumber } from '../shared/parse-flags.ts';

/** As many as anybody may ever want: nothing is bought here. */
const COUNT = declare('-n, --count <n>', 'images, without an upper end', {
  parse: wholeNumber(1, 1_000_000_000_000),
  default: 1,
});
const ORDER = [flag.model, COUNT, flag.size, flag.aspect, flag.lane, flag.image, flag.drafts] as const;
const ROUTE = [
  routeFlag,
  flag.project,
  flag.labels,
  flag.sizeExact,
  flag.thinking,
  flag.needs,
  flag.minPx,
  flag.maxPriceEach,
] as const;
const RETIRED = [flag.allowRetired, flag.onRetired, flag.sandbox] as const;
const PLAN = [
  priceFlag.compare,
  priceFlag.budget,
  priceFlag.perDay,
  priceFlag.days,
  priceFlag.tier,
  priceFlag.platforms,
] as const;
const PRICES = [
  failOver('it, or with --per-day a day of it,'),
  flag.maxCost,
  priceFlag.at,
  flag.gateway,
  flag.prices,
  ...TABLES,
] as const;

export const FLAGS = [
  ...ORDER,
  ...ROUTE,
  ...RETIRED,
  ...PROMPT,
  priceFlag.eachLine,
  priceFlag.history,
  ...PLAN,
  ...PRICES,
  ...COMMON,
] as const;

export type EstimateFlags = FlagsOf<typeof FLAGS> & ModelReason;

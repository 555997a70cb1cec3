import type { Tier } from '../../core/catalogue/account-limits.ts';
import type { Ability, Aspect, Day, Lane, Pixels, Size, ThinkingLevel } from '../../core/catalogue/model.ts';
import type { Offer, Rejection } from '../../core/order/route.ts';
import type { Usd } from '../../core/pricing/money.ts';
import type { PromptFlags } from '../create/prompt.ts';
import type { RawFlags } from '../shared/command.ts';
import type { PriceFlags } from '../shared/price-flags.ts';

export interface EstimateFlags extends RawFlags, PriceFlags, PromptFlags {
  readonly model: string;
  readonly count: number;
  readonly size?: Size;
  readonly aspect?: Aspect;
  readonly lane: Lane;
  readonly image?: readonly string[];
  readonly needs?: readonly Ability[];
  readonly thinking?: ThinkingLevel;
  readonly minPx?: Pixels;
  readonly sizeExact?: Pixels;
  readonly maxPriceEach?: Usd;
  readonly allowRetired?: boolean;
  readonly onRetired: 'fail' | 'successor';
  readonly compare?: boolean;
  readonly failOver?: Usd;
  readonly maxCost?: Usd;
  readonly perDay?: number;
  readonly days?: number;
  readonly tier?: Tier;
  readonly sandbox?: boolean;
  readonly platforms?: boolean;
  readonly eachLine?: boolean;
  readonly history?: boolean;
}

/** What there is to print: quotes of one order by different models, or of the orders of a file. */
export interface Estimate {
  readonly day: Day;
  readonly offers: readonly Offer[];
  /** Whether the offers are parts of one purchase, or alternatives to each other. */
  readonly parts: boolean;
  readonly why: string;
  readonly notices: readonly string[];
  readonly rejected: readonly Rejection[];
}

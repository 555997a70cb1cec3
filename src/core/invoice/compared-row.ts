import type { Lane, Meter, Model } from '../catalogue/model.ts';
import { ZERO, type Usd } from '../pricing/money.ts';
import { counted as count } from '../text/text.ts';
import { lastOf } from './coverage.ts';
import { onInvoice, type Counted, type InvoiceTally } from './invoice-tally.ts';
import type { LedgerDay, LedgerGroup, LedgerTally } from './ledger-tally.ts';
import type { Period } from './line.ts';
import type { Sku } from './skus.ts';

/** How a line of the comparison came out. Those that say something is wrong come first. */
export const VERDICTS = [
  ...(['invoice only', 'ledger only', 'price differs', 'unknown SKU'] as const),
  ...(['agrees', 'within', 'not billed yet', 'no SKU known'] as const),
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const disagrees = (verdict: Verdict): boolean => VERDICTS.indexOf(verdict) < 4;

/** Neither side contradicts the other, since there is nothing to compare. */
export const isUncompared = (verdict: Verdict): verdict is 'not billed yet' | 'no SKU known' =>
  VERDICTS.indexOf(verdict) >= VERDICTS.indexOf('not billed yet');

export interface Side {
  readonly quantity: number;
  readonly amount: Usd;
}

/** One day, model and lane, and meters that the invoice counts together. */
export interface ComparedRow {
  readonly period: Period;
  readonly model: string;
  readonly lane: Lane;
  readonly meters: readonly Meter[];
  readonly ledger: Side;
  /** With how far its amount may be from what was meant; null where no SKU of the invoice counts this. */
  readonly invoice: (Side & Pick<Counted, 'within'>) | null;
  readonly verdict: Verdict;
  /** A sentence for people; null where everything agrees. */
  readonly why: string | null;
  /** How many pictures the difference comes to; null where it is no whole number of them. */
  readonly pictures: number | null;
}

export interface Sides {
  readonly invoice: InvoiceTally;
  readonly ledger: LedgerTally;
  readonly skus: readonly Sku[];
  readonly models: readonly Model[];
  /** The first day that the invoice may not have whole yet, because it lags; null where it has all. */
  readonly openFrom: string | null;
}

export const NOTHING: LedgerDay = { quantity: 0, amount: ZERO, low: 0, high: 0 };
export const own = (
  { invoice }: Sides,
  { model, lane, meters }: LedgerGroup,
  period: Period,
): Counted | null => onInvoice(invoice.periods.get(period), model, lane, meters, false);

export const isOpen = (period: Period, { openFrom }: Sides): boolean =>
  openFrom !== null && lastOf(period) >= openFrom;

/** Whether a SKU is known that counts this of the model, and nothing else. */
export const isCountedApart = ({ model, lane, meters }: LedgerGroup, { skus }: Sides): boolean =>
  skus.some(
    (sku) =>
      !sku.shared &&
      sku.lane === lane &&
      sku.models.includes(model) &&
      sku.meters.some((meter) => meters.includes(meter)),
  );

/** A SKU of the period that the table does not have, and that by its words counts this group; null for none. */
export function guessedHere(
  { model, lane, meters }: LedgerGroup,
  period: Period,
  { invoice }: Sides,
): string | null {
  const found = [...(invoice.periods.get(period)?.unknown.values() ?? [])].find(
    ({ guess }) =>
      guess !== null &&
      guess.models.includes(model) &&
      guess.lane === lane &&
      guess.meters.some((meter) => meters.includes(meter)),
  );
  return found?.sku ?? null;
}

export function rowOf(
  { model, lane, meters, days }: LedgerGroup,
  period: Period,
  invoice: Counted | null,
  verdict: Verdict,
  why: string | null,
): ComparedRow {
  const { quantity, amount } = days.get(period) ?? NOTHING;
  return {
    period,
    model,
    lane,
    meters,
    ledger: { quantity, amount },
    invoice: invoice && { quantity: invoice.quantity, amount: invoice.cost, within: invoice.within },
    verdict,
    why,
    pictures: null,
  };
}

/** What may be of a period besides what must be. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** A row of which one side has more: by how much, and whose it may be. */
export function differing(
  group: LedgerGroup,
  period: Period,
  { low, high }: Bounds,
  sides: Sides,
): ComparedRow {
  const invoice = own(sides, group, period);
  const need = (invoice?.quantity ?? 0) - (group.days.get(period) ?? NOTHING).low;
  const more = need > high ? need - high : need - low;
  const unknown = guessedHere(group, period, sides);
  if (invoice === null && unknown !== null) {
    return rowOf(group, period, null, 'unknown SKU', `By its words, "${unknown}" may be this.`);
  }
  if (more === 0)
    return rowOf(
      group,
      period,
      invoice,
      'ledger only',
      'Its sum is right, and no day has room for what this ledger paid for.',
    );
  const pictures = picturesIn(Math.abs(more), group, sides);
  const size = pictures === null ? `${Math.abs(more)} ${unitOf(group.meters)}` : count(pictures, 'picture');
  const row =
    more > 0
      ? rowOf(
          group,
          period,
          invoice,
          'invoice only',
          `${size} more than this ledger knows: another user, machine or ledger.`,
        )
      : rowOf(group, period, invoice, 'ledger only', `${size} fewer than this ledger paid for.`);
  return { ...row, pictures };
}

export const unitOf = (meters: readonly Meter[]): string =>
  meters.includes('image') ? 'pictures' : meters.includes('search') ? 'searches' : 'tokens';

/** Whole pictures of the smallest size that makes any; null for none. */
function picturesIn(quantity: number, { model, meters }: LedgerGroup, { models }: Sides): number | null {
  if (meters.includes('image')) return quantity;
  if (!meters.includes('image output')) return null;
  const sizes = Object.values(models.find(({ id }) => id === model)?.resolutions ?? {}).map(
    ({ tokens }) => tokens ?? 0,
  );
  const each = sizes.find((tokens) => quantity % tokens === 0);
  return each === undefined ? null : quantity / each;
}

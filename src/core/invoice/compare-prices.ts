import { findModel, ratesAt } from '../catalogue/catalogue.ts';
import type { Model, Rate } from '../catalogue/model.ts';
import { format, priced, ZERO, type Usd } from '../pricing/money.ts';
import { NOTHING, rowOf, type ComparedRow, type Sides } from './compared-row.ts';
import { lastOf } from './coverage.ts';
import type { Counted } from './invoice-tally.ts';
import type { LedgerDay, LedgerGroup } from './ledger-tally.ts';
import type { Period } from './line.ts';

const NO_COUNT: Counted = { quantity: 0, cost: ZERO, within: ZERO, credits: ZERO };

/** A row whose quantity agrees: does the price? */
export function priceChecked(
  group: LedgerGroup,
  period: Period,
  invoice: Counted | null,
  sides: Sides,
): ComparedRow {
  const counted = invoice ?? NO_COUNT;
  const booked = group.days.get(period) ?? NOTHING;
  const isSure = group.floating.every(({ first, last }) => period < first || last < period);
  const isSame = isSure && booked.quantity === counted.quantity;
  const expected = expectedCosts(group, lastOf(period), counted.quantity, sides);
  if (isSame) expected.push(booked.amount);
  const bound = { low: least(expected), high: most(expected) };
  const isBelow = bound.low !== null && counted.cost + counted.within < bound.low;
  const isAbove = bound.high !== null && counted.cost > bound.high + counted.within;
  const isOther = isSame && !near(counted.cost, booked.amount, counted.within);
  if (!isBelow && !isAbove && !isOther)
    return rowOf(group, period, invoice, 'agrees', whyNotSame(booked, counted));
  const why = `${format(counted.cost)} on the invoice for what ${bound.low === bound.high ? `comes to ${format(bound.high ?? ZERO)}` : `was booked at ${format(booked.amount)}`}.`;
  return rowOf(group, period, invoice, 'price differs', why);
}

const whyNotSame = (booked: LedgerDay, counted: Counted): string | null =>
  booked.quantity === counted.quantity
    ? null
    : 'It comes out with requests of unknown outcome, or with those that were under way at midnight.';

const near = (a: Usd, b: Usd, within: Usd): boolean => (a > b ? a - b : b - a) <= within;
const least = (amounts: readonly Usd[]): Usd | null =>
  amounts.reduce<Usd | null>((low, one) => (low === null || one < low ? one : low), null);
const most = (amounts: readonly Usd[]): Usd | null =>
  amounts.reduce<Usd | null>((high, one) => (high === null || one > high ? one : high), null);

/** What the catalogue asks for a quantity: several amounts where meters or sizes have prices of their own. */
function expectedCosts(group: LedgerGroup, day: string, quantity: number, { models }: Sides): Usd[] {
  return catalogueRates(group, day, models).map(({ price, per }) => priced(price, quantity, per));
}

export function catalogueRates(
  { model, lane, meters }: Pick<LedgerGroup, 'model' | 'lane' | 'meters'>,
  day: string,
  models: readonly Model[],
): readonly Rate[] {
  return ratesAt(findModel(model, models), lane, day).filter(({ meter }) => meters.includes(meter));
}

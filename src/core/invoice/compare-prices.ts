import { findModel, ratesAt } from '../catalogue/catalogue.ts';
import type { Model, Rate } from '../catalogue/model.ts';
import { format, priced, ZERO, type Usd } from '../pricing/money.ts';
import { NOTHING, rowOf, type ComparedRow, type Sides } from './compared-row.ts';
import { lastOf } from './coverage.ts';
import type { Counted } from './invoice-tally.ts';
import type { LedgerGroup } from './ledger-tally.ts';
import type { Period } from './line.ts';

const NO_COUNT: Counted = { quantity: 0, cost: ZERO, within: ZERO, credits: ZERO };

/** A row whose quantity agrees: does the price? */
export function priceChecked(
  group: LedgerGroup,
  period: Period,
  invoice: Counted | null,
  sides: Sides,
): ComparedRow {
  const { cost, quantity, within } = invoice ?? NO_COUNT;
  const booked = group.days.get(period) ?? NOTHING;
  const isSame = booked.quantity === quantity;
  // Of what was not booked like this, only the catalogue says what it costs: several amounts, where sizes have prices of their own.
  const listed = isSame ? [] : expectedCosts(group, lastOf(period), quantity, sides);
  const isOff = isSame
    ? !near(cost, booked.amount, within)
    : listed.length > 0 &&
      (listed.every((each) => cost + within < each) || listed.every((each) => cost > each + within));
  if (!isOff) return rowOf(group, period, invoice, 'agrees', isSame ? null : NOT_AS_BOOKED);
  const ours = isSame
    ? `was booked at ${format(booked.amount)}`
    : `comes to ${[...new Set(listed)].map(format).join(' or ')}`;
  const why = `${format(cost)} on the invoice for what ${ours}.`;
  return rowOf(group, period, invoice, 'price differs', why);
}

const NOT_AS_BOOKED =
  'It comes out with requests of unknown outcome, or with those that were under way at midnight.';

const near = (a: Usd, b: Usd, within: Usd): boolean => (a > b ? a - b : b - a) <= within;

/** What the catalogue asks for a quantity. */
function expectedCosts(group: LedgerGroup, day: string, quantity: number, { models }: Sides): readonly Usd[] {
  return catalogueRates(group, day, models).map(({ price, per }) => priced(price, quantity, per));
}

export function catalogueRates(
  { model, lane, meters }: Pick<LedgerGroup, 'model' | 'lane' | 'meters'>,
  day: string,
  models: readonly Model[],
): readonly Rate[] {
  return ratesAt(findModel(model, models), lane, day).filter(({ meter }) => meters.includes(meter));
}

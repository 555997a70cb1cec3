import { onInvoice } from './invoice-tally.ts';
import { priceChecked } from './compare-prices.ts';
import {
  differing,
  guessedHere,
  isCountedApart,
  isOpen,
  NOTHING,
  own,
  rowOf,
  unitOf,
  type ComparedRow,
  type Sides,
} from './compared-row.ts';
import type { LedgerDay, LedgerGroup } from './ledger-tally.ts';
import type { Period } from './line.ts';

/** Text, thinking and searches, of which the ledger knows bounds alone. */
export function atMost(group: LedgerGroup, periods: readonly Period[], sides: Sides): readonly ComparedRow[] {
  return periods.map((period): ComparedRow => {
    const invoice = own(sides, group, period);
    const day = group.days.get(period) ?? NOTHING;
    if (invoice !== null && invoice.quantity >= day.low && invoice.quantity <= day.high)
      return priceChecked(group, period, invoice, sides);
    const isKnown = isCountedApart(group, sides);
    if (isOpen(period, sides) && (invoice?.quantity ?? 0) < day.low)
      return rowOf(group, period, invoice, 'not billed yet', 'Google’s exports lag up to a day behind.');
    if (invoice === null && day.low === 0) return rowOf(group, period, null, 'agrees', null);
    if (isKnown) return differing(group, period, { low: 0, high: day.high - day.low }, sides);
    return sharedRow(group, period, day, sides);
  });
}

/** What counts other models too can only say what is at most. */
function sharedRow(group: LedgerGroup, period: Period, day: LedgerDay, sides: Sides): ComparedRow {
  const { model, lane, meters } = group;
  const shared = onInvoice(sides.invoice.periods.get(period), model, lane, meters, true);
  if (shared !== null && shared.quantity >= day.low) {
    return rowOf(
      group,
      period,
      shared,
      'within',
      'Its SKU counts other models too, so this is only not too much.',
    );
  }
  const unknown = guessedHere(group, period, sides);
  if (unknown !== null)
    return rowOf(group, period, null, 'unknown SKU', `By its words, "${unknown}" may be this.`);
  if (shared === null)
    return rowOf(group, period, null, 'no SKU known', 'No SKU is known that counts this for the model.');
  const why = `${day.low - shared.quantity} ${unitOf(meters)} fewer than this ledger paid for.`;
  return rowOf(group, period, shared, 'ledger only', why);
}

import type { Comparison } from '../../core/invoice/compare.ts';
import { disagrees, type Sides } from '../../core/invoice/compared-row.ts';
import type { Finding } from '../../core/invoice/findings.ts';
import type { Counted, UnknownCell } from '../../core/invoice/invoice-tally.ts';
import type { PriceDifference } from '../../core/invoice/propose.ts';

/** Everything that reconcile found out. */
export interface Report extends Comparison {
  readonly sides: Sides;
  readonly unknown: readonly UnknownLine[];
  readonly findings: readonly Finding[];
  readonly prices: readonly PriceDifference[];
  readonly warnings: readonly string[];
}

/** A SKU that the table does not have, on all days together. */
export interface UnknownLine extends UnknownCell {
  readonly periods: readonly string[];
}

export function unknownLines({ invoice }: Sides): readonly UnknownLine[] {
  const lines = new Map<string, UnknownLine>();
  for (const [period, { unknown }] of invoice.periods) {
    for (const [key, cell] of unknown) {
      const before = lines.get(key);
      const { cost, quantity, credits, within } = cell;
      lines.set(key, {
        ...cell,
        quantity: quantity + (before?.quantity ?? 0),
        cost: (cost + (before?.cost ?? 0n)) as Counted['cost'],
        credits: (credits + (before?.credits ?? 0n)) as Counted['credits'],
        within,
        periods: [...(before?.periods ?? []), period].toSorted(),
      });
    }
  }
  return [...lines.values()];
}

/** Whether a line of the comparison, or a SKU that nobody knows, says that something is wrong. */
export const somethingDiffers = ({ rows, unknown }: Pick<Report, 'rows' | 'unknown'>): boolean =>
  unknown.length > 0 || rows.some(({ verdict }) => disagrees(verdict));

import { nano, sum, type Usd } from '../pricing/money.ts';
import { exactly, type Settleable } from './compare-pictures.ts';
import { atMost } from './compare-tokens.ts';
import type { ComparedRow, Sides } from './compared-row.ts';
import { endsOf, periodsBetween } from './coverage.ts';
import { isCountable, type LedgerGroup } from './ledger-tally.ts';
import type { Period } from './line.ts';

export interface Comparison {
  readonly rows: readonly ComparedRow[];
  readonly settleable: readonly Settleable[];
}

export function compare(sides: Sides): Comparison {
  const groups = withInvoiceOnly(sides);
  const compared = groups.map((group) => {
    const periods = periodsOf(group, sides);
    return isCountable(group.meters)
      ? exactly(group, periods, sides)
      : { rows: atMost(group, periods, sides), settleable: [] };
  });
  const rows = compared
    .flatMap(({ rows }) => rows)
    // A request of unknown outcome alone, which is on no invoice.
    .filter(({ ledger, invoice }) => invoice !== null || ledger.quantity !== 0)
    .toSorted((a, b) => a.period.localeCompare(b.period));
  const strangers = new Set(
    rows.filter(({ verdict }) => verdict === 'invoice only').map(({ model }) => model),
  );
  const settleable = compared.flatMap(({ settleable }, index) =>
    settleable.map((one): Settleable =>
      one.verdict === 'charged' && strangers.has(groups[index]?.model ?? '')
        ? {
            ...one,
            verdict: 'perhaps charged',
            evidence: `${one.evidence} But somebody else bought pictures of this model too.`,
          }
        : one,
    ),
  );
  return { rows, settleable };
}

/** The groups of the ledger, and empty ones for what only the invoice has. */
function withInvoiceOnly({ invoice, ledger, models }: Sides): readonly LedgerGroup[] {
  const groups = [...ledger.groups];
  const cells = [...invoice.periods.values()].flatMap(({ known }) => [...known.values()]);
  for (const { sku } of cells) {
    const { lane, meters } = sku;
    const model = models.find(({ id }) => id === sku.models[0])?.id;
    if (model === undefined) continue;
    const isThere = groups.some(
      (group) =>
        group.model === model && group.lane === lane && group.meters.some((meter) => meters.includes(meter)),
    );
    if (!isThere) groups.push({ model, lane, meters, days: new Map(), floating: [] });
  }
  return groups;
}

/** Every period of which either side may say something about the group, in order. */
function periodsOf(group: LedgerGroup, sides: Sides): readonly Period[] {
  const floating = group.floating.flatMap(({ first, last }) =>
    [...periodsBetween(sides.invoice.coverage, first, last)].filter((period) => period !== null),
  );
  return [...new Set([...group.days.keys(), ...floating, ...sides.invoice.periods.keys()])].toSorted();
}

/** Both sides of all rows; the totals that are printed. */
export function totalsOf(rows: readonly ComparedRow[]): { readonly ledger: Usd; readonly invoice: Usd } {
  return {
    ledger: sum(rows.map(({ ledger }) => ledger.amount)),
    invoice: nano(
      rows
        .filter(({ verdict }) => verdict !== 'within')
        .reduce((total, { invoice }) => total + (invoice?.amount ?? 0n), 0n),
    ),
  };
}

/** A sentence where both sides have no day in common; null where they have. */
export function apart({ invoice, ledger }: Pick<Sides, 'invoice' | 'ledger'>): string | null {
  const ours = ledger.ends;
  const theirs = endsOf(invoice.coverage);
  if (theirs === null) return 'The invoice has no line with a day.';
  if (ours === null) return 'The ledger is empty: there is nothing to compare the invoice with.';
  if (ours[0] <= theirs[1] && theirs[0] <= ours[1]) return null;
  return `The invoice is about ${theirs.join(' to ')}, and the ledger about ${ours.join(' to ')}: they have no day in common.`;
}

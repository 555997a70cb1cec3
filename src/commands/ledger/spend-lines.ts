import { FOCUS_COLUMNS, focusRows, type BilledLine } from '../../core/pricing/focus.ts';
import { format, nano, toDecimal } from '../../core/pricing/money.ts';
import { csvTable } from '../../core/text/table.ts';
import { counted } from '../../core/text/text.ts';
import type { Filter, Ledger, Receipt, Settings, Terminal } from '../../ports/index.ts';
import { otherSellerOf, receiptsOf } from '../shared/receipts.ts';

/** Rows of our own, or of FOCUS for a billing account. */
export type LineRows = 'plain' | { readonly account: string };

interface Asked {
  readonly ledger: Pick<Ledger, 'history'>;
  readonly filter: Filter;
  readonly settings: Pick<Settings, 'sandbox'>;
  readonly terminal: Terminal;
}

/** Prints a row for every line of every bill, newest first, as they are read. */
export async function tellLines(
  rows: LineRows,
  { ledger, filter, settings, terminal }: Asked,
): Promise<void> {
  const { titles, cells } = rows === 'plain' ? plainRows(settings) : focusTable(rows.account);
  const print = (lines: readonly string[]): void => lines.forEach((line) => terminal.out(line));
  const columns = titles.map((title) => ({ title }));
  let unknown = { requests: 0, amount: 0n };
  print(csvTable(columns, []));
  for await (const receipt of receiptsOf(ledger, filter)) {
    if (receipt.state === 'unconfirmed')
      unknown = { requests: unknown.requests + 1, amount: unknown.amount + receipt.attempt.expected };
    const lines = receipt.bill?.lines ?? [];
    const written = lines.map((line) => cells(receipt, { line, ...billedFor(receipt, settings) }));
    print(csvTable(columns, written).slice(1));
  }
  if (unknown.requests > 0)
    terminal.note(
      `${counted(unknown.requests, 'request')} that may have been charged, ${format(nano(unknown.amount))} as expected, ${unknown.requests === 1 ? 'has' : 'have'} no bill and no row here.`,
    );
}

interface Table {
  readonly titles: readonly string[];
  readonly cells: (receipt: Receipt, billed: BilledLine) => readonly string[];
}

function focusTable(account: string): Table {
  const rowOf = focusRows(account);
  return {
    titles: FOCUS_COLUMNS,
    cells(_, billed) {
      const row = rowOf(billed);
      return FOCUS_COLUMNS.map((column) => row[column] ?? '');
    },
  };
}

const plainRows = ({ sandbox }: Asked['settings']): Table => ({
  titles: [
    'at',
    'attemptId',
    'runId',
    'command',
    'project',
    'labels',
    'model',
    'lane',
    'size',
    'meter',
    'quantity',
    'unit',
    'rate',
    'per',
    'amount',
    'basis',
    'charged',
    'sandbox',
  ],
  cells: ({ run, bill }, { line, at, ...billed }) => [
    new Date(at).toISOString(),
    billed.attemptId,
    billed.runId,
    run.command,
    billed.project ?? '',
    billed.labels.join(' '),
    billed.model,
    billed.lane,
    billed.size,
    line.meter,
    String(line.quantity),
    line.unit,
    toDecimal(line.rate),
    String(line.per),
    toDecimal(line.amount),
    bill?.basis ?? '',
    bill?.charged ?? '',
    String(sandbox),
  ],
});

function billedFor(
  { attempt, run, heldAt }: Receipt,
  { sandbox }: Asked['settings'],
): Omit<BilledLine, 'line'> {
  const { attemptId, runId, model, lane, size } = attempt;
  const { project, labels } = run;
  const seller = sandbox ? 'pixtab sandbox' : (otherSellerOf(attempt) ?? 'Google');
  return { attemptId, runId, model, lane, size, project, labels, at: heldAt, seller };
}

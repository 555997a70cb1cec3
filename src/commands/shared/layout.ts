import { usageFailure } from '../../core/errors.ts';
import { atMost, format, toDecimal, type Usd } from '../../core/pricing/money.ts';
import { csvTable, markdownTable, textTable, type Column, type Row } from '../../core/text/table.ts';
import type { Terminal } from '../../ports/index.ts';
import { declare, type FlagsOf } from './flag.ts';
import type { flag } from './flags.ts';

/** Other ways to print a table. */
export const TABLES = [
  declare('--markdown', 'a table for a pull request'),
  declare('--csv', 'a table for a spreadsheet'),
] as const;

export type Layout = 'text' | 'markdown' | 'csv' | 'json';

export function layoutOf(flags: FlagsOf<readonly [...typeof TABLES, typeof flag.json]>): Layout {
  const asked = (['json', 'markdown', 'csv'] as const).filter((layout) => flags[layout] === true);
  const [layout = 'text', second] = asked;
  if (second) throw usageFailure(`--${layout} and --${second} are two ways to print the same.`);
  return layout;
}

/** Money as a layout has it: for machines plain and exact. */
export const moneyIn = (layout: Layout): ((amount: Usd) => string) => (layout === 'csv' ? toDecimal : format);

/** The same for what it may cost at most. */
export const mostIn = (layout: Layout): ((amount: Usd) => string) => (layout === 'csv' ? toDecimal : atMost);

/** A table on stdout; in a terminal it is cut to fit. */
export function printTable(
  layout: Layout,
  columns: readonly Column[],
  rows: readonly Row[],
  terminal: Terminal,
): void {
  const lines = { text: textTable, json: textTable, markdown: markdownTable, csv: csvTable }[layout];
  for (const line of lines(columns, rows, tableRoom(terminal))) terminal.out(line);
}

/** Columns that a table may take: as many as it wants, but for a terminal. */
export const tableRoom = ({
  stdoutIsTerminal,
  columns,
}: Pick<Terminal, 'stdoutIsTerminal' | 'columns'>): number =>
  stdoutIsTerminal ? columns : Number.POSITIVE_INFINITY;

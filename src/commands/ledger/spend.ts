import { findModel } from '../../core/catalogue/catalogue.ts';
import { parseDay, calendar, type Calendar } from '../../core/policy/calendar.ts';
import { usageFailure } from '../../core/errors.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import {
  axisOf,
  SPEND_GROUPS,
  spendRows,
  total,
  totalOf,
  type SpendGroup,
  type SpendRow,
  type Spent,
} from '../../core/pricing/spend.ts';
import { csvTable, textTable } from '../../core/text/table.ts';
import { printable } from '../../core/text/text.ts';
import type { Accuracy, Deps, Ledger, SpendQuery, Terminal, TimeRange } from '../../ports/index.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { errorJson } from '../shared/command.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';

const SCHEMA = 'pixtab.spend/1';

const FLAGS = [
  declare('--by <group>', 'rows of the table', { choices: SPEND_GROUPS, default: 'day' }),
  declare('--since <day>', 'first day, such as 2026-11-01'),
  declare('--until <day>', 'last day'),
  declare('-m, --model <name>', 'one model only'),
  declare('--project <name>', 'one project only'),
  declare('--label <label>', 'what has this label only'),
  flag.laneOnly,
  declare('--accuracy', 'compare quotes with bills, by model'),
  declare('--utc', 'days in UTC, not in your time zone'),
  declare('--csv', 'a table for a spreadsheet'),
  flag.sandbox,
  ...COMMON,
] as const;
type SpendFlags = FlagsOf<typeof FLAGS>;

export const spend = defineCommand({
  flags: FLAGS,
  ownFlags: ['model', 'project', 'label', 'lane'],
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, exitCode) => ({
    schema: SCHEMA,
    rows: [],
    total: null,
    error: errorJson(failure, exitCode),
  }),
});

async function run(flags: SpendFlags, deps: Deps, terminal: Terminal): Promise<number> {
  if (flags.json && flags.csv) throw usageFailure('--json and --csv are two ways to print the same.');
  const local = calendar(flags.utc ? 'UTC' : deps.zone());
  const range = rangeOf(flags, local);
  const model = flags.model === undefined ? undefined : findModel(flags.model).id;
  const books = await deps.books(await deps.settings(flags));
  const { ledger } = books;
  try {
    await mentionUnfinished(books, terminal, deps.clock);
    if (flags.accuracy) printAccuracy(await ledger.accuracy(range), flags, terminal);
    else
      await printSpending(
        ledger,
        flags,
        { ...flags, ...range, by: axisOf(flags.by), model },
        local,
        terminal,
      );
    return 0;
  } finally {
    ledger.close();
  }
}

/** The days in the user's calendar, the last one included. */
function rangeOf({ since, until }: SpendFlags, local: Calendar): TimeRange {
  const from = since === undefined ? null : local.startOf(parseDay(since, '--since'));
  const last = until === undefined ? null : local.startOf(parseDay(until, '--until'));
  const end = last === null ? null : local.windowAt(last, 'day').until;
  if (from !== null && end !== null && from >= end) throw usageFailure('--since is later than --until.');
  return { since: from, until: end };
}

async function printSpending(
  ledger: Ledger,
  { by, json, csv }: SpendFlags,
  query: SpendQuery,
  local: Calendar,
  terminal: Terminal,
): Promise<void> {
  const slices = await ledger.spending(query);
  const rows = spendRows(slices, by, local);
  const all = totalOf(slices);
  if (json) {
    const document = {
      schema: SCHEMA,
      by,
      timeZone: local.zone,
      rows: rows.map((row) => ({ key: row.key, ...spentJson(row) })),
      total: spentJson(all),
      error: null,
    };
    terminal.out(JSON.stringify(document, null, 2));
    return;
  }
  if (csv) {
    const titles = [by, 'settled', 'unconfirmed', 'requests', 'unconfirmedRequests', 'images'];
    const cells = rows.map((row) => [row.key ?? '', ...Object.values(spentJson(row)).map(String)]);
    for (const line of csvTable(
      titles.map((title) => ({ title })),
      cells,
    ))
      terminal.out(line);
    return;
  }
  for (const line of table(by, rows, all, terminal)) terminal.out(line);
  if (by === 'day' || by === 'week' || by === 'month') terminal.note(`Days are those of ${local.zone}.`);
  if (by === 'label') terminal.note('What has several labels is counted under each, and once in the total.');
}

function table(by: SpendGroup, rows: readonly SpendRow[], all: Spent, terminal: Terminal): readonly string[] {
  const hasUnconfirmed = all.unconfirmedRequests > 0;
  const columns = [
    { title: by },
    { title: 'spent', right: true },
    ...(hasUnconfirmed ? [{ title: 'unconfirmed', right: true }] : []),
    { title: 'images', right: true },
    ...(terminal.stdoutIsTerminal ? [{ title: '' }] : []),
  ];
  const cells = (name: string, row: Spent): readonly string[] => [
    name,
    format(row.settled),
    ...(hasUnconfirmed ? [format(row.unconfirmed)] : []),
    String(row.images),
  ];
  const most = rows.reduce((most, row) => (total(row) > most ? total(row) : most), 0n);
  const chart = (row: Spent): string =>
    most === 0n ? '' : '█'.repeat(Number((total(row) * 24n + most - 1n) / most));
  const body = rows.map((row) => [
    ...cells(row.key === null ? '(none)' : printable(row.key), row),
    chart(row),
  ]);
  return textTable(columns, [...body, cells('total', all)]);
}

function spentJson({ settled, unconfirmed, requests, unconfirmedRequests, images }: Spent) {
  return {
    settled: toDecimal(settled),
    unconfirmed: toDecimal(unconfirmed),
    requests,
    unconfirmedRequests,
    images,
  };
}

// ---------------------------------------------------------------- quotes against bills

function printAccuracy(models: readonly Accuracy[], { json, csv }: SpendFlags, terminal: Terminal): void {
  if (json) {
    terminal.out(
      JSON.stringify({ schema: SCHEMA, accuracy: models.map(accuracyJson), error: null }, null, 2),
    );
    return;
  }
  const columns = [
    { title: 'model' },
    ...['bills', 'quoted', 'billed', 'bias', 'inside', 'worst'].map((title) => ({ title, right: true })),
  ];
  const rows = models.map(({ model, bills, quoted, billed, inside, worst }) => [
    model,
    String(bills),
    format(quoted),
    format(billed),
    percent(billed - quoted, quoted, true),
    percent(BigInt(inside), BigInt(bills)),
    percent(worst.billed - worst.quoted, worst.quoted, true),
  ]);
  for (const line of (csv ? csvTable : textTable)(columns, rows)) terminal.out(line);
  if (models.length === 0) terminal.note('No bill is there yet to compare with its quote.');
}

function accuracyJson({ model, bills, quoted, billed, inside, worst }: Accuracy) {
  return {
    model,
    bills,
    quoted: toDecimal(quoted),
    billed: toDecimal(billed),
    insideRange: inside,
    worst: { attemptId: worst.attemptId, quoted: toDecimal(worst.quoted), billed: toDecimal(worst.billed) },
  };
}

/** One decimal, in whole numbers throughout: "+1.3%". */
function percent(part: bigint, whole: bigint, signed = false): string {
  if (whole === 0n) return '';
  const size = part < 0n ? -part : part;
  const tenths = (size * 1000n + whole / 2n) / whole;
  const sign = part < 0n ? '-' : signed ? '+' : '';
  return `${sign}${tenths / 10n}.${tenths % 10n}%`;
}

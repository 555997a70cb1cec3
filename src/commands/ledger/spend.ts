import { aliasOf, findModel } from '../../core/catalogue/catalogue.ts';
import type { Calendar } from '../../core/policy/calendar.ts';
import { usageFailure } from '../../core/errors.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import {
  axisOf,
  SPEND_GROUPS,
  spendRows,
  spentJson,
  total,
  totalOf,
  type SpendGroup,
  type SpendRow,
  type Spent,
} from '../../core/pricing/spend.ts';
import type { Column } from '../../core/text/table.ts';
import { printable } from '../../core/text/text.ts';
import type { Accuracy, Deps, Filter, Ledger, Settings, Terminal } from '../../ports/index.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { filtersIn, saying } from '../gallery/filters.ts';
import { provePage, writeSpendingPage } from '../gallery/spending-page.ts';
import { documentOf } from '../shared/envelope.ts';
import { askedFor, filterFor, FILTERS, FILTERS_OWN } from '../shared/filters.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { moneyTitle } from '../shared/hint.ts';
import { wholeNumber } from '../shared/parse-flags.ts';
import { layoutOf, printTable, TABLES, type Layout } from '../shared/layout.ts';
import { withBooks } from '../shared/with-books.ts';
import { tellLines, type LineRows } from './spend-lines.ts';

const SCHEMA = 'pixtab.spend/1';
const ACCURACY = 'pixtab.accuracy/1';

const FLAGS = [
  declare('--by <group>', 'rows of the table', { choices: SPEND_GROUPS, default: 'day' }),
  ...FILTERS,
  declare('-n, --count <n>', 'at most so many rows; the total is of all', { parse: wholeNumber(1, 100_000) }),
  declare('--accuracy', 'compare quotes with bills, by model'),
  declare('--lines', 'with --csv: a row for every line of every bill'),
  declare('--focus', 'the same rows as FOCUS 1.2, for tools that look at all costs of a company'),
  declare('--billing-account <id>', 'with --focus: the account that Google bills (default: unknown)'),
  flag.html,
  flag.force,
  ...TABLES,
  flag.ofSandbox,
  ...COMMON,
] as const;
type SpendFlags = FlagsOf<typeof FLAGS>;

export const spend = defineCommand({
  flags: FLAGS,
  configure(command) {
    command.addHelpText('after', EXAMPLES);
  },
  leftOver: 'Its filters are flags: pixtab spend --since today, --by model.',
  ownFlags: [...FILTERS_OWN, 'count', 'force'],
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, NOTHING),
});

const NOTHING = { by: null, timeZone: null, rows: [], total: null };

const EXAMPLES = `
Examples:
  pixtab spend --since 7d
  pixtab spend --since "last month" --until "last month" --by project
  pixtab spend --by refusal                      what answers without a picture cost
  pixtab spend --by run --since today -n 5       the dearest runs of today
  pixtab spend --csv --lines --since 2026-11     every line of every bill, for a spreadsheet
  pixtab spend --focus >focus.csv                the same as FOCUS 1.2
  pixtab spend --html spending.html              a page with curves, budgets and savings`;

/** Everything that is printed, and how. */
interface Report {
  readonly flags: SpendFlags;
  readonly layout: Layout;
  readonly settings: Settings;
  readonly filter: Filter;
  readonly local: Calendar;
  readonly ledger: Ledger;
  readonly terminal: Terminal;
}

async function run(flags: SpendFlags, deps: Deps, terminal: Terminal): Promise<number> {
  const layout = layoutOf(flags);
  const rows = rowsIn(flags, layout);
  const asked = askedFor(flags, deps);
  const { local } = asked;
  const { html } = flags;
  if (html !== undefined) await provePage(html, flags, deps);
  const settings = await deps.settings(flags);
  return withBooks(settings, deps, async (books) => {
    const { ledger } = books;
    await mentionUnfinished(books, terminal, deps.clock);
    const filter = await filterFor(flags, asked, ledger);
    const report: Report = { flags, layout, settings, filter, local, ledger, terminal };
    if (rows !== null) await tellLines(rows, { ledger, filter, settings, terminal });
    else if (flags.accuracy) await tellAccuracy(report);
    else await tellSpending(report);
    if (html !== undefined) {
      const about = saying(filtersIn(flags));
      const page = { path: html, ledger, filter, about, local, settings };
      terminal.note(await writeSpendingPage(page, deps));
    }
    return 0;
  });
}

/** Which rows are asked for in place of sums; null for none. */
function rowsIn(
  { lines, focus, billingAccount, accuracy, csv }: SpendFlags,
  layout: Layout,
): LineRows | null {
  if (focus && (layout !== 'text' || lines || accuracy))
    throw usageFailure(
      '--focus is a table of its own: leave --csv, --json, --markdown, --lines and --accuracy out.',
    );
  if (billingAccount !== undefined && !focus) throw usageFailure('--billing-account is for --focus.');
  if (lines && (!csv || accuracy))
    throw usageFailure('--lines is for --csv: a row for every line of every bill.');
  return focus ? { account: billingAccount ?? 'unknown' } : lines ? 'plain' : null;
}

async function tellSpending({ flags, layout, settings, filter, local, ledger, terminal }: Report) {
  const { by } = flags;
  const only = by === 'refusal' ? (['refused'] as const) : filter.only;
  const slices = await ledger.spending({ ...filter, only, by: axisOf(by) });
  const whole = spendRows(slices, by, local);
  // The latest of a time, the dearest of anything else.
  const rows = axisOf(by) === 'time' ? whole.slice(-(flags.count ?? 0)) : whole.slice(0, flags.count);
  const all = totalOf(slices);
  const nothing = slices.length === 0 ? await whyNothing(filter, ledger) : null;
  if (layout === 'json') {
    const warnings = nothing === null ? [] : [nothing];
    const table = rows.map((row) => ({ key: row.key, ...spentJson(row) }));
    const body = { by, timeZone: local.zone, rows: table, total: spentJson(all) };
    terminal.out(JSON.stringify(documentOf(SCHEMA, { ...settings, warnings }, body), null, 2));
    return;
  }
  if (nothing !== null) terminal.note(nothing);
  if (layout === 'csv') {
    const titles = [by, ...Object.keys(spentJson(all)), 'sandbox'].map((title) => ({ title }));
    const cells = rows.map((row) => [
      row.key ?? '',
      ...Object.values(spentJson(row)).map(String),
      String(settings.sandbox),
    ]);
    printTable(layout, titles, cells, terminal);
    return;
  }
  if (nothing !== null) return;
  tellTable({ by, rows, all }, layout, settings, terminal);
  if (axisOf(by) === 'time') terminal.note(`Times are those of ${local.zone}.`);
  if (by === 'label') terminal.note('What has several labels is counted under each, and once in the total.');
  if (all.held > 0n) terminal.note('What is held is the most that requests and jobs under way may cost.');
}

/** An empty table says nothing: what was looked for never was, or not then. */
async function whyNothing({ model, ...filter }: Filter, ledger: Ledger): Promise<string> {
  const ever = { since: null, until: null, limit: 1 };
  if ((await ledger.history(ever)).length === 0) return 'Nothing was bought yet.';
  const isModelUnknown = model !== undefined && (await ledger.history({ ...ever, model })).length === 0;
  if (isModelUnknown) return `Nothing was ever bought of ${findModel(model).name}.`;
  const isTimed = filter.since !== null || filter.until !== null;
  return `Nothing that these filters leave was spent${isTimed ? ' in that time' : ''}.`;
}

interface Spending {
  readonly by: SpendGroup;
  readonly rows: readonly SpendRow[];
  readonly all: Spent;
}

function tellTable(
  { by, rows, all }: Spending,
  layout: Layout,
  settings: Settings,
  terminal: Terminal,
): void {
  const isText = layout === 'text';
  const hasUnconfirmed = all.unconfirmedRequests > 0;
  const hasHeld = all.held > 0n;
  const columns: Column[] = [
    { title: by, cut: 'middle' },
    { title: moneyTitle('spent', settings), right: true },
    ...(hasUnconfirmed ? [{ title: 'unconfirmed', right: true }] : []),
    ...(hasHeld ? [{ title: 'held', right: true }] : []),
    { title: 'images', right: true },
    ...(isText && terminal.stdoutIsTerminal ? [{ title: '', spare: 1 }] : []),
  ];
  const cells = (name: string, row: Spent): readonly string[] => [
    name,
    format(row.settled),
    ...(hasUnconfirmed ? [format(row.unconfirmed)] : []),
    ...(hasHeld ? [format(row.held)] : []),
    String(row.images),
  ];
  const most = rows.reduce((most, row) => (total(row) > most ? total(row) : most), 0n);
  const chart = (row: Spent): string =>
    most === 0n ? '' : '█'.repeat(Number((total(row) * 24n + most - 1n) / most));
  const drawn = (row: Spent): readonly string[] => (isText ? [chart(row)] : []);
  const body = [...rows.map((row) => [...cells(nameIn(by, row), row), ...drawn(row)]), cells('total', all)];
  printTable(layout, columns, body, terminal);
}

/** How people call a row. */
function nameIn(by: SpendGroup, { key }: SpendRow): string {
  if (key === null) return '(none)';
  if (by === 'model') return aliasOf(key);
  return by === 'run' ? key.slice(0, 8) : printable(key);
}

// ---------------------------------------------------------------- quotes against bills

async function tellAccuracy({ filter, layout, settings, ledger, terminal }: Report): Promise<void> {
  const models = await ledger.accuracy(filter);
  if (layout === 'json') {
    const body = { accuracy: models.map(accuracyJson) };
    terminal.out(JSON.stringify(documentOf(ACCURACY, settings, body), null, 2));
    return;
  }
  if (models.length === 0) terminal.note('No bill is there yet to compare with its quote.');
  const columns: Column[] = [
    { title: 'model', cut: 'middle' },
    { title: 'bills', right: true },
    { title: moneyTitle('quoted', settings), right: true },
    ...['billed', 'bias', 'inside', 'worst'].map((title) => ({ title, right: true })),
  ];
  const rows = models.map(({ model, bills, quoted, billed, inside, worst }) => [
    layout === 'csv' ? model : aliasOf(model),
    String(bills),
    format(quoted),
    format(billed),
    percent(billed - quoted, quoted, true),
    percent(BigInt(inside), BigInt(bills)),
    percent(worst.billed - worst.quoted, worst.quoted, true),
  ]);
  printTable(layout, columns, rows, terminal);
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

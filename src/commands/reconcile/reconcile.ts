import { exitCodeFor, usageFailure } from '../../core/errors.ts';
import { exchangeRate } from '../../core/invoice/amount.ts';
import { apart, compare } from '../../core/invoice/compare.ts';
import type { Sides } from '../../core/invoice/compared-row.ts';
import { endsOf, isWithin, narrowed } from '../../core/invoice/coverage.ts';
import { PACIFIC } from '../../core/invoice/dates.ts';
import { findingsOf } from '../../core/invoice/findings.ts';
import { priceDifferences, proposedPrices } from '../../core/invoice/propose.ts';
import { SKUS } from '../../core/invoice/sku-table.ts';
import { addDays, calendar, dayOf, type Calendar } from '../../core/policy/calendar.ts';
import { parsePeriod } from '../../core/policy/period.ts';
import type { Deps, Ledger, OtherLedger, Settings, Terminal } from '../../ports/index.ts';
import { provePage, writeSpendingPage } from '../gallery/spending-page.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { oneMore } from '../shared/parse-flags.ts';
import { documentOf } from '../shared/envelope.ts';
import { layoutOf, TABLES, type Layout } from '../shared/layout.ts';
import { modelsFor } from '../shared/price-flags.ts';
import { withBooks } from '../shared/with-books.ts';
import { bodyOf, pageReconcile, printCsv, printReport } from './output.ts';
import { readInvoices } from './read-invoices.ts';
import { readLedgers } from './read-ledgers.ts';
import { somethingDiffers, unknownLines, type Report } from './report.ts';
import { settledSentences, settleProven } from './settle.ts';

const SCHEMA = 'pixtab.reconcile/1';

const FLAGS = [
  declare(
    '--since <time>',
    "from then on, in Google's days: a day, a month, yesterday (default: all of the invoice)",
  ),
  declare('--until <time>', 'until the end of it'),
  declare('--project <name>', 'lines of one project of Google Cloud only, by its id or name'),
  declare('--label <key[=value]>', 'lines with this label only; repeat it for more', { parse: oneMore() }),
  declare('--ledger <folder>', "another machine's ledger, together with the one here; repeat it for more", {
    parse: oneMore(),
  }),
  declare('--rate <code=usd>', 'what one unit of a currency costs in dollars, such as EUR=1.08', {
    parse: oneMore(),
  }),
  declare('--skus <file>', 'what more SKUs count'),
  flag.prices,
  declare('--all', 'every line, not only those that do not agree'),
  declare('--settle', 'write down what the invoice proves of requests of unknown outcome'),
  declare('--propose <file>', 'write a file for --prices, to be looked at, where prices differ'),
  flag.html,
  flag.force,
  ...TABLES,
  flag.ofSandbox,
  ...COMMON,
] as const;
type ReconcileFlags = FlagsOf<typeof FLAGS>;

export const reconcile = defineCommand({
  flags: FLAGS,
  ownFlags: ['project', 'label', 'ledger'],
  configure(command) {
    command
      .argument(
        '<files...>',
        "CSV of a report in Google Cloud's console, or an export of BigQuery as CSV or JSON Lines, plain or gzip",
      )
      .addHelpText('after', HELP);
  },
  run,
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, NOTHING),
});

const NOTHING = {
  from: null,
  to: null,
  days: [],
  unmatched: {
    ledger: [],
    invoice: [],
  },
  totals: null,
  settleable: [],
  findings: [],
  prices: [],
};

const HELP = `
Pictures are compared to the token, day by day; text and thinking as bounds where their SKUs count other models too.
Exit 12 when something does not agree. A file for --skus says what SKUs count that pixtab does not know:
  { "schema": "pixtab.skus/1", "checked": "2026-11-20", "skus": [ { "description": "…", "id": "096D-0370-0236",
      "model": "nano-banana-pro", "lane": "batch", "meters": ["image output"], "shared": false } ] }

Examples:
  pixtab reconcile october.csv                   exit 0 where all agrees, 12 where something does not
  pixtab reconcile october.csv --settle          writes down what the invoice proves
  pixtab reconcile october.csv --html page.html  a page about spending, and what came of it`;

async function run(
  paths: readonly string[],
  flags: ReconcileFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const layout = layoutOf(flags);
  const models = await modelsFor(flags, deps);
  const skus = [...(flags.skus === undefined ? [] : await deps.skus(flags.skus)), ...SKUS];
  const pacific = calendar(PACIFIC);
  const { since, until } = daysOf(flags, pacific, deps.clock.now());
  const rates = new Map((flags.rate ?? []).map((rate) => exchangeRate(rate)));
  const filter = { project: flags.project, labels: flags.label ?? [] };
  await proveWritable(flags, deps);
  if (flags.html !== undefined) await provePage(flags.html, flags, deps);
  const settings = await deps.settings(flags);
  const read = await readInvoices(paths, { skus, rates, filter }, deps, terminal);
  const invoice = { ...read.invoice, coverage: narrowed(read.invoice.coverage, since, until) };
  return withBooks(settings, deps, async (books) => {
    const others: OtherLedger[] = [];
    try {
      for (const folder of flags.ledger ?? []) others.push(await deps.otherLedger(folder));
      const ledger = await readLedgers([books.ledger, ...others], invoice.coverage, skus, pacific);
      const nothingShared = apart({ invoice, ledger });
      if (nothingShared !== null) throw usageFailure(nothingShared);
      const openFrom = pacific.dayOf(read.asOf - LAG);
      const sides: Sides = { invoice: within(invoice, since, until), ledger, skus, models, openFrom };
      const report = reportOf(sides, read.warnings);
      // What may fail comes first: one run prints one document.
      const proposed =
        flags.propose === undefined ? [] : [await propose(flags.propose, paths, report, flags, deps)];
      const settled = flags.settle
        ? settledSentences(await settleProven(report.settleable, paths, books))
        : [];
      const page =
        flags.html === undefined
          ? []
          : [await writePage(flags.html, paths, report, { pacific, settings, ledger: books.ledger }, deps)];
      print(report, layout, flags, settings.sandbox, terminal);
      for (const sentence of [...proposed, ...settled, ...page]) terminal.note(sentence);
      return somethingDiffers(report) ? exitCodeFor('pending') : 0;
    } finally {
      for (const other of others) await other.close();
    }
  });
}

interface Around {
  readonly pacific: Calendar;
  readonly settings: Pick<Settings, 'sandbox'>;
  readonly ledger: Ledger;
}

/** The page about spending on the days of the invoice, with what came of the comparison. */
function writePage(
  path: string,
  names: readonly string[],
  report: Report,
  { pacific, settings, ledger }: Around,
  deps: Deps,
): Promise<string> {
  const [from, to] = endsOf(report.sides.invoice.coverage) ?? [null, null];
  const filter = {
    since: from === null ? null : pacific.startOf(from),
    until: to === null ? null : pacific.startOf(addDays(to, 1)),
  };
  const about = `the days of the invoice, ${from} to ${to}`;
  const reconcile = pageReconcile(report, names);
  return writeSpendingPage({ path, ledger, filter, about, local: pacific, settings, reconcile }, deps);
}

/** Exports lag 6 to 24 hours behind: https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery, checked 2026-11-27. */
const LAG = 24 * 3_600_000;

function reportOf(sides: Sides, warnings: readonly string[]): Report {
  const comparison = compare(sides);
  return {
    ...comparison,
    sides,
    warnings,
    unknown: unknownLines(sides),
    findings: findingsOf(sides),
    prices: priceDifferences(comparison.rows, sides.models),
  };
}

/** The periods that were asked for. */
function within(invoice: Sides['invoice'], since: string | null, until: string | null): Sides['invoice'] {
  const periods = [...invoice.periods].filter(([period]) => isWithin(period, since, until));
  return { ...invoice, periods: new Map(periods) };
}

/** The first and the last day that are asked for, in California. */
function daysOf(
  { since, until }: ReconcileFlags,
  pacific: Calendar,
  now: number,
): { since: string | null; until: string | null } {
  const from = since === undefined ? null : pacific.dayOf(parsePeriod(since, '--since', pacific, now).from);
  const to =
    until === undefined ? null : pacific.dayOf(parsePeriod(until, '--until', pacific, now).until - 1);
  if (from !== null && to !== null && from > to) throw usageFailure('--since is later than --until.');
  return { since: from, until: to };
}

function print(
  report: Report,
  layout: Layout,
  flags: ReconcileFlags,
  sandbox: boolean,
  terminal: Terminal,
): void {
  for (const warning of report.warnings) terminal.note(`note   ${warning}`);
  if (layout === 'json') {
    const pending = somethingDiffers(report) && { outcome: 'pending', exitCode: exitCodeFor('pending') };
    const ending = { sandbox, warnings: report.warnings, ...pending };
    terminal.out(JSON.stringify(documentOf(SCHEMA, ending, bodyOf(report)), null, 2));
  } else if (layout === 'csv') printCsv(report, terminal);
  else printReport(report, { all: flags.all === true, markdown: layout === 'markdown' }, terminal);
}

async function proveWritable({ propose, force }: ReconcileFlags, deps: Deps): Promise<void> {
  if (propose === undefined || force) return;
  const files = await deps.pictureFiles();
  if ((await files.kindOf(propose)) !== 'none')
    throw usageFailure(`--propose ${propose} exists.`, 'Name another file, or overwrite it with --force.');
}

/** Writes a file of prices; resolves to a sentence about it. */
async function propose(
  path: string,
  names: readonly string[],
  { prices, findings }: Report,
  { force }: ReconcileFlags,
  deps: Deps,
): Promise<string> {
  const proposal = proposedPrices(prices, findings, { names, day: dayOf(deps.clock.now()) });
  if (proposal === null) return 'No price differs, so nothing is proposed.';
  const bytes = new TextEncoder().encode(`${JSON.stringify(proposal, null, 2)}\n`);
  const written = await (await deps.pictureFiles()).put(path, bytes, { replace: force === true });
  return `proposed  ${written}: look at it, then use it with --prices ${written}`;
}

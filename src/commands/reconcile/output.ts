import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { totalsOf, type Comparison } from '../../core/invoice/compare.ts';
import { disagrees, VERDICTS, type ComparedRow, type Sides } from '../../core/invoice/compared-row.ts';
import { endsOf } from '../../core/invoice/coverage.ts';
import type { Finding } from '../../core/invoice/findings.ts';
import type { Counted, UnknownCell } from '../../core/invoice/invoice-tally.ts';
import type { PriceDifference } from '../../core/invoice/propose.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import type { Column } from '../../core/text/table.ts';
import { printTable } from '../shared/layout.ts';
import { counted, excerpt, printable, thousands } from '../../core/text/text.ts';
import type { Terminal } from '../../ports/index.ts';

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

const word = (text: string): string => text.toLowerCase().replaceAll(' ', '-');
const side = ({ quantity, amount }: ComparedRow['ledger']) => ({ quantity, amount: toDecimal(amount) });

// ---------------------------------------------------------------- JSON

export function bodyOf(report: Report) {
  const { sides, rows, unknown, findings, prices, settleable } = report;
  const [from, to] = endsOf(sides.invoice.coverage) ?? [null, null];
  return {
    from,
    to,
    days: rows.map((row) => ({
      ...lineJson(row),
      verdict: word(row.verdict),
      pictures: row.pictures,
      why: row.why,
    })),
    unmatched: {
      ledger: rows.filter(({ invoice }) => invoice === null).map(lineJson),
      invoice: unknown.map(unknownJson),
    },
    totals: totalsJson(report),
    settleable: settleable.map(({ attemptId, verdict, evidence }) => ({
      attemptId,
      verdict: word(verdict),
      evidence,
    })),
    findings: findings.map(({ question, answer, days, sure }) => ({
      question,
      answer: answer && word(answer),
      days: Object.entries(days).map(([said, count]) => ({ answer: word(said), days: count })),
      sure,
    })),
    prices: prices.map(({ model, lane, meters, catalogue, invoice, per, since, days }) => ({
      model,
      lane,
      meter: meters.join(' + '),
      invoice: toDecimal(invoice),
      catalogue: catalogue && toDecimal(catalogue.price),
      per,
      source: catalogue?.source ?? null,
      checked: catalogue?.checked ?? null,
      since,
      days,
    })),
  };
}

const lineJson = ({ period, model, lane, meters, ledger, invoice }: ComparedRow) => ({
  day: period,
  model,
  lane,
  meter: meters.join(' + '),
  ledger: side(ledger),
  invoice: invoice && side(invoice),
});

const unknownJson = ({ sku, skuId, quantity, unit, cost, periods, guess }: UnknownLine) => ({
  sku,
  skuId: skuId || null,
  quantity,
  unit: unit || null,
  amount: toDecimal(cost),
  from: periods[0] ?? null,
  to: periods.at(-1) ?? null,
  proposal: guess && {
    description: sku,
    ...(skuId && { id: skuId }),
    model: guess.models[0],
    lane: guess.lane,
    meters: guess.meters,
  },
});

function totalsJson({ rows, sides: { invoice, ledger } }: Report) {
  const totals = totalsOf(rows);
  return {
    ledger: toDecimal(totals.ledger),
    invoice: toDecimal(totals.invoice),
    outside: { requests: ledger.outside.requests, amount: toDecimal(ledger.outside.amount) },
    otherModels: toDecimal(invoice.otherModels.cost),
    otherServices: toDecimal(invoice.otherServices.cost),
    taxes: toDecimal(invoice.taxes.cost),
    adjustments: toDecimal(invoice.adjustments.cost),
    lines: rows.length,
    verdicts: Object.fromEntries(
      VERDICTS.map((verdict) => [word(verdict), rows.filter((row) => row.verdict === verdict).length]),
    ),
  };
}

// ---------------------------------------------------------------- for people

const COLUMNS: readonly Column[] = [
  { title: 'day' },
  { title: 'model', cut: 'middle' },
  { title: 'lane', spare: 1 },
  { title: 'meter', cut: 'end' },
  { title: 'ledger', right: true, spare: 2 },
  { title: 'invoice', right: true, spare: 3 },
  { title: 'ledger $', right: true },
  { title: 'invoice $', right: true },
  { title: 'verdict' },
];

export function printCsv({ rows }: Report, terminal: Terminal): void {
  const columns = [
    'day',
    'model',
    'lane',
    'meter',
    'ledgerQuantity',
    'invoiceQuantity',
    'ledgerAmount',
    'invoiceAmount',
    'verdict',
    'why',
  ];
  const cells = rows.map(({ period, model, lane, meters, ledger, invoice, verdict, why }) => [
    period,
    model,
    lane,
    meters.join(' + '),
    String(ledger.quantity),
    invoice === null ? '' : String(invoice.quantity),
    toDecimal(ledger.amount),
    invoice === null ? '' : toDecimal(invoice.amount),
    word(verdict),
    why ?? '',
  ]);
  printTable(
    'csv',
    columns.map((title) => ({ title })),
    cells,
    terminal,
  );
}

/** A table of what does not agree, or of everything, and sentences about it. */
export function printReport(
  report: Report,
  { all, markdown }: { all: boolean; markdown: boolean },
  terminal: Terminal,
): void {
  const { rows, unknown, findings, prices, settleable, sides } = report;
  const shown = all ? rows : rows.filter(({ verdict }) => disagrees(verdict));
  const cells = shown.map(({ period, model, lane, meters, ledger, invoice, verdict }) => [
    period,
    aliasOf(model),
    lane,
    meters.join(' + '),
    thousands(ledger.quantity),
    invoice === null ? '' : thousands(invoice.quantity),
    format(ledger.amount),
    invoice === null ? '' : format(invoice.amount),
    verdict,
  ]);
  const print = (line: string): void => terminal.out(line);
  if (shown.length > 0) printTable(markdown ? 'markdown' : 'text', COLUMNS, cells, terminal);
  const item = markdown ? '- ' : '';
  const paragraph = (sentences: readonly string[]): void => {
    if (sentences.length === 0) return;
    print('');
    for (const sentence of sentences) print(`${item}${printable(sentence)}`);
  };
  paragraph(shown.flatMap(whySentence));
  paragraph(unknown.map(unknownSentence));
  paragraph(prices.map(priceSentence));
  paragraph(findings.flatMap(findingSentence));
  paragraph(settleable.map(({ attemptId, verdict, evidence }) => `${attemptId}: ${verdict}. ${evidence}`));
  paragraph([...summary(report, sides)]);
}

/** A SKU that is not known has a sentence of its own, once for all days. */
const whySentence = ({ period, model, lane, meters, verdict, why }: ComparedRow): readonly string[] =>
  why === null || verdict === 'unknown SKU'
    ? []
    : [`${period} ${aliasOf(model)}, lane ${lane}, ${meters.join(' + ')}: ${why}`];

function unknownSentence({ sku, skuId, quantity, cost, periods, guess }: UnknownLine): string {
  const name = `SKU "${excerpt(sku, 90)}"${skuId ? ` (${skuId})` : ''}`;
  const what = `${name}: ${thousands(quantity)} for ${format(cost)} from ${periods[0] ?? ''} to ${periods.at(-1) ?? ''} is not in the table.`;
  if (guess === null) return `${what} Say what it counts in a file for --skus.`;
  const { models, lane, meters } = guess;
  return `${what} By its words it is ${meters.join(' + ')} of ${models.join(', ')}, lane ${lane}: if so, say it in a file for --skus.`;
}

function priceSentence({
  model,
  lane,
  meters,
  catalogue,
  invoice,
  per,
  since,
  days,
}: PriceDifference): string {
  const unit = per === 1_000_000 ? '1M' : String(per);
  const ours =
    catalogue === null
      ? 'the catalogue has no price for it'
      : `the catalogue says ${format(catalogue.price)} (${catalogue.source}, checked ${catalogue.checked})`;
  return `Price of ${meters.join(' + ')}, ${model}, lane ${lane}: ${format(invoice)} for ${unit} since ${since}, on ${counted(days, 'day')}; ${ours}.`;
}

const ASKED = {
  drafts: 'Pictures before the last one',
  remainder: 'Text that no modality is named for',
  refusals: 'Answers without a picture',
} as const;

function findingSentence({ question, answer, days, sure }: Finding): readonly string[] {
  if (sure === null) return [];
  const votes = Object.entries(days).map(([said, count]) => `${said} on ${counted(count, 'day')}`);
  return [
    `${ASKED[question]}: ${answer === null ? 'the days disagree' : `billed ${answer === 'charged' ? 'like any other' : answer}`} (${votes.join(', ')}; how sure: ${sure}).`,
  ];
}

function* summary({ rows }: Report, { invoice, ledger, openFrom }: Sides): Generator<string> {
  const [from, to] = endsOf(invoice.coverage) ?? ['', ''];
  const totals = totalsOf(rows);
  const wrong = rows.filter(({ verdict }) => disagrees(verdict)).length;
  yield `${from} to ${to}, days of Google's (Pacific): ${counted(rows.length - wrong, 'line')} of ${rows.length} in order. Ledger ${format(totals.ledger)}, invoice ${format(totals.invoice)}.`;
  const besides = [
    ['other models', invoice.otherModels],
    ['other services', invoice.otherServices],
    ['taxes', invoice.taxes],
    ['adjustments', invoice.adjustments],
  ] as const;
  const there = besides
    .filter(([, { quantity }]) => quantity > 0)
    .map(([name, { cost }]) => `${name} ${format(cost)}`);
  if (there.length > 0) yield `Besides, the invoice has ${there.join(', ')}.`;
  const { requests, amount } = ledger.outside;
  if (requests > 0)
    yield `${counted(requests, 'request')} for ${format(amount)} lie on days that the invoice does not speak of.`;
  if (openFrom !== null && openFrom <= to)
    yield `From ${openFrom} on it may not be complete yet: exports lag up to a day.`;
}

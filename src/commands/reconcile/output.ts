import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { totalsOf } from '../../core/invoice/compare.ts';
import { disagrees, isUncompared, VERDICTS, type ComparedRow } from '../../core/invoice/compared-row.ts';
import { endsOf } from '../../core/invoice/coverage.ts';
import { besideIn } from '../../core/invoice/invoice-tally.ts';
import type { PageReconcile } from '../../core/page/types.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import type { Column } from '../../core/text/table.ts';
import { printable, thousands } from '../../core/text/text.ts';
import type { Terminal } from '../../ports/index.ts';
import { printTable } from '../shared/layout.ts';
import { somethingDiffers, type Report, type UnknownLine } from './report.ts';
import { paragraphs } from './sentences.ts';

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
  const beside = besideIn(invoice);
  return {
    ledger: toDecimal(totals.ledger),
    invoice: toDecimal(totals.invoice),
    outside: { requests: ledger.outside.requests, amount: toDecimal(ledger.outside.amount) },
    otherModels: toDecimal(beside.otherModels.cost),
    otherServices: toDecimal(beside.otherServices.cost),
    taxes: toDecimal(beside.taxes.cost),
    adjustments: toDecimal(beside.adjustments.cost),
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
  const { rows } = report;
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
  for (const [index, sentences] of [...paragraphs(report, shown)].entries()) {
    if (shown.length > 0 || index > 0) print('');
    for (const sentence of sentences) print(`${item}${printable(sentence)}`);
  }
}

// ---------------------------------------------------------------- for the page about spending

export function pageReconcile(report: Report, invoices: readonly string[]): PageReconcile {
  const { rows, warnings } = report;
  const wrong = rows.filter(({ verdict }) => disagrees(verdict));
  return {
    invoices,
    isAgreed: !somethingDiffers(report),
    rows: rows.map(({ period, model, lane, meters, ledger, invoice, verdict }) => ({
      day: period,
      alias: aliasOf(model),
      lane,
      meter: meters.join(' + '),
      ledger: side(ledger),
      invoice: invoice && side(invoice),
      verdict,
      disagrees: disagrees(verdict),
      isUncompared: isUncompared(verdict),
    })),
    notes: [...paragraphs(report, wrong).flat(), ...warnings],
  };
}

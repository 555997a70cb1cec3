import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { totalsOf } from '../../core/invoice/compare.ts';
import { disagrees, isUncompared, type ComparedRow, type Sides } from '../../core/invoice/compared-row.ts';
import { endsOf } from '../../core/invoice/coverage.ts';
import type { Finding } from '../../core/invoice/findings.ts';
import type { PriceDifference } from '../../core/invoice/propose.ts';
import { besideIn } from '../../core/invoice/invoice-tally.ts';
import { format } from '../../core/pricing/money.ts';
import { counted, excerpt, thousands } from '../../core/text/text.ts';
import type { Report, UnknownLine } from './report.ts';

/** What there is to say about rows, and about all of it, in paragraphs of sentences. */
export function paragraphs(report: Report, rows: readonly ComparedRow[]): readonly (readonly string[])[] {
  const { unknown, findings, prices, settleable, sides } = report;
  return [
    rows.flatMap(whySentence),
    unknown.map(unknownSentence),
    prices.map(priceSentence),
    findings.flatMap(findingSentence),
    settleable.map(({ attemptId, verdict, evidence }) => `${attemptId}: ${verdict}. ${evidence}`),
    [...summary(report, sides)],
  ].filter((sentences) => sentences.length > 0);
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
  const open = rows.flatMap(({ verdict }) => (isUncompared(verdict) ? [verdict] : []));
  const right = rows.filter(({ verdict }) => !disagrees(verdict)).length - open.length;
  const uncompared = [...new Set(open)].map(
    (why) =>
      `, ${open.filter((one) => one === why).length} ${why === 'no SKU known' ? 'with no SKU known' : why}`,
  );
  yield `${from} to ${to}, days of Google's (Pacific): ${counted(right, 'line')} of ${rows.length} in order${uncompared.join('')}. Ledger ${format(totals.ledger)}, invoice ${format(totals.invoice)}.`;
  const { otherModels, otherServices, taxes, adjustments } = besideIn(invoice);
  const besides = [
    ['other models', otherModels],
    ['other services', otherServices],
    ['taxes', taxes],
    ['adjustments', adjustments],
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

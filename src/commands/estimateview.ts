import type { Claim } from '../core/catalogue/claims.ts';
import type { Day } from '../core/catalogue/model.ts';
import { EXIT, type Failure } from '../core/errors.ts';
import type { Quote } from '../core/line.ts';
import { format, priced, sum, toDecimal, type Usd } from '../core/money.ts';
import type { Order } from '../core/order.ts';
import { sizeNotices, type Offer, type Rejection } from '../core/route.ts';
import type { Column } from '../core/table.ts';
import { counted } from '../core/text.ts';
import type { Terminal } from '../ports.ts';
import { quoteJson } from '../purchase/report.ts';
import { errorJson } from './command.ts';
import { printTable, type Layout } from './pricing.ts';

/** What there is to print: quotes of one order by different models, or of the orders of a file. */
export interface Estimate {
  readonly day: Day;
  readonly offers: readonly Offer[];
  /** Whether the offers are parts of one purchase, or alternatives to each other. */
  readonly parts: boolean;
  readonly why: string;
  readonly notices: readonly string[];
  readonly rejected: readonly Rejection[];
}

export function print({ offers, parts, why }: Estimate, layout: Layout, terminal: Terminal): void {
  const [only] = offers;
  if (offers.length === 1 && only) return printOne(only, why, layout, terminal);
  // Offers of one order are all in its lane, which was asked for.
  const lanes = new Set(offers.map(({ quote }) => quote.lane)).size > 1;
  const columns: readonly Column[] = [
    { title: 'model' },
    ...(lanes ? [{ title: 'lane' }] : []),
    { title: 'size' },
    { title: 'images', right: true },
    { title: 'low', right: true },
    { title: 'expected', right: true },
    { title: 'high', right: true },
    { title: '$/megapixel', right: true },
  ];
  const rows = offers.map(({ order, quote }) => [
    quote.model,
    ...(lanes ? [quote.lane] : []),
    quote.size,
    String(quote.count),
    format(quote.low),
    format(quote.expected),
    format(quote.high),
    perMegapixel(order, quote),
  ]);
  printTable(layout, columns, parts ? [...rows, totalRow(offers, lanes)] : rows, terminal);
}

function totalRow(offers: readonly Offer[], lanes: boolean): readonly string[] {
  const quotes = offers.map(({ quote }) => quote);
  const total = (part: (quote: Quote) => Usd): string => format(sum(quotes.map(part)));
  const images = quotes.reduce((count, quote) => count + quote.count, 0);
  return [
    'total',
    ...(lanes ? [''] : []),
    '',
    String(images),
    total(({ low }) => low),
    total(({ expected }) => expected),
    total(({ high }) => high),
    '',
  ];
}

function printOne({ order, quote }: Offer, why: string, layout: Layout, terminal: Terminal): void {
  if (layout === 'text') {
    terminal.out(
      `${format(quote.expected)} expected for ${counted(quote.count, 'image')}, at most ${format(quote.high)}`,
    );
    terminal.out(`${order.model.name} (${quote.model}), ${quote.size}, lane ${quote.lane}: ${why}`);
    terminal.out('');
  }
  const columns: readonly Column[] = [
    { title: 'meter' },
    { title: 'quantity', right: true },
    { title: 'rate' },
    { title: 'low', right: true },
    { title: 'expected', right: true },
    { title: 'high', right: true },
  ];
  const rows = quote.lines.map((line) => [
    line.meter,
    String(line.quantity),
    rateOf(line),
    format(line.low.amount),
    format(line.amount),
    format(line.high.amount),
  ]);
  const total = ['total', '', '', format(quote.low), format(quote.expected), format(quote.high)];
  printTable(layout, columns, [...rows, total], terminal);
}

const MEGA = 1_000_000;

function rateOf({ rate, per, unit }: Quote['lines'][number]): string {
  if (per === 1) return `${format(rate)} an ${unit}`;
  return `${format(rate)} / ${per === MEGA ? '1M' : per}`;
}

/** What a pixel buys, whatever the shape of the picture. */
function perMegapixel({ model, size, aspect, count }: Order, { expected }: Quote): string {
  const pixels = model.resolutions[size]?.pixels[aspect ?? '1:1'];
  if (!pixels) return '';
  return format(priced(expected, MEGA, pixels.width * pixels.height * count));
}

/** What is worth knowing besides the numbers, for people; what was not asked for only with --verbose. */
export function say(
  { offers, notices, rejected }: Estimate,
  claims: readonly Claim[],
  asked: { readonly claims: boolean; readonly rejected: boolean },
  terminal: Terminal,
): void {
  const tell = (line: string, isAsked: boolean): void =>
    isAsked ? terminal.note(line) : terminal.detail(line);
  const [taken] = offers;
  for (const warning of new Set([...notices, ...offers.flatMap(warningsOf)])) {
    terminal.note(`note   ${warning}`);
  }
  for (const { says, by, why } of claims) tell(`claim  "${says}" (${by}): ${why}`, asked.claims);
  for (const line of taken?.quote.lines ?? []) {
    terminal.detail(
      `       ${line.meter}: ${line.why}; ${line.rateFrom.source}, checked ${line.rateFrom.checked}`,
    );
  }
  for (const { model, why } of rejected) tell(`not    ${model}: ${why}`, asked.rejected);
}

export function document(
  made: Estimate | null,
  claims: readonly Claim[],
  failure: Failure | null,
  exitCode = 0,
) {
  return {
    schema: 'pixtab.estimate/1',
    at: made?.day ?? null,
    quotes: (made?.offers ?? []).map(offerJson),
    rejected: (made?.rejected ?? []).map(({ model, why }) => ({ model, why })),
    claims: claims.map(claimJson),
    error: failure && errorJson(failure, exitCode === 0 ? EXIT[failure.kind] : exitCode),
  };
}

function offerJson({ order, quote }: Offer) {
  // The line that makes up most of the price says where it comes from.
  const main = quote.lines.toSorted((a, b) => (a.amount < b.amount ? 1 : -1))[0];
  return {
    model: quote.model,
    lane: quote.lane,
    size: quote.size,
    aspect: order.aspect,
    count: quote.count,
    ...quoteJson(quote),
    source: main ? { url: main.rateFrom.source, checked: main.rateFrom.checked } : null,
    warnings: warningsOf({ order, quote }),
  };
}

const warningsOf = ({ order, quote }: Offer): readonly string[] => [
  ...sizeNotices({ order }, quote.day),
  ...quote.warnings,
];

export const claimJson = ({ says, by, url, said, price, why, evidence }: Claim) => ({
  says,
  by,
  url,
  said,
  price: price === null ? null : toDecimal(price),
  why,
  evidence: { url: evidence.source, checked: evidence.checked },
});

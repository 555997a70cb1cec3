import { nameOf } from '../../core/catalogue/catalogue.ts';
import { concerns, type Claim } from '../../core/catalogue/false-claims.ts';
import { aliasOf } from '../../core/catalogue/catalogue.ts';
import type { Pixels } from '../../core/catalogue/model.ts';
import type { Quote } from '../../core/pricing/types.ts';
import { atMost, format, priced, rateText, sum, toDecimal, type Usd } from '../../core/pricing/money.ts';
import type { Order } from '../../core/order/order.ts';
import { sizeNotices, type QuotedOrder } from '../../core/order/route.ts';
import type { Column } from '../../core/text/table.ts';
import { counted, thousands } from '../../core/text/text.ts';
import type { Terminal } from '../../ports/index.ts';
import { quoteJson } from '../../purchase/json.ts';
import { moneyIn, mostIn, printTable, type Layout } from '../shared/layout.ts';
import type { Estimate } from './types.ts';
import { documentOf, type Ending } from '../shared/envelope.ts';
import type { Planning } from './volume-plan.ts';

export function print({ offers, parts, why }: Estimate, layout: Layout, terminal: Terminal): void {
  const [only] = offers;
  if (offers.length === 1 && only) return printOne(only, why, layout, terminal);
  // Offers of one order are all in its lane, which was asked for.
  const lanes = new Set(offers.map(({ quote }) => quote.lane)).size > 1;
  const isSold = offers.some(({ order }) => order.model.seller !== undefined);
  const columns: readonly Column[] = [
    { title: 'model', cut: 'middle' },
    ...(lanes ? [{ title: 'lane' }] : []),
    { title: 'size' },
    { title: 'images', right: true, spare: 2 },
    { title: 'low', right: true, spare: 3 },
    { title: 'expected', right: true },
    { title: 'high', right: true },
    { title: '$/megapixel', right: true, spare: 1 },
    ...(isSold ? [{ title: 'prices of' }] : []),
  ];
  const money = moneyIn(layout);
  const most = mostIn(layout);
  const rows = offers.map(({ order, quote }) => [
    layout === 'csv' ? quote.model : aliasOf(quote.model),
    ...(lanes ? [quote.lane] : []),
    quote.size,
    String(quote.count),
    money(quote.low),
    money(quote.expected),
    most(quote.high),
    ...[perMegapixel(order, quote)].map((price) => (price === null ? '' : money(price))),
    ...(isSold ? [whoseIn(quote)] : []),
  ]);
  printTable(layout, columns, parts ? [...rows, totalRow(offers, lanes, layout)] : rows, terminal);
}

/** Whose prices a quote is made of. */
const whoseIn = ({ lines }: Quote): string =>
  [...new Set(lines.map(({ rateFrom }) => rateFrom.platform))].join(', ');

function totalRow(offers: readonly QuotedOrder[], lanes: boolean, layout: Layout): readonly string[] {
  const quotes = offers.map(({ quote }) => quote);
  const money = moneyIn(layout);
  const total = (part: (quote: Quote) => Usd): Usd => sum(quotes.map(part));
  const images = quotes.reduce((count, quote) => count + quote.count, 0);
  return [
    'total',
    ...(lanes ? [''] : []),
    '',
    String(images),
    money(total(({ low }) => low)),
    money(total(({ expected }) => expected)),
    mostIn(layout)(total(({ high }) => high)),
    '',
  ];
}

function printOne({ order, quote }: QuotedOrder, why: string, layout: Layout, terminal: Terminal): void {
  if (layout === 'text') {
    terminal.text(
      `${format(quote.expected)} expected for ${counted(quote.count, 'image')}, at most ${atMost(quote.high)}`,
    );
    terminal.text(`${order.model.name} (${quote.model}), ${quote.size}, lane ${quote.lane}: ${why}`);
    terminal.out('');
  }
  const money = moneyIn(layout);
  const most = mostIn(layout);
  const isCsv = layout === 'csv';
  const columns: readonly Column[] = [
    { title: 'meter' },
    { title: 'quantity', right: true, spare: 2 },
    { title: 'rate', spare: 1 },
    ...(isCsv ? [{ title: 'per' }, { title: 'unit' }] : []),
    { title: 'low', right: true, spare: 3 },
    { title: 'expected', right: true },
    { title: 'high', right: true },
  ];
  const rows = quote.lines.map((line) => [
    line.meter,
    isCsv ? String(line.quantity) : thousands(line.quantity),
    ...(isCsv ? [money(line.rate), String(line.per), line.unit] : [rateText(line)]),
    money(line.low.amount),
    money(line.amount),
    most(line.high.amount),
  ]);
  const blank = isCsv ? ['', '', '', ''] : ['', ''];
  const total = ['total', ...blank, money(quote.low), money(quote.expected), most(quote.high)];
  printTable(layout, columns, [...rows, total], terminal);
}

const MEGA = 1_000_000;

const pixelsOf = ({ model, size, aspect }: Order): Pixels | null =>
  model.resolutions[size]?.pixels[aspect ?? '1:1'] ?? null;

/** The price of a million pixels, whatever the shape of the picture. */
function perMegapixel(order: Order, { expected }: Quote): Usd | null {
  const pixels = pixelsOf(order);
  return pixels && priced(expected, MEGA, pixels.width * pixels.height * order.count);
}

/** What is worth knowing besides the numbers, for people; what this order has no part in only with --verbose. */
export function say(
  { offers, notices, rejected }: Estimate,
  claims: readonly Claim[],
  isComparison: boolean,
  terminal: Terminal,
): void {
  const tell = (line: string, isOnOrder: boolean): void =>
    isOnOrder ? terminal.note(line) : terminal.detail(line);
  const [taken] = offers;
  for (const warning of new Set([...notices, ...offers.flatMap(warningsOf)])) {
    terminal.note(`note   ${warning}`);
  }
  for (const claim of claims) {
    const isOnOrder = offers.some(({ order }) => concerns(claim, order));
    tell(`claim  "${claim.says}" (${claim.by}): ${claim.why}`, isOnOrder);
  }
  for (const line of taken?.quote.lines ?? []) {
    terminal.detail(
      `       ${line.meter}: ${line.why}; price of ${line.rateFrom.platform}: ${line.rateFrom.source}, checked ${line.rateFrom.checked}`,
    );
  }
  for (const { model, why, isUnsold } of rejected) {
    const name = nameOf(model);
    tell(`not    ${why.startsWith(name) ? '' : `${name}: `}${why}`, isComparison && !isUnsold);
  }
}

export function document(
  made: Estimate | null,
  claims: readonly Claim[],
  { json: plans }: Pick<Planning, 'json'>,
  ending: Ending,
) {
  return documentOf('pixtab.estimate/1', ending, {
    at: made?.day ?? null,
    quotes: (made?.offers ?? []).map(offerJson),
    rejected: (made?.rejected ?? []).map(({ model, why }) => ({ model, why })),
    claims: claims.map(claimJson),
    ...(made?.drafts && { drafts: made.drafts.json }),
    ...plans,
  });
}

function offerJson({ order, quote }: QuotedOrder) {
  // The line that makes up most of the price says where it comes from.
  // Without an aspect, an input image decides what the picture measures.
  const pixels = order.aspect === null && order.inputs.length > 0 ? null : pixelsOf(order);
  const each = perMegapixel(order, quote);
  const main = quote.lines.toSorted((a, b) => (a.amount < b.amount ? 1 : -1))[0];
  return {
    model: quote.model,
    lane: quote.lane,
    size: quote.size,
    aspect: order.aspect,
    width: pixels?.width ?? null,
    height: pixels?.height ?? null,
    count: quote.count,
    perMegapixel: each === null ? null : toDecimal(each),
    ...quoteJson(quote),
    source: main
      ? {
          url: main.rateFrom.source,
          checked: main.rateFrom.checked,
          platform: main.rateFrom.platform,
        }
      : null,
    warnings: warningsOf({ order, quote }),
  };
}

const warningsOf = ({ order, quote }: QuotedOrder): readonly string[] => [
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

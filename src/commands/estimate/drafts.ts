import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { cellCount, type Grid } from '../../core/drafts/grid.ts';
import { Failure } from '../../core/errors.ts';
import { attempt, type QuotedOrder } from '../../core/order/route.ts';
import type { Want } from '../../core/order/order.ts';
import { priced, toDecimal } from '../../core/pricing/money.ts';
import type { Column } from '../../core/text/table.ts';
import { counted } from '../../core/text/text.ts';
import type { Terminal } from '../../ports/index.ts';
import { moneyIn, mostIn, printTable, type Layout } from '../shared/layout.ts';

/** A way to as many drafts. */
interface Way {
  readonly way: 'sheet' | 'singles';
  readonly offer: QuotedOrder;
  readonly drafts: number;
}

/** The same drafts as a sheet and as pictures of their own, now and in lane batch; what nobody sells is left out. */
export function waysTo(want: Want, grid: Grid, offerFor: (want: Want, grid: Grid | null) => QuotedOrder) {
  const drafts = want.count * cellCount(grid);
  const ways = (['now', 'batch'] as const).flatMap((lane): readonly Way[] => {
    const sheet = attempt(() => offerFor({ ...want, lane }, grid));
    const singles = attempt(() => offerFor({ ...want, lane, count: drafts, size: null }, null));
    return [
      ...(sheet instanceof Failure ? [] : [{ way: 'sheet', offer: sheet, drafts } as const]),
      ...(singles instanceof Failure ? [] : [{ way: 'singles', offer: singles, drafts } as const]),
    ];
  });
  const cheapest = ways.toSorted((a, b) => (a.offer.quote.expected < b.offer.quote.expected ? -1 : 1));
  return {
    json: cheapest.map(wayJson),
    print: (layout: Layout, terminal: Terminal) => printWays(cheapest, layout, terminal),
  };
}

export type DraftWays = ReturnType<typeof waysTo>;

const eachOf = ({ offer, drafts }: Way) => priced(offer.quote.expected, 1, drafts);

function printWays(ways: readonly Way[], layout: Layout, terminal: Terminal): void {
  const [money, most] = [moneyIn(layout), mostIn(layout)];
  const columns: readonly Column[] = [
    { title: ways[0] ? counted(ways[0].drafts, 'draft') : 'drafts' },
    { title: 'lane' },
    { title: 'model', cut: 'middle' },
    { title: 'size' },
    { title: 'expected', right: true },
    { title: 'high', right: true },
    { title: 'a draft', right: true },
  ];
  const rows = ways.map((way) => {
    const { quote } = way.offer;
    const model = layout === 'csv' ? quote.model : aliasOf(quote.model);
    const what = way.way === 'sheet' ? counted(quote.count, 'sheet') : counted(quote.count, 'picture');
    return [what, quote.lane, model, quote.size, money(quote.expected), most(quote.high), money(eachOf(way))];
  });
  printTable(layout, columns, rows, terminal);
}

function wayJson(way: Way) {
  const { model, lane, size, count, low, expected, high } = way.offer.quote;
  const [least, usual, most] = [low, expected, high].map(toDecimal);
  return {
    way: way.way,
    model,
    lane,
    size,
    count,
    low: least,
    expected: usual,
    high: most,
    each: toDecimal(eachOf(way)),
  };
}

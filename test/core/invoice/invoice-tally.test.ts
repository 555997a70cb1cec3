import { describe, expect, it } from 'vitest';
import {
  besideIn,
  mergedInvoice,
  onInvoice,
  tallyOf,
  type InvoiceTally,
  type TalliedFile,
} from '../../../src/core/invoice/invoice-tally.ts';
import type { InvoiceKind, InvoiceLine } from '../../../src/core/invoice/line.ts';
import { SKUS } from '../../../src/core/invoice/sku-table.ts';
import { skuFinder } from '../../../src/core/invoice/skus.ts';
import { nano, usd } from '../../../src/core/pricing/money.ts';
import { aLine, PRO, PRO_PICTURES } from './sides.ts';

function tallied(
  lines: readonly InvoiceLine[],
  range: readonly [string, string] | null = null,
): InvoiceTally {
  const tally = tallyOf(skuFinder(SKUS));
  for (const line of lines) tally.add(line);
  return tally.result(range);
}
const pictures = ({ periods }: InvoiceTally, period: string) =>
  onInvoice(periods.get(period), PRO, 'now', ['image output'], false);

describe('the lines of an invoice', () => {
  it('are added up by day and SKU', () => {
    const credits = usd('-0.01');
    const lines = [
      aLine('2026-10-04', 1120, { credits }),
      aLine('2026-10-04', 2240, { credits }),
      aLine('2026-10-05', 1120),
    ];
    expect(pictures(tallied(lines), '2026-10-04')).toEqual({
      quantity: 3360,
      cost: usd('0.4032'),
      within: nano(2_000n),
      credits: usd('-0.02'),
    });
  });

  it.each([
    ['', 1],
    ['count', 1],
    ['tokens', 1],
    ['1 count', 1],
    ['text tokens', 1],
    ['image', 1],
    ['k tokens', 1000],
    ['1k{token}', 1000],
    ['thousand tokens', 1000],
    ['Million requests', 1e6],
    ['1 M units', 1e6],
    ['1000 tokens', 1000],
    ['1,000,000 count', 1e6],
    ['search queries', 1],
    ['kilo queries', 1],
    ['requests of 1000 tokens', 1],
  ])('are counted in %j, which are %i', (unit, each) => {
    expect(pictures(tallied([aLine('2026-10-04', 7, { unit })]), '2026-10-04')?.quantity).toBe(7 * each);
  });

  it('come to whole tokens, in whatever they are counted', () => {
    const tally = tallied([aLine('2026-10-04', 1.001, { unit: 'k tokens' })]);
    expect(pictures(tally, '2026-10-04')?.quantity).toBe(1001);
    expect(1.001 * 1000).not.toBe(1001);
  });

  it.each(['hour', 'gibibyte month', 'byte-seconds'])('are of no image model when they count %ss', (unit) => {
    const tally = tallied([aLine('2026-10-04', 7, { unit })]);
    expect(pictures(tally, '2026-10-04')).toBeNull();
    // By its words it may be all the same.
    expect(tally.periods.get('2026-10-04')?.unknown.get(PRO_PICTURES)).toMatchObject({ quantity: 7, unit });
  });

  it('that are no usage of an image model are summed up beside it, one by one', () => {
    const cost = usd('2');
    const tally = tallied([
      aLine('2026-10-04', 5, { cost, service: 'Cloud Storage', sku: 'Standard Storage' }),
      aLine('2026-10-04', 5, { cost, kind: 'tax' }),
      aLine('2026-10-04', 5, { cost, kind: 'tax' }),
      aLine('2026-10-04', 5, { cost, kind: 'adjustment' }),
      aLine('2026-10-04', 5, { cost, sku: 'Generate content input token count gemini 3 flash' }),
    ]);
    expect(besideIn(tally)).toMatchObject({
      otherServices: { quantity: 1, cost },
      taxes: { quantity: 2, cost: usd('4') },
      adjustments: { quantity: 1, cost },
      otherModels: { quantity: 1, cost },
    });
    expect(tally.rows).toBe(5);
    expect(pictures(tally, '2026-10-04')).toBeNull();
  });

  it.each([
    ['Gemini API', '', true],
    ['Vertex AI', '', true],
    ['Agent Platform', '', true],
    ['Generative Language API', '', true],
    ['', '', true],
    ['', 'AEFD-7695-64FA', true],
    ['', 'C7E2-9256-1C43', true],
    ['', '95FF-2EF5-5EA1', false],
    ['Cloud Storage', '', false],
  ])('of the service %j %s are of image models: %s', (service, serviceId, is) => {
    const tally = tallied([aLine('2026-10-04', 1120, { service, serviceId })]);
    expect([pictures(tally, '2026-10-04') !== null, besideIn(tally).otherServices.quantity]).toEqual([
      is,
      is ? 0 : 1,
    ]);
  });

  it('whose SKU is in no table are kept by its id, or its words', () => {
    const sku = 'Image output of something new';
    const tally = tallied([
      aLine('2026-10-04', 1, { sku, credits: usd('-1') }),
      aLine('2026-10-04', 2, { sku, credits: usd('-2') }),
      aLine('2026-10-04', 4, { sku: 'Nano Banana 9', skuId: 'A' }),
      aLine('2026-10-04', 8, { sku: 'Imagen 9', skuId: 'A' }),
    ]);
    const unknown = [...(tally.periods.get('2026-10-04')?.unknown ?? [])];
    expect(unknown.map(([key, { quantity, guess }]) => [key, quantity, guess])).toEqual([
      [sku, 3, null],
      ['A', 12, null],
    ]);
    expect(unknown[0]?.[1]).toMatchObject({ within: 2_000n, credits: usd('-3') });
  });

  it('say of which days the invoice speaks, also where they are not asked for', () => {
    const tally = tallyOf(skuFinder(SKUS));
    tally.add(aLine('2026-10-05', 1));
    tally.add(aLine('2026-10-07', 1), false);
    tally.add(aLine('2026-10-03', 1), false);
    tally.add(aLine('2026-11', 1));
    expect([tally.rows(), tally.result(null).coverage]).toEqual([
      4,
      { days: [['2026-10-03', '2026-10-07']], months: new Set(['2026-11']) },
    ]);
    expect([...tally.result(null).periods.keys()]).toEqual(['2026-10-05', '2026-11']);
    expect(tally.result(['2026-10-01', '2026-10-31']).coverage.days).toEqual([['2026-10-01', '2026-10-31']]);
    expect(tallied([]).coverage.days).toEqual([]);
  });
});

describe('several files', () => {
  const file = (name: string, kind: InvoiceKind, ...lines: readonly InvoiceLine[]): TalliedFile => ({
    name,
    kind,
    tally: tallied(lines),
  });
  const other = { sku: 'Image output of something new' };

  it('of an export are pieces, and added up', () => {
    const { invoice, replaced } = mergedInvoice([
      file('a', 'export', aLine('2026-10-04', 1120), aLine('2026-10-04', 1, other)),
      file(
        'b',
        'export',
        aLine('2026-10-04', 2240),
        aLine('2026-10-04', 2, other),
        aLine('2026-10-06', 1120),
      ),
    ]);
    expect([pictures(invoice, '2026-10-04')?.quantity, pictures(invoice, '2026-10-06')?.quantity]).toEqual([
      3360, 1120,
    ]);
    expect(invoice.periods.get('2026-10-04')?.unknown.get(other.sku)?.quantity).toBe(3);
    expect(invoice).toMatchObject({
      rows: 5,
      coverage: {
        days: [
          ['2026-10-04', '2026-10-04'],
          ['2026-10-04', '2026-10-06'],
        ],
      },
    });
    expect(replaced).toEqual([]);
  });

  it('of reports are whole, so that of two for one day the later counts', () => {
    const { invoice, replaced } = mergedInvoice([
      file('old', 'report', aLine('2026-10-04', 1120), aLine('2026-10-05', 1120)),
      file('new', 'report', aLine('2026-10-04', 2240)),
    ]);
    expect([pictures(invoice, '2026-10-04')?.quantity, pictures(invoice, '2026-10-05')?.quantity]).toEqual([
      2240, 1120,
    ]);
    expect(replaced).toEqual([{ period: '2026-10-04', by: 'new', of: 'old' }]);
  });

  it.each([
    ['export', 'is added up too', '2'],
    ['report', 'is that of the later report alone', '1'],
  ] as const)('of an %s: what is beside pictures %s', (kind, _, dollars) => {
    const beside = [
      { service: 'Cloud Storage' },
      { kind: 'tax' },
      { kind: 'adjustment' },
      { sku: 'a text model' },
    ] as const;
    const lines = beside.map((changes) => aLine('2026-10-04', 1, { ...changes, cost: usd('1') }));
    const { invoice } = mergedInvoice([file('a', kind, ...lines), file('b', kind, ...lines)]);
    const { otherServices, taxes, adjustments, otherModels } = besideIn(invoice);
    expect([otherServices, taxes, adjustments, otherModels].map(({ cost }) => cost)).toEqual(
      beside.map(() => usd(dollars)),
    );
  });

  const tax = { kind: 'tax', cost: usd('1') } as const;

  it('of two kinds may both have taxes of a day, or of its month, since those are of no model', () => {
    const { invoice } = mergedInvoice([
      file('a', 'report', aLine('2026-10-04', 1120), aLine('2026-10-04', 1, tax)),
      file('b', 'export', aLine('2026-10-04', 1, tax), aLine('2026-10', 1, tax)),
    ]);
    expect(pictures(invoice, '2026-10-04')?.quantity).toBe(1120);
    expect(besideIn(invoice).taxes.cost).toBe(usd('3'));
  });

  it('keep the pictures of a day of which a later report has other services and taxes alone', () => {
    const storage = { service: 'Cloud Storage', cost: usd('1') };
    const { invoice, replaced } = mergedInvoice([
      file('gemini', 'report', aLine('2026-10-04', 1120)),
      file('storage', 'report', aLine('2026-10-04', 1, storage), aLine('2026-10-04', 1, tax)),
    ]);
    expect([pictures(invoice, '2026-10-04')?.quantity, replaced]).toEqual([1120, []]);
    expect(besideIn(invoice)).toMatchObject({ otherServices: { cost: usd('1') }, taxes: { cost: usd('1') } });
  });

  it('are one export, and what a later report says beside it of the same day is not in its place', () => {
    const storage = { service: 'Cloud Storage', cost: usd('1') };
    const { invoice } = mergedInvoice([
      file('a', 'export', aLine('2026-10-04', 1, storage)),
      file('b', 'report', aLine('2026-10-04', 1, storage)),
    ]);
    expect(besideIn(invoice).otherServices.cost).toBe(usd('2'));
  });

  it('are one export, also where a report has taxes of the same days in between', () => {
    const { invoice } = mergedInvoice([
      file('a', 'export', aLine('2026-10-04', 1120)),
      file('taxes', 'report', aLine('2026-10-04', 1, tax)),
      file('b', 'export', aLine('2026-10-04', 1120)),
    ]);
    expect(pictures(invoice, '2026-10-04')?.quantity).toBe(2240);
  });

  it.each<[string, TalliedFile, string]>([
    [
      'two kinds for one day',
      file('b', 'export', aLine('2026-10-04', 1)),
      'a and b both hold 2026-10-04, as report and export.',
    ],
    [
      'a day and its month',
      file('b', 'report', aLine('2026-10', 1)),
      'a and b both hold 2026-10, as report and report.',
    ],
  ])('are refused with %s, because they would count it twice', (_, second, message) => {
    const first = file('a', 'report', aLine('2026-10-04', 1));
    expect(() => mergedInvoice([first, second])).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });

  it.each([
    ['2026-10', '2026-10-04'],
    ['2026-10-04', '2026-10'],
  ])('of %s and then %s are refused', (first, second) => {
    expect(() =>
      mergedInvoice([file('a', 'report', aLine(first, 1)), file('b', 'report', aLine(second, 1))]),
    ).toThrow(expect.objectContaining({ kind: 'usage' }));
  });

  it('of different months, or days of the same length, are no trouble', () => {
    const { invoice } = mergedInvoice([
      file('a', 'report', aLine('2026-10', 1120)),
      file('b', 'export', aLine('2026-11-04', 1120)),
    ]);
    expect([...invoice.periods.keys()]).toEqual(['2026-10', '2026-11-04']);
    expect(invoice.coverage).toEqual({ days: [['2026-11-04', '2026-11-04']], months: new Set(['2026-10']) });
  });
});

describe('what is on an invoice of meters', () => {
  const tally = tallied([aLine('2026-10-04', 1120)]);
  const period = tally.periods.get('2026-10-04');

  it.each([
    [PRO, 'now', ['image output'], false, 1120],
    [PRO, 'now', ['text output', 'image output'], false, 1120],
    [PRO, 'batch', ['image output'], false, null],
    [PRO, 'now', ['image output'], true, null],
    [PRO, 'now', ['text output'], false, null],
    ['gemini-3.1-flash-image', 'now', ['image output'], false, null],
  ] as const)('%s, lane %s, %j, shared %s: %s', (model, lane, meters, shared, quantity) => {
    expect(onInvoice(period, model, lane, meters, shared)?.quantity ?? null).toBe(quantity);
  });

  it('is nothing where the invoice has not the day', () => {
    expect(onInvoice(undefined, PRO, 'now', ['image output'], false)).toBeNull();
  });
});

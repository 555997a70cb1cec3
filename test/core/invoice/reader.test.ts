import { describe, expect, it } from 'vitest';
import { exchangeRate } from '../../../src/core/invoice/amount.ts';
import { isHeader } from '../../../src/core/invoice/columns.ts';
import { invoiceReader, type InvoiceHead } from '../../../src/core/invoice/reader.ts';
import { usd } from '../../../src/core/pricing/money.ts';

const REPORT =
  'Date,Service description,Service ID,SKU description,SKU ID,Usage amount,Usage unit,List cost ($),Negotiated savings ($),Savings programs ($),Other savings ($),Unrounded subtotal ($),Subtotal ($)'.split(
    ',',
  );
const PRO = 'Generate_content image output token count for Gemini 3 Pro Image';
const ROW = ['2026-08-14', 'Gemini API', 'AEFD-7695-64FA', PRO, '096D-0370-0236', '5,600', 'count'];
const COSTS = ['0.67', '0.00', '0.00', '0.00', '0.672000', '0.67'];

const head = (titles: readonly string[], rest: Partial<InvoiceHead> = {}): InvoiceHead => ({
  name: 'invoice.csv',
  titles,
  preamble: [],
  decimal: '.',
  ...rest,
});

const rates = new Map([exchangeRate('EUR=1.08')]);
const read = (titles: readonly string[], row: readonly string[], rest: Partial<InvoiceHead> = {}) =>
  invoiceReader(head(titles, rest), rates).read(row, 7);

/** A line with these columns besides a day, a SKU and a quantity. */
const readWith = (cells: Readonly<Record<string, string>>, rest: Partial<InvoiceHead> = {}) =>
  read(
    ['Date', 'SKU description', 'Usage amount', ...Object.keys(cells)],
    ['2026-08-14', PRO, '5,600', ...Object.values(cells)],
    rest,
  );

describe('the cost of a line', () => {
  it.each<[string, Readonly<Record<string, string>>, string, string]>([
    [
      'is exact where it was not rounded',
      { 'Unrounded subtotal ($)': '0.672000', 'List cost ($)': '0.67' },
      '0.672',
      '0.0000005',
    ],
    [
      'is the list cost where nothing is exact',
      { 'List cost ($)': '0.67', 'Cost ($)': '0.60' },
      '0.67',
      '0.005',
    ],
    ['is what was paid where nothing else is said', { 'Cost ($)': '0.67' }, '0.67', '0.005'],
    [
      'has its savings added again',
      { 'Cost ($)': '0.60', 'Negotiated savings ($)': '-0.05', 'Other savings ($)': '-0.02' },
      '0.67',
      '0.005',
    ],
    [
      'has its savings added again to what is exact',
      { 'Unrounded subtotal ($)': '0.602', 'List cost ($)': '0.67', 'Other savings ($)': '-0.07' },
      '0.672',
      '0.005',
    ],
    ['may have lost zeros at its end', { 'Unrounded subtotal ($)': '7' }, '7', '0.005'],
    ['is known to its last place', { 'Unrounded subtotal ($)': '0.67200000000001' }, '0.672', '0'],
    ['is nothing where no cell says it', { 'Cost ($)': '' }, '0', '0.005'],
  ])('%s', (_, cells, cost, within) => {
    expect(readWith(cells)).toMatchObject({ cost: usd(cost), within: usd(within) + 1n });
  });

  it('is off by a hundredth more where the rate is not the invoice’s own', () => {
    const within = usd('0.0054') + 540n + 1n;
    expect(readWith({ 'Unrounded subtotal (€)': '-0.500000' })).toMatchObject({ cost: usd('-0.54'), within });
    expect(readWith({ 'Unrounded subtotal (€)': '0.500000' })).toMatchObject({ cost: usd('0.54'), within });
    const unreadable = { 'Unrounded subtotal (€)': '0.500000', 'Currency conversion rate': 'n/a' };
    expect(readWith(unreadable)).toMatchObject({ cost: usd('0.54'), within });
    const known = { 'Unrounded subtotal (€)': '0.500000', 'Currency conversion rate': '0.5' };
    expect(readWith(known)).toMatchObject({ cost: usd('1'), within: 1_001n });
  });

  it('is in the currency of the line, of the titles, or in dollars', () => {
    const costIn = (title: string, currency: string) =>
      readWith({ [title]: '1.00', Currency: currency })?.cost;
    expect([
      costIn('Cost (€)', 'USD'),
      costIn('Cost ($)', 'eur'),
      costIn('Cost (€)', ''),
      costIn('Cost', ''),
    ]).toEqual([usd('1'), usd('1.08'), usd('1.08'), usd('1')]);
  });

  it('has a number for each saving, or is refused', () => {
    expect(() => readWith({ 'Cost ($)': '1', 'Other savings ($)': 'some' })).toThrow(
      'line 7: "some" is no number',
    );
  });

  it('is read with decimal commas where the file has them', () => {
    expect(readWith({ 'Cost ($)': '1,234' }, { decimal: ',' })?.cost).toBe(usd('1.234'));
    expect(readWith({ 'Cost ($)': '1,234' })?.cost).toBe(usd('1234'));
  });
});

describe('a line of the console’s report', () => {
  it('is read from the columns that its titles name', () => {
    expect(read(REPORT, [...ROW, ...COSTS])).toEqual({
      period: '2026-08-14',
      kind: 'usage',
      service: 'Gemini API',
      serviceId: 'AEFD-7695-64FA',
      sku: PRO,
      skuId: '096D-0370-0236',
      quantity: 5600,
      unit: 'count',
      cost: usd('0.672'),
      within: 501n,
      credits: 0n,
      project: '',
      labels: {},
    });
  });

  it('has its cost before savings, which are known to the cent', () => {
    const line = read(REPORT, [...ROW, '0.67', '-0.07', '0.00', '0.00', '0.602000', '0.60']);
    expect(line).toMatchObject({ cost: usd('0.672'), credits: usd('-0.07'), within: usd('0.005') + 1n });
  });

  it('has a cost that is known to the cent where no column is more exact', () => {
    const titles = ['Date', 'SKU description', 'Usage amount', 'Usage unit', 'Cost ($)'];
    expect(read(titles, ['2026-08-14', PRO, '5,600', 'count', '0.67'])).toMatchObject({
      cost: usd('0.67'),
      within: usd('0.005') + 1n,
    });
  });

  it('is in dollars, whatever currency its titles name', () => {
    const titles = REPORT.map((title) => title.replace('$', '€'));
    expect(read(titles, [...ROW, ...COSTS])?.cost).toBe(usd('0.72576'));
  });

  it.each([
    ['Total', ['', 'Total', '', '', '', '5,600', '', ...COSTS]],
    ['Subtotal', ['Subtotal', '', '', '', '', '', '', ...COSTS]],
    ['Filtered total', ['', '', '', '', '', '', 'Filtered total', ...COSTS]],
    ['Grand total:', ['', 'x', '', '', '', '', 'Grand total:', ...COSTS]],
    ['nothing', ['', '', '', '', '', '', '', ...COSTS]],
  ])('is none where the row is one of totals: %s', (_, row) => {
    expect(read(REPORT, row)).toBeNull();
  });

  it('may have blanks around its cells', () => {
    const [plain, spaced] = [[...ROW, ...COSTS], [...ROW, ...COSTS].map((cell) => ` ${cell} `)];
    expect(read(REPORT, spaced)).toEqual(read(REPORT, plain));
    expect(read(REPORT, ['', 'Gemini API', '', '', '', '', ' Total ', ...COSTS])).toBeNull();
  });

  it('is known by the id of its SKU alone', () => {
    const row = ['2026-08-14', 'Gemini API', '', '', '096D-0370-0236', '1', 'Total', ...COSTS];
    expect(read(REPORT, row)).toMatchObject({ sku: '', skuId: '096D-0370-0236', kind: 'usage' });
  });

  it('is a tax where there is no SKU', () => {
    expect(read(REPORT, ['2026-08-31', 'Tax', '', '', '', '', '', ...COSTS])?.kind).toBe('tax');
    expect(read(REPORT, ['2026-08-31', 'Total Care', '', '', '', '', '', ...COSTS])?.kind).toBe('tax');
    expect(read(REPORT, ['2026-08-31', 'Teetotal', '', '', '', '', '', ...COSTS])?.kind).toBe('tax');
  });

  it.each([
    ['2026-08-14', '2026-08-14'],
    ['2026/8/14', '2026-08-14'],
    ['14.08.2026', '2026-08-14'],
    ['Aug 14, 2026', '2026-08-14'],
    ['2026-08-14T00:00:00', '2026-08-14'],
  ])('with the date %s is of %s', (written, day) => {
    expect(read(REPORT, [written, ...ROW.slice(1), ...COSTS])?.period).toBe(day);
  });

  it.each(['8/14/2026', '2026-02-30', 'yesterday', ''])(
    'with the date "%s" is refused by its line',
    (written) => {
      expect(() => read(REPORT, [written, ...ROW.slice(1), ...COSTS])).toThrow(
        /^invoice\.csv, line 7: ".*" is no day/,
      );
    },
  );

  it('is refused by its line where a number is none', () => {
    expect(() => read(REPORT, [...ROW.slice(0, 5), 'many', 'count', ...COSTS])).toThrow(
      expect.objectContaining({ kind: 'usage', message: 'invoice.csv, line 7: "many" is no number.' }),
    );
  });
});

describe('another grouping of the report', () => {
  const without = (...gone: readonly string[]): readonly string[] =>
    REPORT.filter((title) => !gone.includes(title));

  it('by month is compared by month', () => {
    const titles = ['Month', ...REPORT.slice(1)];
    expect(read(titles, ['2026-08', ...ROW.slice(1), ...COSTS])?.period).toBe('2026-08');
    expect(read(titles, ['202608', ...ROW.slice(1), ...COSTS])?.period).toBe('2026-08');
  });

  it('of a cost table is of the day, or the month, that its dates span', () => {
    const titles = [
      'Usage start date',
      'Usage end date',
      'SKU description',
      'Usage amount',
      'Unrounded cost ($)',
    ];
    expect(read(titles, ['2026-08-14', '2026-08-14', PRO, '5,600', '0.672'])?.period).toBe('2026-08-14');
    expect(read(titles, ['2026-08-02', '2026-08-30', PRO, '5,600', '0.672'])?.period).toBe('2026-08');
    expect(read(titles, ['2026-08-02', '', PRO, '5,600', '0.672'])?.period).toBe('2026-08-02');
    for (const [first = '', last = ''] of [
      ['2026-08-02', '2026-09-01'],
      ['2026-08-02', 'soon'],
      ['soon', '2026-08-02'],
    ])
      expect(() => read(titles, [first, last, PRO, '5,600', '0.672'])).toThrow(`"${first}" is no day`);
  });

  it('without days takes them from the name of the file, or from what stands before the titles', () => {
    const titles = without('Date');
    const row = [...ROW.slice(1), ...COSTS];
    const name = 'My Billing Account_Reports, 2026-08-28 — 2026-08-28.csv';
    expect(read(titles, row, { name })?.period).toBe('2026-08-28');
    const preamble = [
      ['Billing account name', 'Contoso'],
      ['Start date', '2026-08-01'],
      ['End date', '2026-08-31'],
    ];
    expect(read(titles, row, { preamble })?.period).toBe('2026-08');
    const rangeOf = (rest: Partial<InvoiceHead>) => invoiceReader(head(REPORT, rest)).range;
    expect(rangeOf({ preamble: preamble.slice(0, 2) })).toBeNull();
    expect(rangeOf({ preamble: preamble.slice(2) })).toBeNull();
    expect(rangeOf({ preamble: [...preamble, ['Start date', '2026-07-01']] })).toEqual([
      '2026-08-01',
      '2026-08-31',
    ]);
    expect(rangeOf({ preamble: [[' start date ', ' 2026-08-01 '], ['END DATE', '31.8.2026'], []] })).toEqual([
      '2026-08-01',
      '2026-08-31',
    ]);
    for (const [start, end] of [
      ['The start date', 'End date'],
      ['Start date of it', 'End date'],
      ['Start date', 'The end date'],
      ['Start date', 'End date of it'],
    ] as const)
      expect(
        rangeOf({
          preamble: [
            [start, '2026-08-01'],
            [end, '2026-08-31'],
          ],
        }),
      ).toBeNull();
    for (const name of ['2026-08-01-2026-08-31.csv', '/a/x 2026-08-01 – 2026-08-31 (1).csv'])
      expect(rangeOf({ name })).toEqual(['2026-08-01', '2026-08-31']);
    for (const name of [
      '2026-08-01.csv',
      '/2026-08-01 — 2026-08-31/a.csv',
      '2026-08-01 to 2026-08-31.csv',
      '26-08-01 — 2026-08-31.csv',
    ])
      expect(rangeOf({ name })).toBeNull();
  });

  it.each([
    ['Date', 'has no column "Date"'],
    ['Usage amount', 'has no column "Usage amount"'],
    ['List cost ($),Unrounded subtotal ($),Subtotal ($)', 'has no column "Cost"'],
  ])('without %s is refused', (title, message) => {
    expect(() => invoiceReader(head(without(...title.split(','))))).toThrow(message);
  });

  it('by service alone is refused, with what to ask for', () => {
    expect(() => invoiceReader(head(without('SKU description', 'SKU ID')))).toThrow(
      'invoice.csv has no column "SKU description", so its lines cannot be told apart.',
    );
  });
});

describe('an export of BigQuery', () => {
  const TITLES = [
    'service.id',
    'service.description',
    'sku.id',
    'sku.description',
    'usage_start_time',
    'usage_end_time',
    'project.id',
    'labels',
    'cost',
    'currency',
    'currency_conversion_rate',
    'usage.amount',
    'usage.unit',
    'credits',
    'cost_type',
    'export_time',
  ];
  const row = (facts: Readonly<Record<string, string>> = {}): readonly string[] => {
    const cells: Readonly<Record<string, string>> = {
      'service.id': 'AEFD-7695-64FA',
      'service.description': 'Gemini API',
      'sku.id': '096D-0370-0236',
      'sku.description': PRO,
      usage_start_time: '2026-08-15 06:00:00 UTC',
      'project.id': 'web-shop',
      labels: '[{"key":"team","value":"web"}]',
      cost: '0.1344',
      currency: 'USD',
      currency_conversion_rate: '1',
      'usage.amount': '1120.0',
      'usage.unit': 'count',
      credits: '[]',
      cost_type: 'regular',
      export_time: '2026-08-16 02:00:00 UTC',
      ...facts,
    };
    return TITLES.map((title) => cells[title] ?? '');
  };

  it('is of the day that it was in California', () => {
    expect(read(TITLES, row())).toMatchObject({
      period: '2026-08-14',
      quantity: 1120,
      cost: usd('0.1344'),
      project: 'web-shop',
      labels: { team: 'web' },
    });
    expect(read(TITLES, row({ usage_start_time: '2026-08-15T07:00:00Z' }))?.period).toBe('2026-08-15');
    expect(read(TITLES, row({ usage_start_time: '2026-08-15 00:00:00-07:00' }))?.period).toBe('2026-08-15');
    expect(read(TITLES, row({ usage_start_time: '1786777200.0' }))?.period).toBe('2026-08-15');
  });

  it('brings its own rate of exchange', () => {
    expect(read(TITLES, row({ currency: 'JPY', currency_conversion_rate: '150', cost: '20.16' }))?.cost).toBe(
      usd('0.1344'),
    );
  });

  it('has its credits apart', () => {
    const credits = '[{"name":"Trial","amount":-0.1},{"name":"Other","amount":-1.5E-7}]';
    expect(read(TITLES, row({ credits }))).toMatchObject({
      cost: usd('0.1344'),
      credits: usd('-0.10000015'),
    });
  });

  it.each([
    ['tax', 'tax'],
    ['adjustment', 'adjustment'],
    ['rounding_error', 'adjustment'],
    ['VAT', 'tax'],
    ['private', 'adjustment'],
    ['irregular', 'adjustment'],
    ['Usage', 'usage'],
    ['', 'usage'],
    ['regular', 'usage'],
  ])('of the cost type %s is %s', (cost_type, kind) => {
    expect(read(TITLES, row({ cost_type }))?.kind).toBe(kind);
  });

  it('says when it was exported', () => {
    const reader = invoiceReader(head(TITLES));
    reader.read(row(), 2);
    reader.read(row({ export_time: '2026-08-15 02:00:00 UTC' }), 3);
    reader.read(row({ export_time: 'some time' }), 4);
    expect(reader.exportedAt()).toBe(Date.UTC(2026, 7, 16, 2));
  });

  it('says nothing of when it was exported where no line can be read for it', () => {
    const reader = invoiceReader(head(TITLES));
    reader.read(row({ export_time: 'some time' }), 2);
    reader.read(row({ export_time: '' }), 3);
    expect(reader.exportedAt()).toBeNull();
  });

  it('is read at its list cost, where it has one, to a millionth', () => {
    expect(read([...TITLES, 'cost_at_list'], [...row({ cost: '0.1' }), '0.1344'])).toMatchObject({
      cost: usd('0.1344'),
      within: 1_001n,
    });
    expect(read(TITLES, row({ usage_start_time: '2026-08-15' }))?.period).toBe('2026-08-15');
  });

  it('has usage without a SKU where it says so', () => {
    const none = { 'sku.id': '', 'sku.description': '' };
    expect(read(TITLES, row(none))?.kind).toBe('usage');
    expect(read(TITLES, row({ ...none, cost_type: '' }))?.kind).toBe('tax');
  });

  it('is told from the export with resources and from FOCUS', () => {
    expect(invoiceReader(head(TITLES)).kind).toBe('export');
    expect(invoiceReader(head([...TITLES, 'resource.name'])).kind).toBe('resource export');
  });
});

describe('a FOCUS export', () => {
  const TITLES = [
    'ProviderName',
    'ServiceName',
    'ChargePeriodStart',
    'ChargeDescription',
    'SkuId',
    'ConsumedQuantity',
    'ConsumedUnit',
    'BilledCost',
    'ListCost',
    'BillingCurrency',
    'SubAccountId',
    'Tags',
    'ChargeCategory',
  ];
  const row = (provider: string) => [
    provider,
    'Gemini API',
    '2026-08-14T07:00:00Z',
    PRO,
    '096D-0370-0236',
    '1120',
    'count',
    '0.12',
    '0.1344',
    'USD',
    'web-shop',
    '{"team":"web"}',
    'Usage',
  ];

  it('is read at its list cost', () => {
    expect(invoiceReader(head(TITLES)).kind).toBe('FOCUS export');
    expect(invoiceReader(head(TITLES.map((title) => ` ${title} `))).kind).toBe('FOCUS export');
    expect(read(TITLES, row('Google Cloud'))).toMatchObject({
      period: '2026-08-14',
      sku: PRO,
      cost: usd('0.1344'),
      kind: 'usage',
      project: 'web-shop',
      labels: { team: 'web' },
    });
  });

  it('of another provider is refused by its name', () => {
    expect(() => read(TITLES, row('Microsoft'))).toThrow(
      'invoice.csv is an invoice of Microsoft; only Google',
    );
  });
});

describe('an invoice in another currency', () => {
  it('is refused without a rate', () => {
    const titles = REPORT.map((title) => title.replace('$', '£'));
    expect(() => invoiceReader(head(titles)).read([...ROW, ...COSTS], 2)).toThrow(
      'invoice.csv is in GBP, and what that is in dollars is not known.',
    );
  });

  it.each([
    ['£', 'GBP'],
    ['₹', 'INR'],
    ['¥', '¥'],
    ['CA$', 'CA$'],
    ['SEK', 'SEK'],
  ])('that heads of columns call %s can be given a rate as --rate %s=…', (sign, code) => {
    const titles = REPORT.map((title) => title.replace('$', sign));
    expect(() => invoiceReader(head(titles)).read([...ROW, ...COSTS], 2)).toThrow(
      expect.objectContaining({ kind: 'usage', hint: expect.stringContaining(`--rate ${code}=`) }),
    );
    const given = invoiceReader(head(titles), new Map([exchangeRate(`${code}=0.5`)]));
    expect(given.read([...ROW, ...COSTS], 2)?.cost).toBe(usd('0.336'));
  });

  it('that is no currency is refused with an example', () => {
    expect(() => readWith({ 'Cost ($)': '1', Currency: 'dollars' })).toThrow(
      expect.objectContaining({ hint: 'Say what one of it costs: --rate EUR=1.08' }),
    );
  });
});

describe('a row of titles', () => {
  it.each([
    [REPORT, true],
    [['Billing account name', 'Contoso'], false],
    [['Start date', '2026-08-01'], false],
    [['lineItem/UsageAccountId', 'lineItem/UnblendedCost'], false],
    [['name', 'cost', 'date'], false],
  ])('%j: %s', (titles, is) => {
    expect(isHeader(titles)).toBe(is);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openInvoice } from '../../../src/adapters/invoice/open.ts';
import { tempDir } from '../../support/tempdir.ts';

const TITLES = 'Date,Service description,SKU description,Usage amount,Cost ($)';
const ROWS = [
  '2026-08-14,Gemini API,"Pro, ""image""","5,600",0.67',
  '2026-08-15,Gemini API,Pro,"1,120",0.13',
];
const CSV = [TITLES, ...ROWS, ''].join('\n');

async function opened(content: string | Uint8Array, name = 'invoice.csv') {
  await using dir = await tempDir();
  const path = join(dir.path, name);
  await writeFile(path, content);
  const file = await openInvoice(path, Readable.from([]));
  const rows = [];
  for await (const piece of file.rows) rows.push(...piece);
  return { ...file, name: file.name.replace(dir.path, ''), rows };
}

describe('an invoice', () => {
  it('is read row by row under its titles', async () => {
    const { titles, rows, modifiedAt } = await opened(CSV);
    expect(titles).toEqual(TITLES.split(','));
    expect(rows).toEqual([
      { line: 2, cells: ['2026-08-14', 'Gemini API', 'Pro, "image"', '5,600', '0.67'] },
      { line: 3, cells: ['2026-08-15', 'Gemini API', 'Pro', '1,120', '0.13'] },
    ]);
    expect(modifiedAt).toBeGreaterThan(0);
  });

  it.each([
    ['gzip', gzipSync(CSV)],
    ['a byte order mark', `\uFEFF${CSV}`],
    ['carriage returns', CSV.replaceAll('\n', '\r\n')],
  ])('is the same with %s', async (_, content) => {
    const plain = await opened(CSV);
    const other = await opened(content);
    expect([other.titles, other.rows]).toEqual([plain.titles, plain.rows]);
  });

  it('with semicolons has decimal commas', async () => {
    const file = await opened('Date;SKU description;Usage amount;Cost (€)\n2026-08-14;Pro;5.600;0,67\n');
    expect(file.decimal).toBe(',');
    expect(file.rows[0]?.cells).toEqual(['2026-08-14', 'Pro', '5.600', '0,67']);
  });

  it('keeps what stands before its titles', async () => {
    const file = await opened(`Billing account name,Contoso\nStart date,2026-08-01\n\n${CSV}`);
    expect(file.preamble).toEqual([
      ['Billing account name', 'Contoso'],
      ['Start date', '2026-08-01'],
    ]);
    expect(file.rows).toHaveLength(2);
  });

  it('may be JSON Lines, where what is nested is named with dots', async () => {
    const first = {
      sku: { id: 'A', description: 'Pro' },
      usage: { amount: 1120 },
      cost: 0.1344,
      credits: [],
    };
    const second = {
      cost: 1e-7,
      sku: { id: 'B' },
      project: { id: 'shop' },
      labels: [{ key: 'a', value: 'b' }],
    };
    const { titles, rows } = await opened(
      `${JSON.stringify(first)}\n\n${JSON.stringify(second)}\n`,
      'export.jsonl',
    );
    const cell = (row: number, title: string) => rows[row]?.cells[titles.indexOf(title)];
    expect([cell(0, 'sku.description'), cell(0, 'usage.amount'), cell(0, 'credits')]).toEqual([
      'Pro',
      '1120',
      '[]',
    ]);
    expect([cell(1, 'sku.id'), cell(1, 'cost'), cell(1, 'project.id')]).toEqual(['B', '1e-7', 'shop']);
    expect(cell(1, 'labels')).toBe('[{"key":"a","value":"b"}]');
    expect(rows.map(({ line }) => line)).toEqual([1, 3]);
  });

  it('of any length comes in pieces', async () => {
    const { rows } = await opened(`${TITLES}\n${`${ROWS[1]}\n`.repeat(50_000)}`);
    expect(rows).toHaveLength(50_000);
    expect(rows.at(-1)?.line).toBe(50_001);
  });

  it.each([
    ['nothing', '', /is no invoice: no line of it has titles/],
    ['a letter', 'Dear customer,\nthank you.\n', /is no invoice/],
    [
      'an invoice of AWS',
      'identity/LineItemId,lineItem/UsageAccountId,lineItem/UnblendedCost\na,b,1\n',
      /is an invoice of AWS/,
    ],
    [
      'an invoice of Azure',
      'SubscriptionId,MeterId,CostInBillingCurrency\na,b,1\n',
      /is an invoice of Azure/,
    ],
    ['a JSON array', '[{"a":1}]', /is one JSON array/],
    ['broken JSON', '{"a":1}\n{"a":', /line 2: this is no valid JSON/],
    [
      'JSON of objects in objects',
      `{"a":1}\n${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`,
      /line 2: this is nested too deeply/,
    ],
    [
      'JSON of lists in lists',
      `{"a":1}\n{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      /line 2: this is nested too deeply/,
    ],
    [
      'JSON of lists in an object that are one too many',
      `{"a":1}\n{"a":${'['.repeat(100)}${']'.repeat(100)}}`,
      /line 2: this is nested too deeply/,
    ],
    ['a list on a line', '{"a":1}\n[1]\n', /line 2: this is no JSON object/],
    ['an open quote', `${TITLES}\n2026-08-14,"Gemini`, /line 2: the quotes of this cell are never closed/],
    ['gzip that is cut off', gzipSync(CSV.repeat(99)).subarray(0, 80), /cannot be read/],
    [
      'another encoding',
      Buffer.from(`${TITLES}\n2026-08-14,Gemini,Pr\xf6,1,1\n`, 'latin1'),
      /this is no UTF-8 text/,
    ],
  ])('is refused where it is %s', async (_, content, message) => {
    await expect(opened(content)).rejects.toThrow(message);
  });

  it('is refused where there is none', async () => {
    await expect(openInvoice('/nowhere/invoice.csv', Readable.from([]))).rejects.toThrow(/cannot be read/);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOverlay, readOverlay } from '../../src/adapters/overlay.ts';
import { Failure } from '../../src/core/errors.ts';
import { toDecimal } from '../../src/core/money.ts';

const head = `"schema": "pixtab.prices/1",
  "source": "https://gateway.example/prices",
  "checked": "2026-11-20"`;

const file = (...prices: readonly string[]): string => `{
  ${head},
  "prices": [
    ${prices.join(',\n    ')}
  ]
}`;

function messageOf(text: string): string {
  try {
    parseOverlay(text, 'my.json');
  } catch (error) {
    if (error instanceof Failure && error.kind === 'usage') return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const rows = (text: string) =>
  parseOverlay(text, 'my.json').prices.map(({ model, lane, meter, size, price }) => [
    model,
    lane,
    meter,
    size,
    toDecimal(price),
  ]);

describe('an overlay', () => {
  it('is one price for a picture of any size', () => {
    expect(rows(file('{ "model": "nano-banana-pro", "perImage": "0.09" }'))).toEqual([
      ['gemini-3-pro-image', 'now', 'image', null, '0.09'],
    ]);
  });

  it('is a price for each size', () => {
    const text = file(
      '{ "model": "nano-banana-2.1", "lane": "batch", "perImage": { "4K": "0.05", "1K": "0.02" } }',
    );
    expect(rows(text)).toEqual([
      ['gemini-nano-banana-2.1', 'batch', 'image', '1K', '0.02'],
      ['gemini-nano-banana-2.1', 'batch', 'image', '4K', '0.05'],
    ]);
  });

  it('is rates for a million tokens', () => {
    const text = file(
      '{ "model": "nano-banana-2.1", "perMillion": { "imageOutput": "24", "textInput": "1.2" } }',
    );
    expect(rows(text)).toEqual([
      ['gemini-nano-banana-2.1', 'now', 'text input', null, '1.2'],
      ['gemini-nano-banana-2.1', 'now', 'image output', null, '24'],
    ]);
  });

  it('says where it comes from, and from when to when it is in force', () => {
    const text = file(
      '{ "model": "nano-banana", "perImage": "0.03", "from": "2026-01-01", "until": "2027-01-01" }',
    );
    const { cited, prices } = parseOverlay(text, 'my.json');
    expect(cited).toEqual({
      source: 'https://gateway.example/prices',
      checked: '2026-11-20',
      confidence: 'high',
    });
    expect(prices[0]).toMatchObject({ from: '2026-01-01', until: '2027-01-01' });
  });

  const good = '{ "model": "nano-banana-pro", "perImage": "0.09" }';

  it.each([
    [
      'a number for a price',
      '{ "model": "nano-banana-pro", "perImage": 0.09 }',
      /^my\.json, line 7, "perImage": /,
    ],
    [
      'a negative price',
      '{ "model": "nano-banana-pro", "perImage": "-1" }',
      /^my\.json, line 7, "perImage": /,
    ],
    [
      'an unknown model',
      '{ "model": "nano-bananas", "perImage": "1" }',
      'my.json, line 7, "model": There is no model "nano-bananas".',
    ],
    [
      'an unknown field',
      '{ "model": "nano-banana", "perImage": "1", "discount": 2 }',
      /^my\.json, line 7.*discount/,
    ],
    [
      'an unknown lane',
      '{ "model": "nano-banana", "lane": "slow", "perImage": "1" }',
      /^my\.json, line 7, "lane": /,
    ],
    [
      'a size that the model lacks',
      '{ "model": "nano-banana-2-lite", "perImage": { "4K": "1" } }',
      'my.json, line 7, "4K": Nano Banana 2 Lite makes no 4K.',
    ],
    ['no price', '{ "model": "nano-banana" }', 'my.json, line 7: a price has either perImage or perMillion.'],
    [
      'two prices',
      '{ "model": "nano-banana", "perImage": "1", "perMillion": { "thinking": "1" } }',
      /either perImage or perMillion/,
    ],
    [
      'a day that does not exist',
      '{ "model": "nano-banana", "perImage": "1", "from": "2026-02-30" }',
      'my.json, line 7, "from": a day is written as 2026-11-22.',
    ],
  ])('with %s is refused with its line', (_, price, message) => {
    expect(messageOf(file(good, price))).toMatch(message);
  });

  it.each([
    ['no prices', `{\n  ${head},\n  "prices": []\n}`, 'my.json, line 5, "prices": there is no price.'],
    ['a wrong schema', '{ "schema": "other/1" }', /^my\.json, line 1, "schema": /],
    ['no JSON', '{\n  "schema": "pixtab.prices/1",\n  oops\n}', 'my.json, line 3: this is no valid JSON.'],
    [
      'a source that is no address',
      file(good).replace('https://', 'ftp://'),
      'my.json, line 3, "source": source is an https address.',
    ],
  ])('with %s is refused with its line', (_, text, message) => {
    expect(messageOf(text)).toMatch(message);
  });

  it('is read from a file, and one that is not there is said to be unreadable', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pixtab-overlay-'));
    try {
      await writeFile(join(folder, 'prices.json'), file(good));
      expect((await readOverlay(join(folder, 'prices.json'))).prices).toHaveLength(1);
      await expect(readOverlay(join(folder, 'none.json'))).rejects.toThrow('cannot be read');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

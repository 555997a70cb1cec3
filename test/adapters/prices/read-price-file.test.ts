import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOverlay, readOverlay } from '../../../src/adapters/prices/read-price-file.ts';
import { Failure } from '../../../src/core/errors.ts';
import { toDecimal } from '../../../src/core/pricing/money.ts';

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
      platform: 'gateway.example',
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
      'far too many brackets',
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      /^my\.json, line 7: this is nested too deeply/,
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
    [
      'a size that does not exist',
      '{ "model": "nano-banana-pro", "lane": "flex", "perImage": { "8K": "1" } }',
      'my.json, line 7, "8K": there is no "8K" here; it takes 512, 1K, 2K, 4K.',
    ],
    [
      'a wrong price for a size',
      '{ "model": "nano-banana-pro", "lane": "flex", "perImage": { "4K": "free" } }',
      'my.json, line 7, "4K": a price is a string of dollars, such as "0.045".',
    ],
    [
      'a wrong lane',
      '{ "model": "nano-banana", "lane": "slow", "perImage": "1" }',
      'my.json, line 7, "lane": it takes "now", "flex", "batch", "priority".',
    ],
    [
      'an unknown meter',
      '{ "model": "nano-banana", "perMillion": { "output": "1" } }',
      'my.json, line 7, "output": there is no "output" here; it takes textInput, imageInput, imageOutput, textOutput, thinking.',
    ],
    [
      'no sizes',
      '{ "model": "nano-banana", "perImage": {} }',
      'my.json, line 7, "perImage": it holds no price.',
    ],
    [
      'no meters',
      '{ "model": "nano-banana", "perMillion": {} }',
      'my.json, line 7, "perMillion": it holds no price.',
    ],
    [
      'a list for a price',
      '{ "model": "nano-banana", "perImage": ["1"] }',
      'my.json, line 7, "perImage": it takes a price, or a price for each size.',
    ],
    [
      'a price of nothing',
      '{ "model": "nano-banana", "perImage": "0.00" }',
      'my.json, line 7, "perImage": a price is above 0; leave out what is not known.',
    ],
    [
      'a price of nothing for a size',
      '{ "model": "nano-banana", "perImage": { "1K": "0" } }',
      'my.json, line 7, "1K": a price is above 0; leave out what is not known.',
    ],
    [
      'a price for the same as before',
      '{ "model": "gemini-3-pro-image", "perImage": "0.08" }',
      'my.json, line 7: Nano Banana Pro has a price for image in lane now on the same days already.',
    ],
    [
      'the same key twice',
      '{ "model": "nano-banana", "perImage": "0.08", "perImage": "0.80" }',
      'my.json, line 7: "perImage" is there twice.',
    ],
    [
      'an end before its beginning',
      '{ "model": "nano-banana", "perImage": "1", "from": "2026-03-01", "until": "2026-02-01" }',
      'my.json, line 7, "until": it is the first day without the price, so it comes after "from".',
    ],
    ['no model', '{ "perImage": "1" }', 'my.json, line 7, "model": it is missing.'],
    ['a text for an entry', '"nano-banana"', 'my.json, line 7: it takes an object.'],
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
    ['a wrong schema', '{ "schema": "other/1" }', 'my.json, line 1, "schema": it takes "pixtab.prices/1".'],
    ['no schema', '{}', 'my.json, line 1, "schema": it is missing.'],
    [
      'a key of its own',
      file(good).replace('"schema"', '"version": 2, "schema"'),
      'my.json, line 2, "version": there is no "version" here; it takes schema, source, checked, note, refusals, prices.',
    ],
    ['no JSON', '{\n  "schema": "pixtab.prices/1",\n  oops\n}', 'my.json, line 3: this is no valid JSON.'],
    [
      'a source that is no address',
      file(good).replace('https://', 'ftp://'),
      'my.json, line 3, "source": source is an https address.',
    ],
  ])('with %s is refused with its line', (_, text, message) => {
    expect(messageOf(text)).toMatch(message);
  });

  it('has prices for the same that follow each other, or are for another size or lane', () => {
    const text = file(
      '{ "model": "nano-banana-pro", "perImage": "0.09", "until": "2026-11-01" }',
      '{ "model": "nano-banana-pro", "perImage": "0.08", "from": "2026-11-01" }',
      '{ "model": "nano-banana-pro", "perImage": { "4K": "0.16" } }',
      '{ "model": "nano-banana-pro", "perImage": "0.04", "lane": "batch" }',
    );
    expect(rows(text).map(([, , , , price]) => price)).toEqual(['0.09', '0.08', '0.16', '0.04']);
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

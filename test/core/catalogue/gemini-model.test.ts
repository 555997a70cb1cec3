import { describe, expect, it } from 'vitest';
import { geminiModel } from '../../../src/core/catalogue/gemini-model.ts';
import { TEN_ASPECTS, scaled } from '../../../src/core/catalogue/pixels.ts';
import { PRICES_OCTOBER, PRICES_TIERS } from '../../../src/core/catalogue/sources.ts';
import { toDecimal } from '../../../src/core/pricing/money.ts';

type Own = Parameters<typeof geminiModel>[0];

const RANGE = { ...PRICES_OCTOBER, low: 0, expected: 50, high: 100 };
const STANDARD = { input: '2', text: '8', image: '140', cited: PRICES_OCTOBER };

const mango = (changes: Partial<Own> = {}) =>
  geminiModel({
    id: 'gemini-mango-image',
    name: 'Mango',
    aliases: ['mango'],
    life: { ...PRICES_OCTOBER, released: '2026-10-07' },
    resolutions: { '1K': { tokens: 1000, pixels: TEN_ASPECTS } },
    inputs: { maxPromptTokens: 65_536, tokensPerImage: RANGE },
    remainderTokens: RANGE,
    prices: [{ lane: 'now', ...STANDARD }],
    ...changes,
  });

const ratesOf = (changes: Partial<Own>) =>
  mango(changes).rates.map(({ lane, meter, size = 'any', price, per, from }) =>
    [lane, meter, size, toDecimal(price), per, from].join(' '),
  );

describe('a Gemini model', () => {
  it('is like most of them where nothing else is said', () => {
    expect(mango()).toMatchObject({
      aliases: ['mango'],
      abilities: ['edit', 'commentary', 'chat', 'search', 'drafts'],
      inputs: { maxImages: 14, maxPromptTokens: 65_536 },
      life: { released: '2026-10-07', deprecated: null, shutdown: null, closedSince: null, claims: [] },
      thinkingLevels: [],
      thinkingDefault: null,
    });
    expect(mango({ inputs: { ...mango().inputs, maxImages: 3 } }).inputs.maxImages).toBe(3);
    expect(mango({ life: { ...mango().life, shutdown: '2027-01-01' } }).life.shutdown).toBe('2027-01-01');
  });

  it('is found under its ended names too', () => {
    const endedNames = { 'gemini-mango-image-preview': '2026-11-01' };
    expect(mango({ endedNames })).toMatchObject({
      endedNames,
      aliases: ['mango', 'gemini-mango-image-preview'],
    });
  });

  it('is asked for a size only where it has more than one', () => {
    const resolutions = { ...mango().resolutions, '2K': { tokens: 1500, pixels: scaled(TEN_ASPECTS, 2) } };
    expect([mango(), mango({ resolutions })].map(({ sendsSize }) => sendsSize)).toEqual([false, true]);
  });

  it('thinks as little as it can, where nothing else is asked', () => {
    expect(mango({ thinkingTokens: { high: RANGE, low: RANGE } })).toMatchObject({
      thinkingLevels: ['low', 'high'],
      thinkingDefault: 'low',
    });
    expect(mango({ thinkingTokens: { always: RANGE } })).toMatchObject({
      thinkingLevels: [],
      thinkingDefault: null,
    });
  });

  it('has every rate that its lanes print, from its first day, and a search in each of them', () => {
    expect(ratesOf({})).toEqual([
      'now text input any 2 1000000 2026-10-07',
      'now image input any 2 1000000 2026-10-07',
      'now image output any 140 1000000 2026-10-07',
      'now text output any 8 1000000 2026-10-07',
      'now thinking any 8 1000000 2026-10-07',
      'now search any 14 1000 2026-10-07',
    ]);
    expect(ratesOf({ abilities: ['edit'] }).filter((rate) => rate.includes('search'))).toEqual([]);
  });

  it('has a rate of its own for a size that is printed apart, and from a later day where that is said', () => {
    const sizes = [{ size: '4K' as const, image: '150', cited: PRICES_TIERS }];
    const flex = { ...STANDARD, lane: 'flex' as const, from: '2026-11-01', sizes };
    const rates = ratesOf({ prices: [{ lane: 'now', ...STANDARD }, flex] });
    expect(rates).toContain('flex image output 4K 150 1000000 2026-11-01');
    expect(rates).toContain('flex image output any 140 1000000 2026-11-01');
    expect(rates.filter((rate) => rate.includes('search'))).toEqual([
      'now search any 14 1000 2026-10-07',
      'flex search any 14 1000 2026-10-07',
    ]);
  });
});

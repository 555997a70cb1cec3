import { describe, expect, it } from 'vitest';
import {
  loaded,
  passage,
  passageSentence,
  roundsFor,
  waitSentence,
  type Load,
} from '../../../src/core/policy/through-limits.ts';
import { usd } from '../../../src/core/pricing/money.ts';

const LITE = 'gemini-3.1-flash-lite-image';
const PRO = 'gemini-3-pro-image';

const load = (...requests: readonly (readonly [model: string, count: number, tokens: number])[]): Load =>
  requests.reduce<Load>((all, [model, count, tokens]) => {
    let next = all;
    for (let n = 0; n < count; n += 1) next = loaded(next, model, tokens);
    return next;
  }, {});

describe('the queue of the batch lane', () => {
  it.each([
    [load(), 0, 'up to 24 h'],
    [load([LITE, 1_300, 1_500]), 1, 'up to 24 h'],
    [load([LITE, 1_400, 1_500]), 2, '2 rounds through the queue of tier 1, up to 2 days'],
    // Every model has a queue of its own.
    [load([LITE, 1_300, 1_500], [PRO, 1_300, 1_500]), 1, 'up to 24 h'],
    [load([LITE, 100, 1_500], [PRO, 4_000, 1_500]), 4, '4 rounds through the queue of tier 1, up to 4 days'],
  ])('is filled as often as it takes: case %#', (all, rounds, sentence) => {
    expect([roundsFor(all, 1), waitSentence(all, 1)]).toEqual([rounds, sentence]);
  });
});

describe('the limits of a tier', () => {
  it.each([
    ['0', '0', 1, 0, true],
    ['10', '10', 1, 0, true],
    ['10.01', '10.01', 1, 10, true],
    ['1000', '1000', 1, 990, false],
    ['1000', '1000', 2, 190, true],
    // What is bought by batch does not count by the minute, and does by the month.
    ['0', '251', 1, 0, false],
    ['0', '250', 1, 0, true],
  ] as const)(
    'let $%s now of $%s through in tier %i: %i minutes at the least',
    (now, total, tier, minutes, fits) => {
      const found = passage({ now: usd(now), total: usd(total), requests: {} }, tier);
      expect(found).toMatchObject({ minutes, monthFits: fits });
    },
  );

  it('count days by the requests that were last published, where they ever were', () => {
    const spending = { now: usd('1'), total: usd('1') };
    expect(passage({ ...spending, requests: { [PRO]: 501 } }, 1).days).toBe(3);
    expect(passage({ ...spending, requests: { [PRO]: 501 } }, 2).days).toBeNull();
    expect(passage({ ...spending, requests: { [PRO]: 250, [LITE]: 9_000 } }, 1).days).toBeNull();
  });

  it.each([
    ['10.01', '10 minutes'],
    ['120', '110 minutes'],
    ['120.01', '2 hours'],
    ['2880', '48 hours'],
    ['2880.01', '2 days'],
  ])('let $%s through in %s', (dollars, lasting) => {
    const sentence = passageSentence({ now: usd(dollars), total: usd(dollars), requests: {} }, 1);
    expect(sentence).toContain(`$10.00 in 10 minutes make it take at least ${lasting};`);
  });

  it('are said in one sentence', () => {
    expect(passageSentence({ now: usd('5'), total: usd('5'), requests: {} }, 1)).toBe(
      '$10.00 in 10 minutes are enough for this; $250.00 a month is enough',
    );
    expect(passageSentence({ now: usd('1026'), total: usd('1026'), requests: { [PRO]: 501 } }, 1)).toBe(
      '$10.00 in 10 minutes make it take at least 17 hours; requests a day, as last published, make it 3 days; $250.00 a month is not enough',
    );
    expect(passageSentence({ now: usd('0'), total: usd('513'), requests: {} }, 2)).toBe(
      '$2,000.00 a month is enough',
    );
  });
});

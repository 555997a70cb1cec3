import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { REQUEST_GUESSES, TIERS } from '../../../src/core/catalogue/account-limits.ts';
import { lesson, limitsFor, recovered, TRAVEL_MS, waitFor } from '../../../src/core/policy/rate-limits.ts';
import type { Limit, Overflow } from '../../../src/core/policy/rate-limits.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { overflowOf, type Sent } from '../../support/sent.ts';

const NOON = Date.parse('2026-11-22T20:00:00Z');
const PRO = 'gemini-3-pro-image';
const LITE = 'gemini-3.1-flash-lite-image';
const MINUTE = 60_000;

const aWeight = (facts = {}) => ({ model: PRO, images: 1, cost: usd('0.134'), ...facts });

const seen =
  (sent: readonly Sent[]): Overflow =>
  (_, since, room) =>
    overflowOf(sent, since, room);

const shown = (limits: readonly Limit[]) => limits.map(({ meter, window, most }) => [meter, window, most]);

describe('limitsFor', () => {
  it('has none for who says nothing: nobody waits for a guess', () => {
    expect(limitsFor(PRO, {}, [], NOON)).toEqual([]);
  });

  it('takes what the user says, each limit in its own window', () => {
    const wishes = { rpm: 60, rpd: 1_000, ipm: 30, spendRate: usd('7.5') };
    expect(shown(limitsFor(LITE, wishes, [], NOON))).toEqual([
      ['requests', 60_000, 60n],
      ['images', 60_000, 30n],
      ['requests', 'day', 1_000n],
      ['spend', 600_000, 7_500_000_000n],
    ]);
  });

  it.each([
    [1, PRO, 20n, 250n, usd('10')],
    [2, PRO, 500n, 15_000n, usd('50')],
    [1, 'imagen-4.0-ultra-generate-001', 5n, 30n, usd('10')],
    [3, 'gemini-2.5-flash-image', 5_000n, undefined, usd('200')],
    [3, LITE, undefined, undefined, usd('200')],
  ] as const)('guesses for tier %i what %s was last said to have', (tier, model, minute, day, spend) => {
    const most = new Map(
      limitsFor(model, { tier }, [], NOON).map(({ meter, window, most }) => [
        window === 'day' ? 'day' : meter,
        most,
      ]),
    );
    expect([most.get('requests'), most.get('day'), most.get('spend')]).toEqual([minute, day, spend]);
  });

  it('lets what the user says go before a guess', () => {
    const limits = limitsFor(PRO, { tier: 1, rpm: 300, rpd: 9_000, spendRate: usd('99') }, [], NOON);
    expect(limits.map(({ most }) => most)).toEqual([300n, 9_000n, usd('99')]);
  });

  it('keeps what was learned beside what the user says: the smaller one holds', () => {
    const learned = [{ who: 'The relay', meter: 'requests', most: 5n, at: NOON }] as const;
    const limits = limitsFor(PRO, { rpm: 3 }, learned, NOON);
    expect(limits.map(({ most, says }) => [most, says])).toEqual([
      [3n, '--rpm allows'],
      [5n, 'The relay last allowed'],
    ]);
  });

  it('forgets what was learned hours ago', () => {
    const learned = [{ who: 'The relay', meter: 'requests', most: 5n, at: NOON - 6 * 60 * MINUTE }] as const;
    expect(limitsFor(PRO, {}, learned, NOON)).toEqual([]);
  });

  it('guesses only for models that there are, once for each tier', () => {
    const ids = MODELS.map(({ id }) => id);
    for (const { model, source, checked } of REQUEST_GUESSES) {
      expect(ids).toContain(model);
      expect([source.startsWith('https://'), checked]).toEqual([true, '2025-11-30']);
    }
    const keys = REQUEST_GUESSES.map(({ model, tier }) => `${model} ${tier}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length % TIERS.length).toBe(0);
  });
});

describe('waitFor', () => {
  const requests: Limit = { meter: 'requests', window: MINUTE, most: 2n, says: '--rpm allows' };
  const sends = (...ago: readonly number[]): Sent[] => ago.map((ms) => ({ at: NOON - ms, units: 1n }));
  const wait = (limit: Limit, sent: readonly Sent[], weight = {}) =>
    waitFor(aWeight(weight), [limit], seen(sent), NOON);

  it.each([
    ['nothing was sent', [], null],
    ['one more fits', [0], null],
    ['the oldest left the window', [60_001, 10], null],
    ['the oldest is just on its edge', [60_000, 10], 1],
    ['it is full', [10_000, 10], 50_001],
    ['there are more than it ever allowed', [30_000, 20_000, 10_000], 40_001],
    ['two left at the same moment', [500, 500], 59_501],
    ['one is still on its way', [10_000, -3_000], 50_001],
    ['all are still on their way', [-2_000, -3_000], 62_001],
    ['the clock was set back', [-3_600_000, -3_600_000], 63_001],
  ] as const)('when %s', (_, ago, expected) => {
    expect(wait(requests, sends(...ago))?.waitMs ?? null).toBe(expected);
  });

  it('says which limit it is, in words', () => {
    expect(wait(requests, sends(0, 0))).toEqual({
      waitMs: 60_001,
      why: '--rpm allows 2 requests of Nano Banana Pro a minute',
      untilMidnight: false,
    });
    const spend: Limit = { meter: 'spend', window: 600_000, most: usd('10'), says: 'tier 1 allows' };
    expect(wait(spend, [{ at: NOON, units: usd('9.9') }])?.why).toBe('tier 1 allows $10.00 in ten minutes');
    const day: Limit = { meter: 'requests', window: 'day', most: 1n, says: '--rpd allows' };
    expect(wait(day, sends(0))?.why).toBe('--rpd allows 1 request of Nano Banana Pro a day');
  });

  it('counts pictures for a limit of pictures', () => {
    const images: Limit = { meter: 'images', window: MINUTE, most: 6n, says: '--ipm allows' };
    const sent = [{ at: NOON - 5_000, units: 4n }];
    expect(wait(images, sent, { images: 2 })).toBeNull();
    expect(wait(images, sent, { images: 3 })?.waitMs).toBe(55_001);
  });

  it('lets what is larger than a whole limit go alone, and not wait forever', () => {
    const images: Limit = { meter: 'images', window: MINUTE, most: 2n, says: '--ipm allows' };
    expect(wait(images, [], { images: 4 })).toBeNull();
    expect(wait(images, [{ at: NOON - 1_000, units: 1n }], { images: 4 })?.waitMs).toBe(59_001);
  });

  it.each([
    ['2026-11-22T20:00:00Z', '2026-11-22T07:59:59Z', null],
    ['2026-11-22T20:00:00Z', '2026-11-22T08:00:00Z', '2026-11-23T08:00:00.000Z'],
    // The clocks go forward that day, so it has 23 hours.
    ['2026-03-08T20:00:00Z', '2026-03-08T08:00:00Z', '2026-03-09T07:00:00.000Z'],
  ])('at %s, a request of %s keeps a limit of one a day closed until %s', (now, sent, until) => {
    const limit: Limit = { meter: 'requests', window: 'day', most: 1n, says: '--rpd allows' };
    const wait = waitFor(aWeight(), [limit], seen([{ at: Date.parse(sent), units: 1n }]), Date.parse(now));
    expect(wait && new Date(Date.parse(now) + wait.waitMs).toISOString()).toBe(until);
    expect(wait?.untilMidnight ?? true).toBe(true);
  });

  it('waits for the slowest of several limits', () => {
    const images: Limit = { meter: 'images', window: MINUTE, most: 1n, says: '--ipm allows' };
    const found = waitFor(
      aWeight(),
      [requests, images, { ...requests, most: 9n }],
      ({ meter }, since, room) =>
        overflowOf(sends(...(meter === 'images' ? [1_000] : [30_000, 40_000])), since, room),
      NOON,
    );
    expect(found).toMatchObject({ waitMs: 59_001, why: '--ipm allows 1 image of Nano Banana Pro a minute' });
  });

  it('never lets more through in any window of real time, whoever comes when, and never holds up for longer', () => {
    const arrivals = fc.array(
      fc.record({
        after: fc.nat(40_000),
        units: fc.integer({ min: 1, max: 3 }),
        // On its way to the server, and how much longer until its answer is here.
        travel: fc.nat(TRAVEL_MS),
        known: fc.nat(TRAVEL_MS),
        setBack: fc.option(fc.nat(7_200_000), { freq: 6 }),
      }),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 3, max: 9 }), (arrivals, most) => {
        const limit: Limit = { meter: 'images', window: MINUTE, most: BigInt(most), says: '--ipm allows' };
        let real = NOON;
        let offset = 0;
        let kept: Sent[] = [];
        let longest = 0;
        const through: { readonly real: number; readonly units: number }[] = [];
        for (const { after, units, travel, known, setBack } of arrivals) {
          real += after;
          offset -= setBack ?? 0;
          const now = real + offset;
          // As the ledger does, in the same transaction.
          kept = kept.map((sent) => ({ ...sent, at: Math.min(sent.at, now + TRAVEL_MS) }));
          const wait = waitFor(aWeight({ images: units }), [limit], seen(kept), now);
          longest = Math.max(longest, wait?.waitMs ?? 0);
          if (wait) continue;
          kept.push({ at: now + Math.min(TRAVEL_MS, travel + known), units: BigInt(units) });
          through.push({ real: real + travel, units });
        }
        expect(longest).toBeLessThanOrEqual(MINUTE + TRAVEL_MS + 1);
        for (const first of through) {
          const inside = through.filter(({ real }) => real >= first.real && real <= first.real + MINUTE);
          expect(inside.reduce((sum, { units }) => sum + units, 0)).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it('lets everybody through who waits as long as told', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 60 }), (gaps) => {
        const kept: Sent[] = [];
        let now = NOON;
        for (const gap of gaps) {
          now += gap;
          const wait = waitFor(aWeight(), [requests], seen(kept), now);
          now += wait?.waitMs ?? 0;
          expect(waitFor(aWeight(), [requests], seen(kept), now)).toBeNull();
          kept.push({ at: now, units: 1n });
        }
      }),
    );
  });
});

describe('what is learned', () => {
  it.each([
    ['requests', 20n, null, 20n],
    ['requests', 20n, 18, 18n],
    ['requests', 20n, 60, 60n],
    ['requests', 0n, 2, 2n],
    ['requests', 20n, 1, 1n],
    ['requests', 20n, 0, 20n],
    ['requests', 3n, null, 5n],
    ['images', 4n, null, 5n],
    ['requests', 0n, null, null],
    ['spend', usd('12.5'), null, usd('12.5')],
    ['spend', usd('0.5'), null, usd('10')],
  ] as const)('from %s, %s taken and a stated limit of %s, is %s', (meter, taken, stated, most) => {
    expect(lesson(meter, taken, stated)).toBe(most);
  });

  it.each([
    [1n, 0, 1n],
    [1n, 9.9, 1n],
    [1n, 10, 2n],
    [20n, 10, 30n],
    [20n, 25, 45n],
    [1n, 70, 27n],
    [20n, 360, null],
    [20n, -60, 20n],
  ])('grows again: %s after %s quiet minutes', (most, minutes, expected) => {
    expect(recovered({ most, at: NOON }, NOON + minutes * MINUTE)).toBe(expected);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fateOf, limitsFor, nextTry } from '../../../src/core/policy/next-try.ts';
import type { TryLimits, Fate, NextTry, PastTry, Why } from '../../../src/core/policy/next-try.ts';
import type { Model } from '../../../src/core/catalogue/model.ts';
import { FAILURES, Failure } from '../../../src/core/errors.ts';
import type { FailureKind } from '../../../src/core/errors.ts';

const NONE: TryLimits = { refusals: 0, unconfirmed: 0, fallback: [] };
const ALL: TryLimits = { refusals: 1, unconfirmed: 1, fallback: ['b', 'c'] };
const RELAYS: TryLimits = { ...ALL, gateways: ['relay', 'google'] };
const at = (gateway: string, round: PastTry): PastTry => ({ ...round, gateway });

const tried = (why: Why, ...fates: readonly Fate[]): PastTry => ({ why, fates: new Map(fates.entries()) });
const givenUp = (why: Why): PastTry => ({ why, fates: null });
const of = (pictures: Readonly<Record<number, Fate>>, why: Why): PastTry => ({
  why,
  fates: new Map(Object.entries(pictures).map(([picture, fate]) => [Number(picture), fate])),
});

describe('what a failure means for what may follow', () => {
  it.each([
    ['chance', ['IMAGE_RECITATION']],
    ['chance', ['RECITATION']],
    ['chance', ['IMAGE_OTHER']],
    ['chance', ['NO_IMAGE']],
    ['chance', ['NO_IMAGE', 'IMAGE_OTHER']],
    ['refused', ['IMAGE_SAFETY']],
    ['refused', ['SAFETY']],
    ['refused', ['OTHER']],
    ['refused', ['RAI_FILTERED']],
    ['refused', ['A_REASON_OF_NEXT_YEAR']],
    ['refused', ['NO_IMAGE', 'RAI_FILTERED']],
    ['refused', []],
    ['final', ['PROHIBITED_CONTENT']],
    ['final', ['IMAGE_PROHIBITED_CONTENT']],
    ['final', ['BLOCKLIST']],
    ['final', ['SPII']],
    ['final', ['UNDECODABLE_IMAGE']],
    ['final', ['NO_IMAGE', 'PROHIBITED_CONTENT']],
  ] as const)('is %s after refusals %j', (fate, reasons) => {
    const refusals = reasons.map((reason) => ({ reason, message: '' }));
    expect(fateOf(new Failure('refused', 'Refused.'), refusals)).toBe(fate);
  });

  it('is known for every kind of failure, and nothing follows those that another request would meet too', () => {
    const kinds = Object.keys(FAILURES) as FailureKind[];
    const fates = Object.fromEntries(kinds.map((kind) => [kind, fateOf(new Failure(kind, ''), [])]));
    expect(fates).toEqual({
      ...Object.fromEntries(kinds.map((kind) => [kind, 'end'])),
      refused: 'refused',
      // Its pictures are there.
      partial: 'refused',
      // Its refusals say that it is final.
      unread: 'refused',
      unconfirmed: 'unknown',
      unavailable: 'outage',
      'rate-limited': 'outage',
      'unavailable-model': 'outage',
      auth: 'barred',
      budget: 'barred',
    });
    expect(fateOf(null, [])).toBe('delivered');
  });
});

describe('a refusal', () => {
  const rates = (...refusals: readonly ('free' | 'charged')[]) =>
    refusals.map((terms) => ({ refusals: terms })) as unknown as Model['rates'];
  const allowed = { refusals: null, unconfirmed: 0, fallback: ['b'] };

  it.each([
    ['that costs nothing is repeated once', rates('free'), null, 1],
    ['that costs as much as a picture is not', rates('free', 'charged'), null, 0],
    ['is repeated as often as somebody says', rates('charged'), 3, 3],
  ] as const)('%s', (_, rates, refusals, repeats) => {
    expect(limitsFor({ ...allowed, refusals }, { rates })).toEqual({ ...allowed, refusals: repeats });
  });
});

describe('what comes next', () => {
  const again = (why: 'refused' | 'unconfirmed', ...pictures: number[]): NextTry => ({ why, pictures });
  const via = (gateway: string, ...pictures: number[]): NextTry => ({ why: 'gateway', gateway, pictures });
  const elsewhere = (model: string, ...pictures: number[]): NextTry => ({ why: 'fallback', model, pictures });

  it.each<readonly [string, TryLimits, readonly PastTry[], NextTry | null]>([
    ['nothing when all is there', ALL, [tried('first', 'delivered', 'delivered')], null],
    ['nothing unless allowed', NONE, [tried('first', 'chance', 'refused', 'outage')], null],
    ['the refused picture again', ALL, [tried('first', 'delivered', 'chance')], again('refused', 1)],
    ['not a refusal by design', { ...ALL, fallback: [] }, [tried('first', 'refused')], null],
    [
      'a refusal by design of another model',
      ALL,
      [tried('first', 'delivered', 'refused')],
      elsewhere('b', 1),
    ],
    ['chance before another model', ALL, [tried('first', 'chance', 'refused')], again('refused', 0)],
    [
      'another model once chance is used up',
      ALL,
      [tried('first', 'chance', 'refused'), of({ 0: 'chance' }, 'refused')],
      elsewhere('b', 0, 1),
    ],
    ['another model after an outage', ALL, [tried('first', 'outage', 'outage')], elsewhere('b', 0, 1)],
    [
      'no more chances at a model that is out',
      ALL,
      [tried('first', 'chance', 'outage')],
      elsewhere('b', 0, 1),
    ],
    [
      'chances anew at another model',
      ALL,
      [tried('first', 'chance'), tried('refused', 'chance'), tried('fallback', 'chance')],
      again('refused', 0),
    ],
    [
      'the next model when one is passed over',
      ALL,
      [tried('first', 'refused'), givenUp('fallback')],
      elsewhere('c', 0),
    ],
    [
      'no more chances because a model is passed over',
      ALL,
      [tried('first', 'chance'), tried('refused', 'chance'), givenUp('fallback')],
      elsewhere('c', 0),
    ],
    [
      'nothing when no model is left',
      ALL,
      [tried('first', 'refused'), givenUp('fallback'), tried('fallback', 'refused')],
      null,
    ],
    [
      'every model, where the first was one of the fallback already',
      ALL,
      [tried('fallback', 'refused')],
      elsewhere('b', 0),
    ],
    ['no final refusal', ALL, [tried('first', 'final')], null],
    [
      'another model without the final refusals',
      ALL,
      [tried('first', 'final', 'refused')],
      elsewhere('b', 1),
    ],
    [
      'another model when there is no money for a repeat',
      { ...ALL, refusals: 5 },
      [tried('first', 'chance'), givenUp('refused')],
      elsewhere('b', 0),
    ],
    ['nothing after the end', ALL, [tried('first', 'end', 'chance')], null],
    ['the unknown first', ALL, [tried('first', 'unknown', 'chance')], again('unconfirmed', 0)],
    [
      'nothing at all while something is unknown',
      { ...ALL, unconfirmed: 0 },
      [tried('first', 'unknown', 'chance')],
      null,
    ],
    [
      'the unknown only so often',
      ALL,
      [tried('first', 'unknown', 'chance'), of({ 0: 'unknown' }, 'unconfirmed')],
      null,
    ],
    [
      'the rest once the unknown is known',
      ALL,
      [tried('first', 'unknown', 'chance'), of({ 0: 'delivered' }, 'unconfirmed')],
      again('refused', 1),
    ],
    [
      'no repeat of the unknown after its hold was refused',
      { ...ALL, unconfirmed: 9 },
      [tried('first', 'unknown'), givenUp('unconfirmed')],
      null,
    ],
    ['the next gateway after an outage', RELAYS, [tried('first', 'outage')], via('relay', 0)],
    [
      'the next gateway where the first bars the account',
      RELAYS,
      [tried('first', 'barred')],
      via('relay', 0),
    ],
    ['nothing where there is no other that may take it', ALL, [tried('first', 'barred')], null],
    [
      'the one after the next where that is passed over',
      RELAYS,
      [tried('first', 'outage'), at('relay', givenUp('gateway'))],
      via('google', 0),
    ],
    [
      'another model once all gateways were asked',
      RELAYS,
      [
        tried('first', 'outage'),
        at('relay', tried('gateway', 'barred')),
        at('google', tried('gateway', 'outage')),
      ],
      elsewhere('b', 0),
    ],
    [
      'all gateways anew for another model',
      RELAYS,
      [
        tried('first', 'outage'),
        at('relay', tried('gateway', 'outage')),
        at('google', tried('gateway', 'outage')),
        tried('fallback', 'outage'),
      ],
      via('relay', 0),
    ],
    [
      'no other gateway after what may be charged',
      { ...RELAYS, unconfirmed: 0 },
      [tried('first', 'unknown')],
      null,
    ],
    [
      'another gateway after what may be charged, where that is allowed',
      RELAYS,
      [tried('first', 'unknown')],
      { why: 'unconfirmed', gateway: 'relay', pictures: [0] },
    ],
    ['no other gateway for what was refused', RELAYS, [tried('first', 'refused')], elsewhere('b', 0)],
    [
      'a chance at the gateway that answers',
      RELAYS,
      [tried('first', 'outage', 'chance'), at('relay', of({ 0: 'delivered' }, 'gateway'))],
      again('refused', 1),
    ],
    [
      'nothing more of an account that is barred, for a refusal neither',
      ALL,
      [tried('first', 'barred', 'chance')],
      null,
    ],
    [
      'no more chances at a model that went out meanwhile',
      { ...ALL, refusals: 5 },
      [tried('first', 'chance', 'chance'), tried('refused', 'outage', 'chance')],
      elsewhere('b', 0, 1),
    ],
    [
      'no more chances at a model that was out before the unknown was known',
      ALL,
      [tried('first', 'outage', 'unknown', 'chance'), of({ 1: 'delivered' }, 'unconfirmed')],
      elsewhere('b', 0, 2),
    ],
    [
      'no more chances at a gateway that was out, where the next is passed over',
      { ...ALL, gateways: ['relay'] },
      [tried('first', 'outage', 'chance'), at('relay', givenUp('gateway'))],
      elsewhere('b', 0, 1),
    ],
    [
      'the unknown as often as allowed',
      { ...ALL, unconfirmed: 2 },
      [tried('first', 'unknown'), tried('unconfirmed', 'unknown')],
      again('unconfirmed', 0),
    ],
    [
      'the unknown of a model that stepped in, where another was passed over',
      ALL,
      [tried('first', 'refused'), givenUp('fallback'), tried('fallback', 'unknown')],
      again('unconfirmed', 0),
    ],
  ])('%s', (_, chances, rounds, expected) => {
    expect(nextTry(rounds, chances)).toEqual(expected);
  });
});

describe('however requests end', () => {
  const aFate = fc.constantFrom<Fate>(
    'delivered',
    'chance',
    'refused',
    'final',
    'unknown',
    'outage',
    'barred',
    'end',
  );
  const someChances = fc.record({
    refusals: fc.nat(3),
    unconfirmed: fc.nat(3),
    fallback: fc.array(fc.constantFrom('b', 'c', 'd'), { maxLength: 4 }),
    gateways: fc.uniqueArray(fc.constantFrom('relay', 'google'), { maxLength: 2 }),
  });
  // One entry for a round: the fates of its pictures in turn, or null where its hold is refused.
  const someFates = fc.array(fc.option(fc.array(aFate, { minLength: 5, maxLength: 5 }), { freq: 5 }), {
    minLength: 60,
    maxLength: 60,
  });
  const run = fc.record({ chances: someChances, count: fc.integer({ min: 1, max: 5 }), fates: someFates });

  function played({
    chances,
    count,
    fates,
  }: {
    chances: TryLimits;
    count: number;
    fates: (Fate[] | null)[];
  }) {
    const rounds: PastTry[] = [tried('first', ...(fates[0] ?? ['end' as const]).slice(0, count))];
    const steps: NextTry[] = [];
    for (let step = nextTry(rounds, chances); step; step = nextTry(rounds, chances)) {
      const ends = fates[rounds.length] ?? null;
      const own = ends && new Map(step.pictures.map((picture, index) => [picture, ends[index] ?? 'end']));
      steps.push(step);
      rounds.push({ why: step.why, gateway: 'gateway' in step ? step.gateway : undefined, fates: own });
    }
    return { rounds, steps };
  }

  /** What became of each picture before round `index`. */
  const before = (rounds: readonly PastTry[], index: number) =>
    new Map(rounds.slice(0, index).flatMap(({ fates }) => [...(fates ?? [])]));

  it('never asks more often than it may', () => {
    fc.assert(
      fc.property(run, (asked) => {
        const { steps } = played(asked);
        const { refusals, unconfirmed, fallback, gateways } = asked.chances;
        const count = (why: Why): number => steps.filter((step) => step.why === why).length;
        expect(count('unconfirmed')).toBeLessThanOrEqual(unconfirmed);
        expect(count('fallback')).toBeLessThanOrEqual(fallback.length);
        expect(count('gateway')).toBeLessThanOrEqual(gateways.length * (1 + count('fallback')));
        expect(count('refused')).toBeLessThanOrEqual(refusals * (1 + count('fallback')));
        expect(steps.flatMap((step) => (step.why === 'fallback' ? step.model : []))).toEqual(
          fallback.slice(0, count('fallback')),
        );
      }),
    );
  });

  it('asks for nothing that came, was refused for good, or may have been charged, unless that is allowed', () => {
    fc.assert(
      fc.property(run, (asked) => {
        const { rounds, steps } = played(asked);
        for (const [index, { why, pictures }] of steps.entries()) {
          const fates = before(rounds, index + 1);
          const allowed: Record<typeof why, readonly Fate[]> = {
            refused: ['chance'],
            unconfirmed: ['unknown'],
            gateway: ['outage', 'barred'],
            fallback: ['chance', 'refused', 'outage'],
          };
          expect(pictures.length).toBeGreaterThan(0);
          for (const picture of pictures) expect(allowed[why]).toContain(fates.get(picture));
        }
      }),
    );
  });

  it('sends nothing but the allowed repeat after an unknown outcome, and nothing at all after an end', () => {
    fc.assert(
      fc.property(run, (asked) => {
        const { rounds, steps } = played(asked);
        for (const [index, { why }] of steps.entries()) {
          const fates = [...before(rounds, index + 1).values()];
          expect(fates).not.toContain('end');
          expect(why === 'unconfirmed' || !fates.includes('unknown')).toBe(true);
        }
      }),
    );
  });
});

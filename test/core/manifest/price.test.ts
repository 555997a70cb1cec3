import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../src/core/manifest/picture.ts';
import { pictureQuoter, offerFor, type PricingContext } from '../../../src/core/manifest/price.ts';
import {
  counting,
  EMPTY_TALLY,
  lanesIn,
  pricedAs,
  saving,
  spendingIn,
} from '../../../src/core/manifest/tally.ts';
import { aPictureWanted } from './support.ts';

const MARKET = { day: '2026-11-22', sandbox: false };

describe('dealer', () => {
  it('remembers prices, and never tells another than a fresh look would', () => {
    const deal = pictureQuoter(MARKET);
    const picture = fc.record({
      prompt: fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== ''),
      model: fc.constantFrom('auto', 'nano-banana-pro'),
      size: fc.constantFrom(null, '1K', '2K'),
      inputs: fc.constantFrom([], ['a.png'], ['a.png', 'b.png']),
    });
    fc.assert(
      fc.property(picture, (facts) => {
        const wanted = aPictureWanted(facts);
        const fresh = offerFor(wanted, 'now', MARKET).route;
        const { offer } = deal(wanted, ['now']);
        expect(offer.order.model.id).toBe(fresh.order.model.id);
        expect(offer.quote).toEqual(fresh.quote);
      }),
    );
  });

  it.each<[string, Partial<Picture>, 'now' | 'batch']>([
    ['size', { size: '2K' }, 'now'],
    ['shape', { aspect: '21:9' }, 'now'],
    ['amount of thinking', { thinking: 'high' }, 'now'],
    ['ability', { needs: ['search'] }, 'now'],
    ['lane', {}, 'batch'],
  ])('never takes the price of one %s for that of another', (_, facts, lane) => {
    const [usual, other] = [{}, facts].map((each) =>
      aPictureWanted({ model: 'nano-banana-2.1', ...each }),
    ) as [Picture, Picture];
    const deal = pictureQuoter(MARKET);
    deal(usual, ['now']);
    expect(deal(other, [lane])).toEqual(pictureQuoter(MARKET)(other, [lane]));
  });

  it('prices what differs only in its words once, also in turn with others', () => {
    const deal = pictureQuoter(MARKET);
    const [cat, dog] = ['a cat', 'a dog'].map((prompt) => aPictureWanted({ prompt })) as [Picture, Picture];
    const first = deal(cat, ['now']);
    deal({ ...cat, size: '4K' }, ['now']);
    expect(deal(dog, ['now'])).toBe(first);
  });

  it('knows the half-price lane, and where it is not sold', () => {
    const { offer, batch } = pictureQuoter(MARKET)(aPictureWanted(), ['now']);
    expect(batch?.expected).toBeLessThan(offer.quote.expected);
    expect(batch?.model).toBe(offer.order.model.id);
  });
});

describe('the offer for a picture whose model was shut down', () => {
  it('fails in the words of a manifest', () => {
    const picture = aPictureWanted({ model: 'imagen-4', rule: 'else imagen-4' });
    expect(() => offerFor(picture, 'now', MARKET)).toThrow(
      expect.objectContaining({
        kind: 'unavailable-model',
        message: 'Imagen 4 was shut down on 2026-08-17. The rule "else imagen-4" asks for it.',
        hint: 'on-retired: successor buys from Nano Banana 2.1; or give it another model.',
      }),
    );
  });

  it.each<[string, Partial<Picture>, Partial<PricingContext>, string | undefined]>([
    [
      'a model makes no such size',
      { model: 'nano-banana', size: '4K' },
      {},
      'Nano Banana 2.1 can do it for $0.1164: model gemini-nano-banana-2.1.',
    ],
    [
      'a model ended before the catalogue began',
      { model: 'imagen-3' },
      {},
      'Nano Banana 2.1 replaces it: model gemini-nano-banana-2.1',
    ],
    [
      'a model was not there yet',
      { model: 'nano-banana-2' },
      { day: '2026-01-01' },
      'Imagen 4 Fast can do it for $0.02: model imagen-4.0-fast-generate-001.',
    ],
    ['no model was there yet', { model: 'imagen-4' }, { day: '2025-01-01' }, undefined],
    [
      'there is no such model to stand in for it',
      { model: 'imagen-4' },
      { fallback: ['nano-banana-por'] },
      'Did you mean nano-banana-pro? pixtab models lists what there is.',
    ],
  ])('says what would do, and nothing of models that were shut down, where %s', (_, facts, more, hint) => {
    expect(() => offerFor(aPictureWanted(facts), 'now', { ...MARKET, ...more })).toThrow(
      expect.objectContaining({ hint }),
    );
  });

  it.each<[string, Partial<Picture>, Partial<PricingContext>]>([
    ['the picture', { onRetired: 'successor' }, {}],
    ['the run', { onRetired: 'fail' }, { onRetired: 'successor' }],
  ])('is that of its successor where %s says so', (_, facts, more) => {
    const { route } = offerFor(aPictureWanted({ model: 'imagen-4', ...facts }), 'now', {
      ...MARKET,
      ...more,
    });
    expect(route.order.model.id).toBe('gemini-nano-banana-2.1');
  });

  it('says why none of the models that stand in for it is asked', () => {
    const pricing = { ...MARKET, fallback: ['imagen-4-fast'] };
    expect(() => offerFor(aPictureWanted({ model: 'imagen-4' }), 'now', pricing)).toThrow(
      expect.objectContaining({
        hint: 'imagen-4-fast is not asked: Imagen 4 Fast was shut down on 2026-08-17. on-retired: successor buys from Nano Banana 2.1; or give it another model.',
      }),
    );
  });

  it('is not taken for that of a picture which says otherwise', () => {
    const deal = pictureQuoter(MARKET);
    deal(aPictureWanted({ model: 'imagen-4', onRetired: 'successor' }), ['now']);
    expect(() => deal(aPictureWanted({ model: 'imagen-4' }), ['now'])).toThrow(/was shut down/);
  });
});

describe('a lane in which a model is not sold', () => {
  const flexible = aPictureWanted({ model: 'nano-banana-2-lite' });

  it('gives way to the next that was wished for, and says why', () => {
    const quoted = pictureQuoter(MARKET)(flexible, ['flex', 'now']);
    expect(quoted.offer.order.lane).toBe('now');
    expect(quoted.instead).toMatch(/no known price in lane flex/);
    expect(pictureQuoter(MARKET)(flexible, ['now', 'flex']).instead).toBeNull();
  });

  it('fails where no other was wished for', () => {
    expect(() => pictureQuoter(MARKET)(flexible, ['flex'])).toThrow(/no known price in lane flex/);
  });

  it('is no price to compare with', () => {
    const pro = aPictureWanted({ model: 'imagen-4' });
    const { now, batch } = pictureQuoter({ ...MARKET, sandbox: true })(pro, ['now']);
    expect([now === null, batch]).toEqual([false, null]);
  });
});

describe('the models that stand in for one that is gone', () => {
  it('are asked in turn, and the rest may still be', () => {
    const gone = aPictureWanted({ model: 'imagen-4' });
    const fallback = ['nano-banana-pro', 'nano-banana-2.1'];
    const quoted = pictureQuoter({ ...MARKET, fallback })(gone, ['now']);
    expect([quoted.offer.order.model.id, quoted.fallback]).toEqual([
      'gemini-3-pro-image',
      ['nano-banana-2.1'],
    ]);
  });
});

describe('a tally', () => {
  it('knows the lanes in which anything is bought, what waits in the queue, and what they save', () => {
    const quoted = (lane: 'now' | 'batch') => pictureQuoter(MARKET)(aPictureWanted(), [lane]);
    const [dear, cheap] = [quoted('now'), quoted('batch')];
    const tally = [dear, dear, cheap].reduce((sum, one) => counting(sum, 'create', one), EMPTY_TALLY);
    const { id } = dear.offer.order.model;
    const [now, half] = [dear.offer.quote.expected, cheap.offer.quote.expected];
    expect(lanesIn(tally).map(([lane, { pictures, range }]) => [lane, pictures, range.expected])).toEqual([
      ['now', 2, 2n * now],
      ['batch', 1, half],
    ]);
    expect(tally.saved).toBe(now - half);
    expect(spendingIn(tally)).toEqual({ now: 2n * now, total: 2n * now + half, requests: { [id]: 2 } });
    expect([tally.queued[id]?.requests, tally.queueable[id]?.requests]).toEqual([1, 3]);
  });

  it('has no price for a picture that costs nothing', () => {
    const quoted = pictureQuoter(MARKET)(aPictureWanted(), ['now']);
    expect([pricedAs(quoted), pricedAs(null)]).toEqual([quoted, { offer: null, now: null, batch: null }]);
  });

  it('adds up what is bought, at both lanes, and counts the rest', () => {
    const { offer, now, batch } = pictureQuoter(MARKET)(aPictureWanted(), ['now']);
    const quote = offer.quote;
    let tally = counting(EMPTY_TALLY, 'create', { offer, now, batch });
    tally = counting(tally, 'change', { offer, now, batch: null });
    tally = counting(tally, 'create');
    tally = counting(tally, 'change');
    tally = counting(tally, 'create', { offer, now, batch });
    tally = counting(tally, 'keep');
    tally = counting(tally, 'orphan');
    expect(tally).toMatchObject({
      create: 3,
      change: 2,
      keep: 1,
      orphan: 1,
      bought: 3,
      free: 2,
      notInBatch: 1,
    });
    expect([tally.planned.low, tally.planned.high]).toEqual([3n * quote.low, 3n * quote.high]);
    expect(tally.batch.expected).toBe(2n * (batch?.expected ?? 0n) + quote.expected);
    expect(saving(tally)).toBe(2n * (quote.expected - (batch?.expected ?? 0n)));
  });
});

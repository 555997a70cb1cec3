import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../src/core/manifest/picture.ts';
import { pictureQuoter, offerFor, type PricingContext } from '../../../src/core/manifest/price.ts';
import { counting, EMPTY_TALLY, saving } from '../../../src/core/manifest/tally.ts';
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

  it('is not taken for that of a picture which says otherwise', () => {
    const deal = pictureQuoter(MARKET);
    deal(aPictureWanted({ model: 'imagen-4', onRetired: 'successor' }), ['now']);
    expect(() => deal(aPictureWanted({ model: 'imagen-4' }), ['now'])).toThrow(/was shut down/);
  });
});

describe('a tally', () => {
  it('adds up what is bought, at both lanes, and counts the rest', () => {
    const { offer, now, batch } = pictureQuoter(MARKET)(aPictureWanted(), ['now']);
    const quote = offer.quote;
    let tally = counting(EMPTY_TALLY, 'create', { offer, now, batch });
    tally = counting(tally, 'change', { offer, now, batch: null });
    tally = counting(tally, 'create');
    tally = counting(tally, 'keep');
    tally = counting(tally, 'orphan');
    expect(tally).toMatchObject({
      create: 2,
      change: 1,
      keep: 1,
      orphan: 1,
      bought: 2,
      free: 1,
      notInBatch: 1,
    });
    expect(tally.planned.high).toBe(2n * quote.high);
    expect(tally.batch.expected).toBe((batch?.expected ?? 0n) + quote.expected);
    expect(saving(tally)).toBe(quote.expected - (batch?.expected ?? 0n));
  });
});

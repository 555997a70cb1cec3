import { describe, expect, it } from 'vitest';
import { lanesFor, NO_HASTE, type LaneWish } from '../../../src/core/manifest/lane.ts';
import { pictureQuoter } from '../../../src/core/manifest/price.ts';
import { aPictureWanted } from './support.ts';

const MARKET = { day: '2026-11-22', sandbox: true };

describe('the lanes of a picture', () => {
  it.each<[LaneWish, boolean, LaneWish | undefined, readonly string[]]>([
    ['now', false, undefined, ['now']],
    ['now', true, undefined, ['now']],
    ['flex', true, undefined, ['flex']],
    ['batch', false, undefined, ['batch']],
    ['batch', true, undefined, ['now']],
    ['mixed', false, undefined, ['batch', 'now']],
    ['mixed', true, undefined, ['now']],
    ['now', false, 'mixed', ['batch', 'now']],
    ['flex', true, 'mixed', ['now']],
    ['mixed', true, 'batch', ['batch']],
    ['now', true, 'batch', ['batch']],
    ['batch', true, 'flex', ['flex']],
  ])('%s, urgent: %s, with --lane %s are %j', (lane, urgent, flag, lanes) => {
    expect(lanesFor(aPictureWanted({ lane, urgent }), { ...NO_HASTE, lane: flag })).toEqual(lanes);
  });

  it('are those of a hurry when the command line calls it urgent', () => {
    const haste = { urgent: ({ id }: { id: string }) => id === 'hero' };
    expect(lanesFor(aPictureWanted({ lane: 'batch' }), haste)).toEqual(['now']);
    expect(lanesFor(aPictureWanted({ lane: 'batch', id: 'icon' }), haste)).toEqual(['batch']);
  });
});

describe('a deal', () => {
  it('is made in the first lane that sells the picture, and says why not in the one before', () => {
    const { offer, instead } = pictureQuoter(MARKET)(aPictureWanted({ model: 'imagen-4' }), ['batch', 'now']);
    expect(offer.order.lane).toBe('now');
    expect(instead).toContain('batch');
  });

  it('is made by a model of --fallback where the one that was named is no more', () => {
    const market = { ...MARKET, sandbox: false };
    const deal = pictureQuoter({ ...market, fallback: ['nano-banana-pro'] });
    const { offer, fallback } = deal(aPictureWanted({ model: 'imagen-4' }), ['now']);
    expect([offer.order.model.id, fallback]).toEqual(['gemini-3-pro-image', []]);
    expect(() =>
      pictureQuoter({ ...market, fallback: [] })(aPictureWanted({ model: 'imagen-4' }), ['now']),
    ).toThrow(/shut down/);
  });
});

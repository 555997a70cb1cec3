import { describe, expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import type { Overlay } from '../../../src/core/catalogue/overlay.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { GATEWAYS } from '../../../src/core/providers/gateways.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import type { Profile } from '../../../src/core/providers/profile.ts';
import { SANDBOX } from '../../../src/core/providers/sandbox.ts';
import { sellerOf, soldBy } from '../../../src/core/providers/sold-by.ts';

const PRO = findModel('pro');
const LAOZHANG = GATEWAYS.find(({ name }) => name === 'laozhang') ?? GOOGLE;
const RELAY: Profile = { ...GOOGLE, name: 'relay' };

const PRICES: Overlay = {
  cited: { source: 'https://x', checked: '2026-10-01', confidence: 'high', platform: 'mine' },
  refusals: 'free',
  prices: [
    {
      model: PRO.id,
      lane: 'now',
      meter: 'image output',
      size: null,
      price: usd('50'),
      from: '2026-01-01',
      until: null,
    },
  ],
};

/** What a picture, and its text, cost at a seller: the price, whose it is, what it says of refusals, and whether it is a guess. */
const sold = (profile: Profile, overlay: Overlay | null = null) => {
  const [model = PRO] = soldBy([PRO], profile, overlay);
  const rates = (['image', 'image output', 'text output'] as const).map((meter) => {
    const rate = model.rates.find((each) => each.lane === 'now' && each.meter === meter);
    return rate && [rate.price, rate.platform, rate.refusals, rate.isGuess];
  });
  return { seller: sellerOf(model), rates };
};
const listed = [
  undefined,
  [usd('120'), 'google', undefined, undefined],
  [usd('12'), 'google', undefined, undefined],
];

describe('a model as a provider sells it', () => {
  it('is Google’s own, and the sandbox plays that', () => {
    expect(soldBy([PRO], GOOGLE, null)).toEqual([PRO]);
    expect(soldBy([PRO], SANDBOX, null)).toEqual([PRO]);
    expect(sold(GOOGLE)).toEqual({ seller: 'google', rates: listed });
  });

  it('is at Google’s prices where Google writes the bill', () => {
    expect(sold(RELAY)).toEqual({ seller: 'relay', rates: listed });
  });

  it('has a flat price where the gateway has one, and Google’s are a guess', () => {
    expect(sold(LAOZHANG)).toEqual({
      seller: 'laozhang',
      rates: [
        [usd('0.09'), 'laozhang', 'charged', undefined],
        [usd('120'), 'google', 'charged', true],
        [usd('12'), 'google', 'charged', true],
      ],
    });
  });

  it('has the prices of a file before all others, and what that says of refusals', () => {
    expect(sold(GOOGLE, PRICES).rates[1]).toEqual([usd('50'), 'mine', 'free', undefined]);
    expect(sold(LAOZHANG, PRICES)).toEqual({
      seller: 'laozhang',
      rates: [undefined, [usd('50'), 'mine', 'free', undefined], [usd('12'), 'google', 'charged', true]],
    });
  });

  it('is charged for refusals where the seller does, although the bill is Google’s', () => {
    expect(sold({ ...RELAY, charges: { refusals: 'charged' } }).rates[1]).toEqual([
      usd('120'),
      'google',
      'charged',
      undefined,
    ]);
  });

  it('is charged for refusals in the sandbox too, where it plays a seller who does', () => {
    expect(sold({ ...SANDBOX, charges: { refusals: 'charged' } }).rates[1]?.[2]).toBe('charged');
  });

  it('is a guess where somebody else writes the bill, whatever is said of refusals', () => {
    expect(sold({ ...RELAY, billedByGoogle: false }).rates[1]).toEqual([
      usd('120'),
      'google',
      undefined,
      true,
    ]);
    expect(sold({ ...SANDBOX, billedByGoogle: false }).rates[1]).toEqual([
      usd('120'),
      'google',
      undefined,
      true,
    ]);
  });
});

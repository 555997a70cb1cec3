import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atMost,
  format,
  minus,
  priced,
  rateText,
  sum,
  times,
  toDecimal,
  usd,
  usdAtLeast,
  ZERO,
  type Usd,
} from '../../../src/core/pricing/money.ts';

const anAmount = fc.bigInt({ min: 0n, max: 10n ** 18n }).map((nano) => nano as Usd);
const aNumber = fc.integer({ min: 0, max: 1_000_000_000 });

describe('money', () => {
  it.each([
    ['0.0336', 33_600_000n],
    ['30', 30_000_000_000n],
    ['0.000000001', 1n],
    ['-0.5', -500_000_000n],
  ])('reads %s exactly', (text, nano) => {
    expect(usd(text)).toBe(nano);
  });

  it.each(['', '.5', '1.', '1e3', 'abc', '0.0000000001', '1,5', ' 1', 'NaN', '--1', '$1'])(
    'refuses %j',
    (text) => {
      expect(() => usd(text)).toThrow(RangeError);
    },
  );

  it('writes what it reads', () => {
    fc.assert(fc.property(anAmount, (amount) => usd(toDecimal(amount)) === amount));
  });

  it('never rounds a price down, and never up by a whole nano-dollar', () => {
    fc.assert(
      fc.property(anAmount, aNumber, fc.constantFrom(1, 1000, 1_000_000), (rate, quantity, per) => {
        const exact = rate * BigInt(quantity);
        const charged = priced(rate, quantity, per) * BigInt(per);
        return charged >= exact && charged - exact < BigInt(per);
      }),
    );
  });

  it('says "at most" without ever saying less, and by less than one more of its last digit', () => {
    fc.assert(
      fc.property(anAmount, (amount) => {
        const said = usd(atMost(amount).replace(/[$,]/g, ''));
        return said >= amount && (said === amount || said - amount < amount);
      }),
    );
    expect(atMost(usd('0.035707'))).toBe('$0.0358');
    expect(atMost(usd('0.0357'))).toBe('$0.0357');
    expect(atMost(usd('1234.001'))).toBe('$1,234.01');
  });

  it('adds, takes away and multiplies without loss', () => {
    fc.assert(
      fc.property(
        anAmount,
        anAmount,
        (a, b) => minus(sum([a, b]), b) === a && times(a, 3) === sum([a, a, a]),
      ),
    );
    expect(sum([])).toBe(ZERO);
  });

  it('refuses a fraction of a unit', () => {
    expect(() => priced(usd('30'), 0.5, 1_000_000)).toThrow(RangeError);
    expect(() => times(usd('1'), 1.5)).toThrow(RangeError);
  });

  it.each([
    ['0', '$0.00'],
    ['12', '$12.00'],
    ['1.005', '$1.01'],
    ['0.0336', '$0.0336'],
    ['0.034198', '$0.0342'],
    ['0.5', '$0.50'],
    ['0.00084', '$0.00084'],
    ['0.000001250', '$0.0000013'],
    ['0.000000001', '$0.000000001'],
    ['0.99999', '$1.00'],
    ['-0.25', '-$0.25'],
  ])('shows %s as %s', (amount, shown) => {
    expect(format(usd(amount))).toBe(shown);
  });

  it('never shows zero for something that costs', () => {
    fc.assert(fc.property(anAmount, (amount) => amount === 0n || /[1-9]/.test(format(amount))));
  });
});

describe('money as others write it', () => {
  it.each([
    ['12', 12_000_000_000n],
    [' 0.5 ', 500_000_000n],
    ['1e3', 1_000_000_000_000n],
    ['1.5E+2', 150_000_000_000n],
    ['1e-9', 1n],
    ['25e-10', 3n],
    ['0.0000000001', 1n],
    ['0.0000000010', 1n],
    ['0.123456789', 123_456_789n],
    ['1.2e-12', 1n],
    ['123456789012345', 123_456_789_012_345_000_000_000n],
    ['0', 0n],
    ['0e5', 0n],
  ])('%s is never read as less than it is', (text, nano) => {
    expect(usdAtLeast(text)).toBe(nano);
  });

  it.each([
    '',
    'x',
    '1.',
    '.5',
    '-1',
    '1,5',
    '$1',
    '1 2',
    'x1',
    '1x',
    '1e',
    '1e100',
    '1e1.5',
    '1234567890123456',
    'NaN',
  ])('%j is none', (text) => {
    expect(usdAtLeast(text)).toBeNull();
  });
});

it.each([
  [1, 'image', '$0.50 an image'],
  [1, 'request', '$0.50 a request'],
  [1_000_000, 'token', '$0.50 / 1M'],
  [1_000, 'search', '$0.50 / 1,000'],
])('a rate of $0.50 for %i %s is written %s', (per, unit, text) => {
  expect(rateText({ rate: usd('0.5'), per, unit })).toBe(text);
});

it.each([
  ['1', '$1.00'],
  ['1.005', '$1.01'],
  ['0.999', '$0.999'],
  ['0.99996', '$1.00'],
  ['0.01', '$0.01'],
  ['0.01004', '$0.01'],
  ['0.01234', '$0.0123'],
  ['0.009', '$0.009'],
  ['0.00994', '$0.0099'],
  ['0.000000001', '$0.000000001'],
])('%s is shown as %s', (dollars, text) => {
  expect(format(usd(dollars))).toBe(text);
});

it.each([
  ['-0.5', '-$0.50', '-0.5'],
  ['-0.00345', '-$0.0035', '-0.00345'],
  ['0', '$0.00', '0'],
])('an amount of %s is written with its sign', (dollars, text, decimal) => {
  expect([format(usd(dollars)), toDecimal(usd(dollars))]).toEqual([text, decimal]);
});

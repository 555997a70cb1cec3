import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchanged, exchangeRate, figureIn, nanoOf, numberOf } from '../../../src/core/invoice/amount.ts';
import { toDecimal, nano, usd } from '../../../src/core/pricing/money.ts';

const dollars = (text: string, decimal: '.' | ',' = '.'): string | null => {
  const figure = figureIn(text, decimal);
  return figure && toDecimal(nano(nanoOf(figure)));
};

describe('a number of an invoice', () => {
  it.each([
    ['7.817400', '7.8174'],
    ['1,234.50', '1234.5'],
    ['1,234,567.89', '1234567.89'],
    ['12,34,567.89', '1234567.89'],
    ['$0.67', '0.67'],
    ['US$ 0.67', '0.67'],
    ['-0.12', '-0.12'],
    ['−0.12', '-0.12'],
    ['0.12-', '-0.12'],
    ['(0.12)', '-0.12'],
    ['1.5E-7', '0.00000015'],
    ['1.25e3', '1250'],
    ['.5', '0.5'],
    ['', '0'],
    ['-', '0'],
    ['0.0000000014', '0.000000001'],
    ['0.0000000015', '0.000000002'],
    ['1,234', '1234'],
    ['0,123', '0.123'],
    ['1234,567', '1234.567'],
    ['1,23', '1.23'],
    ['1,2345', '1.2345'],
    ['1.234', '1.234'],
    ['5.', '5'],
    ['+0.12', '0.12'],
    ['0.12-', '-0.12'],
    ['¥1,234', '1234'],
    ['￥１，２３４', '1234'],
    ['USD 0.67', '0.67'],
    ['CA$0.67', '0.67'],
    ['0.67USD', '0.67'],
    ['1.5E+3', '1500'],
    ['0.00000000049', '0'],
    ['0.99999999951', '1'],
  ])('%s is read as %s', (text, amount) => {
    expect(dollars(text)).toBe(amount);
  });

  it.each([
    ['7,817400', '7.8174'],
    ['1.234,50 €', '1234.5'],
    ['1 234,50', '1234.5'],
    ['1’234.50', '1234.5'],
    ['0,67 EUR', '0.67'],
    ['1.234', '1234'],
    ['7.82', '7.82'],
  ])('%s is read as %s in a file with decimal commas', (text, amount) => {
    expect(dollars(text, ',')).toBe(amount);
  });

  it.each(['260,580', '260.580', '260 580', '260580', '260580.0'])(
    '%s is a whole number of tokens',
    (text) => {
      const figure = figureIn(text, null);
      expect(figure && numberOf(figure)).toBe(260_580);
    },
  );

  it.each([
    'abc',
    '1,2,3.4.5',
    '1.2.3,4,5',
    '(1',
    '1)',
    '--1',
    '1e9999',
    '1,2,3',
    '1,234.5.6',
    '1,234.567.890',
    '1AB2',
    '1ABC2',
    '1234,567.5',
    '1,2345.6',
    '1,234,5.6',
    '1.2.3',
    '.',
    ',',
    '1 EURO',
    'x1',
    '1x',
    '1e',
    '12e1x',
  ])('%s is no number', (text) => {
    expect(figureIn(text, '.')).toBeNull();
  });

  it('with a power of ten is what it comes to, rounded half up to a nano-unit', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{1,6}$/),
        fc.stringMatching(/^[0-9]{0,12}$/),
        fc.integer({ min: -15, max: 9 }),
        (whole, fraction, power) => {
          const figure = figureIn(`${whole}.${fraction}E${power}`, '.');
          const digits = BigInt(whole + fraction);
          const places = 9 + power - fraction.length;
          const down = 10n ** BigInt(Math.max(0, -places));
          expect(figure && nanoOf(figure)).toBe(
            (2n * digits * 10n ** BigInt(Math.max(0, places)) + down) / (2n * down),
          );
        },
      ),
    );
  });

  it('as a quantity may have a fraction, a sign and a power', () => {
    const numbers = ['1.5', '-2', '1.12e3', '', '0.25'].map((text) => {
      const figure = figureIn(text, null);
      return figure && numberOf(figure);
    });
    expect(numbers).toEqual([1.5, -2, 1120, 0, 0.25]);
  });

  it('says the same as it was written as, whatever the separators', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.integer({ min: 1, max: 2 }),
        (size, decimals) => {
          const amount = toDecimal(nano(size * 10n ** BigInt(9 - decimals)));
          const [whole = '', fraction = ''] = amount.split('.');
          const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
          const english = fraction === '' ? grouped : `${grouped}.${fraction}`;
          const german = english.replace(/[.,]/g, (sign) => (sign === '.' ? ',' : '.'));
          expect(dollars(english, '.')).toBe(amount);
          expect(dollars(german, ',')).toBe(amount);
        },
      ),
    );
  });
});

describe('a rate of exchange', () => {
  it('is what one unit costs in dollars', () => {
    const [currency, rate] = exchangeRate('eur=1.08');
    expect(currency).toBe('EUR');
    expect(exchanged(usd('10'), rate)).toBe(usd('10.8'));
    expect(exchanged(usd('-10'), rate)).toBe(usd('-10.8'));
  });

  it.each([
    [' EUR=1,08 ', 'EUR', '10.8'],
    // Nothing costs a thousand dollars.
    ['EUR=1,085', 'EUR', '10.85'],
    ['EUR=1.085', 'EUR', '10.85'],
    ['€=1.08', 'EUR', '10.8'],
    ['¥=0.0067', '¥', '0.067'],
    ['CA$=0.72', 'CA$', '7.2'],
    ['ca$=0.72', 'CA$', '7.2'],
  ])('%j is one of %s, and ten are $%s', (text, code, amount) => {
    const [currency, rate] = exchangeRate(text);
    expect([currency, exchanged(usd('10'), rate)]).toEqual([code, usd(amount)]);
  });

  it('is repeated in part where it is none', () => {
    expect(() => exchangeRate('x'.repeat(50))).toThrow(`not "${'x'.repeat(40)}".`);
  });

  it('is rounded to the nearest nano-dollar', () => {
    expect(exchanged(nano(1n), { units: 2n, dollars: 1n })).toBe(1n);
    expect(exchanged(nano(-1n), { units: 2n, dollars: 1n })).toBe(-1n);
    expect(exchanged(nano(10n), { units: 3n, dollars: 1n })).toBe(3n);
    expect(exchanged(nano(-11n), { units: 3n, dollars: 1n })).toBe(-4n);
  });

  it.each(['EUR', 'EUR=', 'EUR=0', 'EUR=-1', 'EURO=1', 'EUR=abc', 'E=1', '=1', 'x€=1=2', 'EUR=1=2'])(
    '%s is refused',
    (text) => {
      expect(() => exchangeRate(text)).toThrow(
        expect.objectContaining({
          kind: 'usage',
          message: expect.stringMatching(/^--rate takes a currency/),
        }),
      );
    },
  );
});

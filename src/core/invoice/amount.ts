import { usageFailure } from '../errors.ts';
import { nano, type Usd } from '../pricing/money.ts';

/** A number as somebody's spreadsheet wrote it, taken apart: digits without separators, and where its point stands. */
export interface Figure {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

export type Sign = '.' | ',';

const ZERO_FIGURE: Figure = { negative: false, whole: '0', fraction: '' };

/**
 * Reads "1,234.50", "1.234,50", "1 234,50", "($0.67)", "−0.67 €" and "1.5E-7". A lone separator before exactly three digits is one
 * of thousands, unless it is the `decimal` sign of the file; null where only whole numbers are to be expected. Null where it is
 * no number.
 */
export function figureIn(text: string, decimal: Sign | null): Figure | null {
  const bare = text
    .normalize('NFKC')
    .replace(/[\s'’\p{Sc}]/gu, '')
    .replace(/^[A-Z]{2,3}|[A-Z]{3}$/, '')
    .replace('−', '-');
  if (bare === '' || bare === '-') return ZERO_FIGURE;
  const [, open, sign, digits = '', power, close, after] =
    /^(\()?([-+]?)([\d.,]*\d[\d.,]*)(?:[eE]([-+]?\d{1,3}))?(\))?(-?)$/.exec(bare) ?? [];
  if (digits === '' || (open === undefined) !== (close === undefined)) return null;
  const negative = open !== undefined || sign === '-' || after === '-';
  const parts = splitAtPoint(digits, decimal);
  if (parts === null) return null;
  return { negative, ...shifted(parts, Number(power ?? 0)) };
}

type Digits = Pick<Figure, 'whole' | 'fraction'>;

function splitAtPoint(digits: string, decimal: Sign | null): Digits | null {
  const point = pointOf(digits, decimal);
  const [left = '', right = '', ...rest] = point === null ? [digits] : digits.split(point);
  const isGrouped = /^\d*$/.test(left) || /^\d{1,3}([.,]\d{2,3})+$/.test(left);
  if (rest.length > 0 || !isGrouped) return null;
  return { whole: left.replace(/\D/g, '') || '0', fraction: right };
}

/** The character that may separate a fraction; null where what there is separates thousands. */
function pointOf(digits: string, decimal: Sign | null): Sign | null {
  const dot = digits.lastIndexOf('.');
  const comma = digits.lastIndexOf(',');
  const sign = dot > comma ? '.' : ',';
  if (dot >= 0 && comma >= 0) return sign;
  if (digits.indexOf(sign) !== digits.lastIndexOf(sign)) return null;
  const looksLikeThousands = /^[1-9]\d{0,2}[.,]\d{3}$/.test(digits);
  return looksLikeThousands && sign !== decimal ? null : sign;
}

function shifted({ whole, fraction }: Digits, power: number): Digits {
  const all = `${'0'.repeat(Math.max(0, -power))}${whole}${fraction}${'0'.repeat(Math.max(0, power - fraction.length))}`;
  const point = all.length - Math.max(0, fraction.length - power);
  return { whole: all.slice(0, point), fraction: all.slice(point) };
}

/** Whole nano-units of a currency, rounded half up. */
export function nanoOf({ negative, whole, fraction }: Figure): bigint {
  const size = BigInt(whole + fraction.slice(0, 9).padEnd(9, '0')) + ((fraction[9] ?? '0') >= '5' ? 1n : 0n);
  return negative ? -size : size;
}

export function numberOf({ negative, whole, fraction }: Figure): number {
  const size = Number(`${whole}.${fraction || '0'}`);
  return negative ? -size : size;
}

/** What one unit of another currency costs in dollars: exact, because a rate may have more digits than money. */
export interface Exchange {
  readonly units: bigint;
  readonly dollars: bigint;
}

export const EVEN: Exchange = { units: 1n, dollars: 1n };

/** Nano-units of a currency in nano-dollars, rounded to the nearest. */
export function exchanged(amount: bigint, { units, dollars }: Exchange): Usd {
  const twice = 2n * amount * dollars + (amount < 0n ? -units : units);
  return nano(twice / (2n * units));
}

/** What heads of columns call a currency. */
const CURRENCIES: Readonly<Record<string, string>> = {
  $: 'USD',
  US$: 'USD',
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
};

/** The code of a currency, or its sign where that may be of several: "¥". */
export const currencyOf = (sign: string): string => CURRENCIES[sign] ?? sign.toUpperCase();

export const isCurrency = (sign: string): boolean => /^(?:[A-Z]{3}|[A-Z]{0,3}\p{Sc})$/iu.test(sign);

/** "EUR=1.08": what one unit costs in dollars. No currency is worth a thousand of them, so a comma is a point. */
export function exchangeRate(text: string): readonly [currency: string, rate: Exchange] {
  const [currency = '', rate = ''] = text.trim().split(/=(.*)/s);
  const figure = isCurrency(currency) ? figureIn(rate, rate.includes('.') ? '.' : ',') : null;
  const dollars = figure === null ? 0n : nanoOf(figure);
  if (dollars <= 0n)
    throw usageFailure(
      `--rate takes a currency and what one of it costs in dollars, such as EUR=1.08, not "${text.slice(0, 40)}".`,
    );
  return [currencyOf(currency), { units: 1_000_000_000n, dollars }];
}

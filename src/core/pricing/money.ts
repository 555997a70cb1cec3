import { thousands } from '../text/text.ts';

/** US dollars as whole nano-dollars ($1e-9). A bigint, so it cannot meet a float by accident. */
export type Usd = bigint & { readonly __unit: 'nano-USD' };

const NANO_DIGITS = 9;
const ONE_DOLLAR = 1_000_000_000n;
const CENT = 10_000_000n;

export const ZERO = 0n as Usd;

/** Whole nano-dollars, as the ledger keeps them. */
export const nano = (amount: bigint): Usd => amount as Usd;

/** Reads decimal dollars ("0.0336"), exact to a nano-dollar; anything else throws a RangeError. */
export function usd(text: string): Usd {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match) throw new RangeError(`not an amount in dollars: ${JSON.stringify(text)}`);
  const [, sign, whole = '0', fraction = ''] = match;
  const nano = BigInt(whole) * ONE_DOLLAR + BigInt(fraction.padEnd(NANO_DIGITS, '0'));
  return (sign ? -nano : nano) as Usd;
}

/**
 * Decimal dollars of any length ("0.03867341", "1.2e-7"), rounded up to a nano-dollar; null for anything else, and for
 * what is below nothing.
 */
export function usdAtLeast(text: string): Usd | null {
  const match = /^(\d{1,15})(?:\.(\d{1,30}))?(?:e([+-]?\d{1,2}))?$/i.exec(text.trim());
  if (!match) return null;
  const [, whole = '0', fraction = '', exponent = '0'] = match;
  const shift = NANO_DIGITS - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  if (shift >= 0) return (digits * 10n ** BigInt(shift)) as Usd;
  const divisor = 10n ** BigInt(-shift);
  return ((digits + divisor - 1n) / divisor) as Usd;
}

export function sum(amounts: Iterable<Usd>): Usd {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total as Usd;
}

/** `amount` taken a whole number of times; a fraction throws. */
export function times(amount: Usd, count: number): Usd {
  return (amount * BigInt(count)) as Usd;
}

/** `quantity` units at `price` for every `per` units, rounded up: an estimate must never promise less than the bill. */
export function priced(price: Usd, quantity: number, per: number): Usd {
  const divisor = BigInt(per);
  return ((price * BigInt(quantity) + divisor - 1n) / divisor) as Usd;
}

export function minus(from: Usd, amount: Usd): Usd {
  return (from - amount) as Usd;
}

/** The exact amount as decimal dollars, for JSON and the ledger: "0.0342", "12", "-0.5". */
export function toDecimal(amount: Usd): string {
  const size = amount < 0n ? -amount : amount;
  const fraction = (size % ONE_DOLLAR).toString().padStart(NANO_DIGITS, '0').replace(/0+$/, '');
  const whole = (size / ONE_DOLLAR).toString();
  return `${amount < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}

/**
 * Dollars for people, with the precision that matters: cents from $1 on, else two significant digits of whatever
 * is smaller than a cent and four decimals otherwise. Never "$0.00" for something that costs.
 */
export function format(amount: Usd): string {
  const size = amount < 0n ? -amount : amount;
  const sign = amount < 0n ? '-' : '';
  const decimals = decimalsOf(size);
  const [whole, fraction] = rounded(size, decimals);
  return `${sign}$${thousands(BigInt(whole))}.${trimmedToCents(fraction)}`;
}

const decimalsOf = (size: bigint): number =>
  size >= ONE_DOLLAR ? 2 : size >= CENT ? 4 : decimalsForTwoDigits(size);

/** "$30.00 / 1M", "$0.04 an image" */
export function rateText({
  rate,
  per,
  unit,
}: {
  readonly rate: Usd;
  readonly per: number;
  readonly unit: string;
}): string {
  if (per === 1) return `${format(rate)} ${/^[aeiou]/.test(unit) ? 'an' : 'a'} ${unit}`;
  return `${format(rate)} / ${per === 1_000_000 ? '1M' : thousands(per)}`;
}

/** The same, never below the amount: what is said as "at most" passes as a limit. */
export const atMost = (amount: Usd): string => format(roundedUp(amount));

/** As much as `atMost` says. */
export function roundedUp(amount: Usd): Usd {
  const shown = usd(format(amount).replace(/[$,]/g, ''));
  if (shown >= amount) return shown;
  const unit = 10n ** BigInt(NANO_DIGITS - decimalsOf(amount));
  return (shown + unit) as Usd;
}

function decimalsForTwoDigits(size: bigint): number {
  const leadingZeros = NANO_DIGITS - size.toString().length;
  return Math.min(NANO_DIGITS, leadingZeros + 2);
}

function rounded(size: bigint, decimals: number): [string, string] {
  const unit = 10n ** BigInt(NANO_DIGITS - decimals);
  const scaled = ((size + unit / 2n) / unit).toString().padStart(decimals + 1, '0');
  return [scaled.slice(0, -decimals), scaled.slice(-decimals)];
}

const trimmedToCents = (fraction: string): string => fraction.replace(/0+$/, '').padEnd(2, '0');

import { InvalidArgumentError } from 'commander';
import {
  ABILITIES,
  LANES,
  SIZES,
  type Ability,
  type Aspect,
  type Lane,
  type Pixels,
  type Size,
} from '../../core/catalogue/model.ts';
import { TIERS, type Tier } from '../../core/catalogue/account-limits.ts';
import { usd, type Usd } from '../../core/pricing/money.ts';
import type { Variables } from '../../core/order/prompt-template.ts';
import type { Variation } from '../../core/order/variations.ts';
import { printable } from '../../core/text/text.ts';

// Parsers of the words behind a flag. Each throws an error that says what would be right.

export const wholeNumber = (min: number, max: number) => (text: string) => {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
};

export function size(text: string): Size {
  const upper = text.toUpperCase();
  const found = SIZES.find((size) => size === upper);
  if (found) return found;
  throw new InvalidArgumentError(`It takes one of ${SIZES.join(', ')}.`);
}

export function aspect(text: string): Aspect {
  if (/^[1-9]\d?:[1-9]\d?$/.test(text)) return text as Aspect;
  throw new InvalidArgumentError('It takes width:height, such as 16:9.');
}

export function dollars(text: string): Usd {
  try {
    const amount = usd(text.replace(/^\$/, ''));
    if (amount >= 0n) return amount;
  } catch {
    // The error below names what would be right.
  }
  throw new InvalidArgumentError('It takes dollars, such as 0.50.');
}

export const UNITS: Readonly<Record<string, number>> = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** "500MB", "2 GB", "1.5gb" */
export function byteCount(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([kmgt]b)?$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (number !== undefined && factor !== undefined) return Math.floor(Number(number) * factor);
  throw new InvalidArgumentError('It takes a size, such as 500MB or 2GB.');
}

export function someDollars(text: string): Usd {
  const amount = dollars(text);
  if (amount > 0n) return amount;
  throw new InvalidArgumentError('It takes more than nothing, such as 10.');
}

export function tier(text: string): Tier {
  const found = TIERS.find((tier) => String(tier) === text);
  if (found) return found;
  throw new InvalidArgumentError(`It takes one of ${TIERS.join(', ')}.`);
}

/** Its number may be left out, so it takes whatever stands behind it. */
export function repeats(text: string): number {
  if (/^\d+$/.test(text)) return wholeNumber(0, 10)(text);
  throw new InvalidArgumentError('What follows it must be a number; write the prompt before it.');
}

export function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): T => {
    const found = words.find((word) => word === text.trim().toLowerCase());
    if (found) return found;
    throw new InvalidArgumentError(`It takes one of ${words.join(', ')}.`);
  };

/** "item=mug"; the words may be anything, also nothing. */
export function variable(text: string, before: Variables = {}): Variables {
  const [, name, words = ''] = /^([\w-]+)=([^]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It takes a name and words, such as item=mug.');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...before, [name]: words };
}

/** "style=watercolor,ink" */
export function variation(text: string, before: readonly Variation[] = []): readonly Variation[] {
  const [, name, words = ''] = /^([\w-]+)=([^]*)$/.exec(text) ?? [];
  const several = list(words);
  if (name !== undefined && several.length > 0) return [...before, { name, words: several }];
  throw new InvalidArgumentError('It takes a name and a list, such as style=watercolor,ink.');
}

export const lane: (text: string) => Lane = oneOf(LANES);

export const abilities = (text: string): readonly Ability[] => list(text).map(oneOf(ABILITIES));

export function pixels(text: string): Pixels {
  const match = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/i.exec(text);
  if (match) return { width: Number(match[1]), height: Number(match[2]) };
  throw new InvalidArgumentError('It takes width and height, such as 2048x1152.');
}

export const oneMore =
  (parse: (text: string) => string = (text) => text) =>
  (text: string, before: readonly string[] = []): readonly string[] => [...before, parse(text)];

/** Short enough for a column of a table. */
export function word(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= 60 && printable(trimmed) === trimmed) return trimmed;
  throw new InvalidArgumentError('It takes up to 60 printable characters.');
}

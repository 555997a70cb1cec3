import { normalize } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { Failure } from '../../core/errors.ts';
import { isAddress, isInBucket, objectPlace } from '../../core/files/place.ts';
import { attempt } from '../../core/order/route.ts';
import {
  ABILITIES,
  abilityNow,
  LANES,
  SIZES,
  type Ability,
  type Aspect,
  type Pixels,
  type Size,
} from '../../core/catalogue/model.ts';
import { gridIn, type Grid } from '../../core/drafts/grid.ts';
import { TIERS, type Tier } from '../../core/catalogue/account-limits.ts';
import { parseBudget } from '../../core/policy/budget.ts';
import { usd, type Usd } from '../../core/pricing/money.ts';
import type { Variables } from '../../core/order/prompt-template.ts';
import type { Variation } from '../../core/order/variations.ts';
import { printable } from '../../core/text/text.ts';

// Parsers of the words behind a flag. Each throws an error that says what would be right.

/** What a parser takes, for programs that ask for the flags: words that every text is, unless it says more. */
export interface Taken {
  readonly type?: 'integer' | 'dollars' | 'string';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly (string | number)[];
  /** The flag may be given several times. */
  readonly repeatable?: boolean;
}

const taking = <Parse extends object>(taken: Taken, parse: Parse): Parse & { readonly taken: Taken } =>
  Object.assign(parse, { taken });

export const wholeNumber = (minimum: number, maximum: number) =>
  taking({ type: 'integer', minimum, maximum }, (text: string) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${minimum} to ${maximum}.`);
  });

/** Sizes as they are said elsewhere: by the longer side, in pixels. */
const BY_PIXELS: Readonly<Record<string, Size>> = { '1024': '1K', '2048': '2K', '4096': '4K' };

export const size = taking({ choices: SIZES }, (text: string): Size => {
  const upper = text.trim().toUpperCase().replace(/PX$/, '');
  const found = SIZES.find((size) => size === upper) ?? BY_PIXELS[upper];
  if (found) return found;
  const more = /^\d+x\d+$/i.test(upper)
    ? ` For exact pixels: --size-exact ${upper.toLowerCase()}.`
    : /^(?:8|16)K$/.test(upper)
      ? ' No model makes more than 4K.'
      : '';
  throw new InvalidArgumentError(`It takes one of ${SIZES.join(', ')}.${more}`);
});

/** "16:9", also as it is said elsewhere: 16x9, 16/9. */
export function aspect(text: string): Aspect {
  const [, width, height] = /^\s*([1-9]\d?)\s*[:x×/]\s*([1-9]\d?)\s*$/i.exec(text) ?? [];
  if (width !== undefined && height !== undefined) return `${width}:${height}` as Aspect;
  const more = /^\d{3,}x\d{3,}$/i.test(text) ? ` For exact pixels: --size-exact ${text}.` : '';
  throw new InvalidArgumentError(`It takes width:height, such as 16:9.${more}`);
}

/** Where pictures go. A folder that is left again need not exist, and standard output has one name. */
export function place(text: string): string {
  if (text === '' || text === '-') return text;
  if (isInBucket(text)) return inBucket(text);
  if (isAddress(text))
    throw new InvalidArgumentError(
      'It takes a path of this machine, or a place such as s3://bucket/folder/.',
    );
  return /^\/dev\/(?:stdout|fd\/1)$/.test(text) ? '-' : normalize(text);
}

function inBucket(text: string): string {
  const found = attempt(() => objectPlace(text));
  if (found instanceof Failure) throw new InvalidArgumentError(`${found.message} ${found.hint}.`);
  return text;
}

export const dollars = taking({ type: 'dollars' }, (text: string): Usd => {
  try {
    const amount = usd(text.replace(/^\$/, ''));
    if (amount >= 0n) return amount;
  } catch {
    // The error below names what would be right.
  }
  throw new InvalidArgumentError(`It takes dollars, such as 0.50.${isEaten(text) ? EATEN : ''}`);
});

/** What a shell leaves of $5 and $0.50, which it takes for variables: nothing, and its own name. */
const isEaten = (text: string): boolean => text === '' || /^-?\S*sh\.\d+$/.test(text);
const EATEN = ' A shell takes $5 for a variable: write 5.';

/** "20/month" */
export function budget(text: string): ReturnType<typeof parseBudget> {
  try {
    return parseBudget(text);
  } catch {
    throw new InvalidArgumentError('It takes dollars per run, day or month, such as 20/month.');
  }
}

export const UNITS: Readonly<Record<string, number>> = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** "500MB", "2 GB", "1.5gb" */
export function byteCount(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([kmgt]b)?$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (number !== undefined && factor !== undefined) return Math.floor(Number(number) * factor);
  throw new InvalidArgumentError('It takes a size, such as 500MB or 2GB.');
}

export const someDollars = taking({ type: 'dollars' }, (text: string): Usd => {
  const amount = dollars(text);
  if (amount > 0n) return amount;
  throw new InvalidArgumentError('It takes more than nothing, such as 10.');
});

export const tier = taking({ type: 'integer', choices: TIERS }, (text: string): Tier => {
  const found = TIERS.find((tier) => String(tier) === text);
  if (found) return found;
  throw new InvalidArgumentError(`It takes one of ${TIERS.join(', ')}.`);
});

/** Its number may be left out, so it takes whatever stands behind it. */
export const repeats = taking({ type: 'integer', minimum: 0, maximum: 10 }, (text: string): number => {
  if (/^\d+$/.test(text)) return wholeNumber(0, 10)(text);
  throw new InvalidArgumentError('What follows it must be a number; write the prompt before it.');
});

export function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The same of a flag that is given several times. */
export const lists = taking(
  { repeatable: true },
  (text: string, before: readonly string[] = []): readonly string[] => [...before, ...list(text)],
);

export const oneOf = <T extends string>(words: readonly T[]) =>
  taking({ choices: words }, (text: string): T => {
    const found = words.find((word) => word === text.trim().toLowerCase());
    if (found) return found;
    throw new InvalidArgumentError(`It takes one of ${words.join(', ')}.`);
  });

/** "item=mug"; the words may be anything, also nothing. */
export const variable = taking({ repeatable: true }, (text: string, before: Variables = {}): Variables => {
  const [, name, words = ''] = /^([\w-]+)=([^]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It takes a name and words, such as item=mug.');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...before, [name]: words };
});

/** "style=watercolor,ink" */
export const variation = taking({ repeatable: true }, (text: string, before: readonly Variation[] = []) => {
  const [, name, words = ''] = /^([\w-]+)=([^]*)$/.exec(text) ?? [];
  const several = list(words);
  if (name !== undefined && several.length > 0) return [...before, { name, words: several }];
  throw new InvalidArgumentError('It takes a name and a list, such as style=watercolor,ink.');
});

export const lane = oneOf(LANES);

export const abilities = (text: string): readonly Ability[] =>
  list(text).map((word) => oneOf(ABILITIES)(abilityNow(word.toLowerCase())));

export function pixels(text: string): Pixels {
  const match = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/i.exec(text);
  if (match) return { width: Number(match[1]), height: Number(match[2]) };
  throw new InvalidArgumentError('It takes width and height, such as 2048x1152.');
}

/** "4x4" */
export function grid(text: string): Grid {
  const found = gridIn(text);
  if (found) return found;
  throw new InvalidArgumentError('It takes columns and rows, such as 4x4, of up to 8 each.');
}

export const oneMore = (parse: (text: string) => string = (text) => text) =>
  taking({ repeatable: true }, (text: string, before: readonly string[] = []): readonly string[] => [
    ...before,
    parse(text),
  ]);

/** Short enough for a column of a table. */
export function word(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= 60 && printable(trimmed) === trimmed) return trimmed;
  throw new InvalidArgumentError('It takes up to 60 printable characters.');
}

/** Where a server listens: a port alone is on this machine. */
export const listening = taking(
  { type: 'string' },
  (text: string): { readonly host: string; readonly port: number } => {
    const [, host = '', port = ''] = /^(?:\[?([^[\]]*?)\]?:)?(\d+)$/.exec(text) ?? [];
    const number = Number(port);
    if (port === '' || number > 65_535)
      throw new InvalidArgumentError('It takes a host and a port, such as 127.0.0.1:9464.');
    return { host: host === '' ? '127.0.0.1' : host, port: number };
  },
);

import { InvalidArgumentError, Option } from 'commander';
import {
  ABILITIES,
  LANES,
  SIZES,
  THINKING_LEVELS,
  type Ability,
  type Aspect,
  type Lane,
  type Pixels,
  type Size,
} from '../../core/catalogue/model.ts';
import { TIERS, type Tier } from '../../core/catalogue/account-limits.ts';
import { usd, type Usd } from '../../core/pricing/money.ts';
import { FITS, MOST_ENLARGED } from '../../core/order/resize.ts';
import type { Variables } from '../../core/order/prompt-template.ts';
import type { Variation } from '../../core/order/variations.ts';
import { printable } from '../../core/text/text.ts';

// Each flag is declared once, with its parser; a command picks those that make sense for it.

export const wholeNumber = (min: number, max: number) => (text: string) => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
};

function size(text: string): Size {
  const upper = text.toUpperCase();
  const found = SIZES.find((size) => size === upper);
  if (found) return found;
  throw new InvalidArgumentError(`It takes one of ${SIZES.join(', ')}.`);
}

function aspect(text: string): Aspect {
  if (/^[1-9]\d?:[1-9]\d?$/.test(text)) return text as Aspect;
  throw new InvalidArgumentError('It takes width:height, such as 16:9.');
}

export function dollars(text: string): Usd {
  try {
    const amount = usd(text.replace(/^\$/, ''));
    if (amount >= 0n) return amount;
  } catch {
    // Said below, in words that name what would be right.
  }
  throw new InvalidArgumentError('It takes dollars, such as 0.50.');
}

const UNITS: Readonly<Record<string, number>> = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** "500MB", "2 GB", "1.5gb" */
function byteCount(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([kmgt]b)?$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (number !== undefined && factor !== undefined) return Math.floor(Number(number) * factor);
  throw new InvalidArgumentError('It takes a size, such as 500MB or 2GB.');
}

function someDollars(text: string): Usd {
  const amount = dollars(text);
  if (amount > 0n) return amount;
  throw new InvalidArgumentError('It takes more than nothing, such as 10.');
}

function tier(text: string): Tier {
  const found = TIERS.find((tier) => String(tier) === text);
  if (found) return found;
  throw new InvalidArgumentError(`It takes one of ${TIERS.join(', ')}.`);
}

/** Its number may be left out, so it takes whatever stands behind it. */
function repeats(text: string): number {
  if (/^\d+$/.test(text)) return wholeNumber(0, 10)(text);
  throw new InvalidArgumentError('What follows it must be a number; write the prompt before it.');
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): T => {
    const found = words.find((word) => word === text.trim().toLowerCase());
    if (found) return found;
    throw new InvalidArgumentError(`It takes one of ${words.join(', ')}.`);
  };

/** "item=mug"; the words may be anything, also nothing. */
function variable(text: string, before: Variables = {}): Variables {
  const [, name, words = ''] = /^([\w-]+)=([^]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It takes a name and words, such as item=mug.');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...before, [name]: words };
}

/** "style=watercolor,ink" */
function variation(text: string, before: readonly Variation[] = []): readonly Variation[] {
  const [, name, words = ''] = /^([\w-]+)=([^]*)$/.exec(text) ?? [];
  const several = list(words);
  if (name !== undefined && several.length > 0) return [...before, { name, words: several }];
  throw new InvalidArgumentError('It takes a name and a list, such as style=watercolor,ink.');
}

const lane: (text: string) => Lane = oneOf(LANES);

const abilities = (text: string): readonly Ability[] => list(text).map(oneOf(ABILITIES));

function pixels(text: string): Pixels {
  const match = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/i.exec(text);
  if (match) return { width: Number(match[1]), height: Number(match[2]) };
  throw new InvalidArgumentError('It takes width and height, such as 2048x1152.');
}

const oneMore =
  (parse: (text: string) => string = (text) => text) =>
  (text: string, before: readonly string[] = []): readonly string[] => [...before, parse(text)];

/** Short enough for a column of a table. */
function word(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= 60 && printable(trimmed) === trimmed) return trimmed;
  throw new InvalidArgumentError('It takes up to 60 printable characters.');
}

export const FORMATS = ['keep', 'png', 'jpeg', 'webp', 'avif'] as const;

export const flag = {
  model: () => new Option('-m, --model <name>', 'model: an id, an alias, or auto').default('auto'),
  count: () =>
    new Option('-n, --count <n>', 'images to make, 1 to 100').argParser(wholeNumber(1, 100)).default(1),
  size: () => new Option('-s, --size <size>', 'image size: 512, 1K, 2K or 4K').argParser(size),
  aspect: () => new Option('-a, --aspect <w:h>', 'aspect ratio, such as 16:9').argParser(aspect),
  out: () =>
    new Option(
      '-o, --out <path>',
      'a file, a folder, a template with {date} {time} {model} {slug} {n} {id}, or -',
    ),
  format: () => new Option('--format <format>', 'keep stores the bytes as they came').choices(FORMATS),
  quality: () =>
    new Option('--quality <1-100>', 'quality of a converted jpeg, webp or avif').argParser(
      wholeNumber(1, 100),
    ),
  // One file each time: with more, the prompt behind them would be taken for a file.
  image: () =>
    new Option('-i, --image <file>', 'an input image, or - for standard input; repeat it for more').argParser(
      oneMore(),
    ),
  prompt: () => new Option('--prompt <name>', 'a prompt of pixtab prompt save'),
  variable: () =>
    new Option('--var <name=words>', 'words for {{name}} in the prompt; repeat it for more').argParser(
      variable,
    ),
  vary: () =>
    new Option(
      '--vary <name=a,b>',
      'a picture for each of these words; several lists make every combination',
    ).argParser(variation),
  style: () => new Option('--style <style>', 'style of the picture, said in the prompt'),
  negative: () => new Option('--negative <things>', 'what it must not show, said in the prompt'),
  sizeExact: () =>
    new Option(
      '--size-exact <w>x<h>',
      `crop to exactly this, out of the cheapest picture that covers it; where none does, one is enlarged, at most ${MOST_ENLARGED} times`,
    ).argParser(pixels),
  resize: () => new Option('--resize <w>x<h>', 'bring the picture to this').argParser(pixels),
  fit: () =>
    new Option(
      '--fit <how>',
      'how --resize does it: cover crops, contain adds margins (default: cover)',
    ).choices(FITS),
  strip: () => new Option('--strip', 'without metadata (default: it is kept)'),
  embed: () =>
    new Option('--embed', 'write prompt, model, cost and run into the picture; pixtab receipt reads them'),
  sidecar: () => new Option('--sidecar', 'put the receipt beside the picture, as .json'),
  preview: () => new Option('--preview', 'show the picture in the terminal'),
  open: () => new Option('--open', 'open the picture in the program that the system has for it'),
  promptFile: () => new Option('--prompt-file <file>', 'read the prompt from a file; - reads standard input'),
  lane: () => new Option('--lane <lane>', 'how it is bought').argParser(lane).default('now'),
  maxCost: () => new Option('--max-cost <usd>', 'refuse when it could cost more').argParser(dollars),
  retries: () =>
    new Option(
      '--retries <n>',
      'sends after the first, when nothing was charged; they wait five minutes in all at most',
    )
      .argParser(wholeNumber(0, 20))
      .default(3),
  refusalRetries: () =>
    new Option(
      '--refusal-retries <n>',
      'repeats of a refusal that may be chance (default: 1, if it fits into the price that was said)',
    ).argParser(wholeNumber(0, 10)),
  retryUnconfirmed: () =>
    new Option('--retry-unconfirmed [n]', 'repeats of requests that may have been charged; without n, one')
      .argParser(repeats)
      .preset('1'),
  fallback: () =>
    new Option(
      '--fallback <models>',
      'models to ask in turn after a refusal, an outage or the end of a model',
    ).argParser(list),
  timeout: () =>
    new Option('--timeout <seconds>', 'for one request').argParser(wholeNumber(10, 3600)).default(300),
  waitFor: () =>
    new Option('--timeout <seconds>', 'wait: how long; without it, as long as it takes').argParser(
      wholeNumber(1, 1_000_000),
    ),
  concurrency: () =>
    new Option('--concurrency <n>', 'requests at the same time').argParser(wholeNumber(1, 64)).default(4),
  rpm: () => new Option('--rpm <n>', 'requests a minute for each model').argParser(wholeNumber(1, 1_000_000)),
  rpd: () => new Option('--rpd <n>', 'requests a day for each model').argParser(wholeNumber(1, 1_000_000)),
  ipm: () => new Option('--ipm <n>', 'images a minute for each model').argParser(wholeNumber(1, 1_000_000)),
  spendRate: () =>
    new Option('--spend-rate <usd>', 'dollars in any ten minutes, all models together').argParser(
      someDollars,
    ),
  tier: () =>
    new Option('--tier <1|2|3>', "your account's tier: guesses the limits you do not set").argParser(tier),
  noWait: () => new Option('--no-wait', 'refuse where a rate limit would ask to wait'),
  dryRun: () => new Option('--dry-run', 'show price and request, send nothing'),
  allowRetired: () => new Option('--allow-retired', 'call a model although it was shut down'),
  onRetired: () =>
    new Option('--on-retired <what>', 'fail, or take the successor')
      .choices(['fail', 'successor'])
      .default('fail'),
  keepRaw: () => new Option('--keep-raw', 'keep the raw answers for good; pixtab recover --kept lists them'),
  project: () =>
    new Option('--project <name>', 'what it is for (default: the git repository)').argParser(word),
  labels: () =>
    new Option('--label <text>', 'a label to find it by in pixtab spend; may be repeated').argParser(
      oneMore(word),
    ),
  force: () => new Option('--force', 'overwrite existing files'),
  needs: () =>
    new Option('--needs <abilities>', `what the model must be able to do: ${ABILITIES.join(', ')}`).argParser(
      abilities,
    ),
  thinking: () =>
    new Option('--thinking <level>', THINKING_LEVELS.join(', ')).argParser(oneOf(THINKING_LEVELS)),
  minPx: () => new Option('--min-px <w>x<h>', 'at least this many pixels').argParser(pixels),
  maxPriceEach: () =>
    new Option('--max-price-each <usd>', 'what one picture may be expected to cost').argParser(dollars),
  cached: () =>
    new Option(
      '--cached',
      'take what was bought before from the store for $0, and keep there what is bought now',
    ),
  store: () => new Option('--store <folder>', 'where bought pictures are kept for the next time'),
  storeLimit: () =>
    new Option(
      '--store-limit <size>',
      'what was not used for longest leaves the store above this (default: 4GB)',
    ).argParser(byteCount),
  prices: () => new Option('--prices <file>', "prices of an account or gateway, instead of Google's"),
  yes: () => new Option('--yes', 'never ask; nothing is asked without it either'),
  noInput: () => new Option('--no-input', 'the same as --yes, for scripts'),
  json: () => new Option('--json', 'one JSON document on stdout'),
  quiet: () => new Option('-q, --quiet', 'errors only'),
  verbose: () => new Option('-v, --verbose', 'say more'),
  color: () => new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'),
  sandbox: () => new Option('--sandbox', 'answer from the sandbox: drawn placeholders, nothing spent'),
  baseUrl: () => new Option('--base-url <url>', 'API to talk to: https, or http to this machine'),
  apiKeyFile: () => new Option('--api-key-file <file>', 'read the API key from a file'),
} as const;

/** How fast requests leave; for every command that sends some. */
export const PACE = [flag.rpm, flag.rpd, flag.ipm, flag.spendRate, flag.tier, flag.noWait] as const;

/** Which store, for every command that looks into it. */
export const STORE = [flag.store, flag.storeLimit] as const;

/** Flags that every command has. */
export const COMMON = [flag.json, flag.quiet, flag.verbose, flag.color] as const;

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { findModel } from '../core/catalogue/catalogue.ts';
import { LANES, SIZES, type Meter, type Model, type Size } from '../core/catalogue/model.ts';
import type { Overlay, OverlayPrice } from '../core/catalogue/overlay.ts';
import { Failure, usageFailure } from '../core/errors.ts';
import { usd, type Usd } from '../core/money.ts';
import { brokenJsonLine, jsonLine } from './jsonline.ts';

const Dollars = z
  .string('a price is a string of dollars, such as "0.045"')
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'a price is a string of dollars, such as "0.045"')
  .transform(usd);

const Calendar = z.iso.date('a day is written as 2026-11-22');

const Flat = z.union([Dollars, z.partialRecord(z.enum(SIZES), Dollars)], {
  error: 'perImage is a price, or a price for each size',
});

const PerMillion = z.strictObject({
  textInput: Dollars.optional(),
  imageInput: Dollars.optional(),
  imageOutput: Dollars.optional(),
  textOutput: Dollars.optional(),
  thinking: Dollars.optional(),
});

const Price = z
  .strictObject({
    model: z.string(),
    lane: z.enum(LANES).default('now'),
    from: Calendar.default('0001-01-01'),
    until: Calendar.nullable().default(null),
    perImage: Flat.optional(),
    perMillion: PerMillion.optional(),
  })
  .refine(({ perImage, perMillion }) => (perImage === undefined) !== (perMillion === undefined), {
    error: 'a price has either perImage or perMillion',
  });

const File = z.strictObject({
  schema: z.literal('pixtab.prices/1'),
  source: z.url({ protocol: /^https$/, error: 'source is an https address' }),
  checked: Calendar,
  note: z.string().optional(),
  prices: z.array(Price).min(1, 'there is no price'),
});

type PriceEntry = z.infer<typeof Price>;

const METERS = [
  ['textInput', 'text input'],
  ['imageInput', 'image input'],
  ['imageOutput', 'image output'],
  ['textOutput', 'text output'],
  ['thinking', 'thinking'],
] as const;

/** Reads a file with the prices of an account or gateway. Whatever is wrong in it is said with its line. */
export async function readOverlay(path: string): Promise<Overlay> {
  return parseOverlay(await textOf(path), path);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Failure('usage', `--prices ${path} cannot be read.`, { cause });
  }
}

export function parseOverlay(text: string, path: string): Overlay {
  const json = parsed(text, path);
  const result = File.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw failureAt(text, path, issue?.path ?? [], issue?.message ?? 'not understood');
  }
  const { source, checked, note, prices } = result.data;
  const cited = { source, checked, confidence: 'high', ...(note === undefined ? {} : { note }) } as const;
  return {
    cited,
    prices: prices.flatMap((entry, index) => {
      const model = known(entry.model, text, path, index);
      return pricesIn(entry).map((price) =>
        checkedSize({ ...price, model: model.id }, model, text, path, index),
      );
    }),
  };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const line = brokenJsonLine(text);
    throw new Failure('usage', `${path}${line === null ? '' : `, line ${line}`}: this is no valid JSON.`, {
      cause,
    });
  }
}

function known(name: string, text: string, path: string, index: number): Model {
  try {
    return findModel(name);
  } catch (cause) {
    const message = cause instanceof Failure ? cause.message : 'unknown model';
    throw failureAt(text, path, ['prices', index, 'model'], message);
  }
}

function checkedSize(
  price: OverlayPrice,
  model: Model,
  text: string,
  path: string,
  index: number,
): OverlayPrice {
  if (price.size === null || model.resolutions[price.size]) return price;
  throw failureAt(
    text,
    path,
    ['prices', index, 'perImage', price.size],
    `${model.name} makes no ${price.size}`,
  );
}

function pricesIn({ model, lane, from, until, perImage, perMillion }: PriceEntry): readonly OverlayPrice[] {
  const row = (meter: Meter, size: Size | null, price: Usd): OverlayPrice => ({
    model,
    lane,
    meter,
    size,
    price,
    from,
    until,
  });
  const rowIf = (price: Usd | undefined, meter: Meter, size: Size | null): readonly OverlayPrice[] =>
    price === undefined ? [] : [row(meter, size, price)];
  if (typeof perImage === 'bigint') return [row('image', null, perImage)];
  const sized = SIZES.flatMap((size) => rowIf(perImage?.[size], 'image', size));
  const metered = METERS.flatMap(([name, meter]) => rowIf(perMillion?.[name], meter, null));
  return [...sized, ...metered];
}

function failureAt(text: string, path: string, at: readonly PropertyKey[], message: string): Failure {
  const name = at.at(-1);
  const where = `${path}, line ${jsonLine(text, at)}`;
  return usageFailure(
    `${where}${typeof name === 'string' ? `, "${name}"` : ''}: ${message.replace(/\.$/, '')}.`,
  );
}

import { findModel } from '../../core/catalogue/catalogue.ts';
import { SIZES, type Meter, type Model, type PriceSource, type Size } from '../../core/catalogue/model.ts';
import type { Overlay, OverlayPrice } from '../../core/catalogue/overlay.ts';
import { Failure } from '../../core/errors.ts';
import type { Usd } from '../../core/pricing/money.ts';
import { checkedJson, failureAt } from '../files/checked-json.ts';
import { readText } from '../files/read-text.ts';
import { PriceFile, type PriceEntry } from './price-file-schema.ts';

const METERS = [
  ['textInput', 'text input'],
  ['imageInput', 'image input'],
  ['imageOutput', 'image output'],
  ['textOutput', 'text output'],
  ['thinking', 'thinking'],
] as const;

/** Reads a file with the prices of an account or gateway. Whatever is wrong in it is said with its line. */
export async function readOverlay(path: string): Promise<Overlay> {
  return parseOverlay(await readText(path, `--prices ${path}`), path);
}

export function parseOverlay(text: string, path: string): Overlay {
  const { source, checked, note, refusals, prices } = checkedJson(text, path, PriceFile);
  const cited: PriceSource = {
    platform: new URL(source).host,
    source,
    checked,
    confidence: 'high',
    ...(note === undefined ? {} : { note }),
  };
  const rows: OverlayPrice[] = [];
  for (const [index, entry] of prices.entries()) {
    const model = modelNamed(entry.model, text, path, ['prices', index, 'model']);
    for (const price of pricesIn({ ...entry, model: model.id })) {
      checkSize(price, model, text, path, index);
      if (rows.some((row) => competes(row, price))) {
        const what = `${price.meter}${price.size === null ? '' : ` ${price.size}`}`;
        const message = `${model.name} has a price for ${what} in lane ${price.lane} on the same days already`;
        throw failureAt(text, path, ['prices', index], message);
      }
      rows.push(price);
    }
  }
  return { cited, refusals, prices: rows };
}

/** Whether two prices hold for the same thing on one day: nobody could say which of them counts. */
const competes = (a: OverlayPrice, b: OverlayPrice): boolean =>
  a.model === b.model &&
  a.lane === b.lane &&
  a.meter === b.meter &&
  a.size === b.size &&
  (a.until === null || b.from < a.until) &&
  (b.until === null || a.from < b.until);

/** The model that a file names at a place. Failure `usage` with the line. */
export function modelNamed(name: string, text: string, path: string, at: readonly PropertyKey[]): Model {
  try {
    return findModel(name);
  } catch (cause) {
    const message = cause instanceof Failure ? cause.message : 'unknown model';
    throw failureAt(text, path, at, message);
  }
}

function checkSize({ size }: OverlayPrice, model: Model, text: string, path: string, index: number): void {
  if (size === null || model.resolutions[size]) return;
  throw failureAt(text, path, ['prices', index, 'perImage', size], `${model.name} makes no ${size}`);
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

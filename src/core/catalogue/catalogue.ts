import { isSoldElsewhere } from './other-services.ts';
import { daysBetween } from '../policy/calendar.ts';
import { Failure, usageFailure } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { excerpt } from '../text/text.ts';
import { NANO_BANANA_21 } from './models/nano-banana-2.1.ts';
import { GEMINI_25_FLASH_IMAGE } from './models/gemini-2.5-flash-image.ts';
import { NANO_BANANA_2 } from './models/nano-banana-2.ts';
import { IMAGEN_4, IMAGEN_4_FAST, IMAGEN_4_ULTRA } from './models/imagen-4.ts';
import { NANO_BANANA_2_LITE } from './models/nano-banana-2-lite.ts';
import {
  type Day,
  type Lane,
  type Meter,
  type Model,
  type Rate,
  type Size,
  type Status,
  LANES,
  SIZES,
} from './model.ts';
import { NANO_BANANA_PRO } from './models/nano-banana-pro.ts';

/** Everything that can or could be bought, the newest first. */
export const MODELS: readonly Model[] = [
  NANO_BANANA_21,
  NANO_BANANA_2_LITE,
  NANO_BANANA_PRO,
  NANO_BANANA_2,
  GEMINI_25_FLASH_IMAGE,
  IMAGEN_4_FAST,
  IMAGEN_4,
  IMAGEN_4_ULTRA,
];

/** Names that people still type for models that ended before this catalogue began. */
const DISCONTINUED: readonly { readonly name: RegExp; readonly end: string; readonly instead: Model }[] = [
  {
    name: /^gemini-2\.0-flash(-preview|-exp)?-image-generation$/,
    end: 'was shut down in November 2025',
    instead: NANO_BANANA_2_LITE,
  },
  { name: /^imagen-3(\.|-|$)/, end: 'was shut down on 2025-11-10', instead: NANO_BANANA_21 },
];

const LONGEST_NAME = 60;

const spelled = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^models\//, '')
    .replaceAll(/[\s_]+/g, '-');

/** Whether a name leaves the choice of the model to pixtab. */
export const isAuto = (name: string): boolean => /^(?:auto|cheapest)$/i.test(name.trim());

/** By id, alias or name, in any case. Unknown names fail with the nearest known one. */
export function findModel(name: string, models: readonly Model[] = MODELS): Model {
  const wanted = spelled(name);
  const found = models.find(({ id, aliases }) => id === wanted || aliases.includes(wanted));
  if (found) return found;
  const discontinued = DISCONTINUED.find((entry) => entry.name.test(wanted));
  if (discontinued) {
    throw new Failure('unavailable-model', `${excerpt(wanted)} ${discontinued.end}.`, {
      hint: `${discontinued.instead.name} replaces it: -m ${discontinued.instead.id}`,
    });
  }
  if (isSoldElsewhere(wanted)) {
    throw usageFailure(
      `${excerpt(name)} is no model of Google's, and pixtab sells those alone.`,
      'pixtab estimate --platforms says what others charge, and which of their models are gone.',
    );
  }
  const near = similar(wanted, models);
  const hint = 'pixtab models lists what there is.';
  throw usageFailure(
    `There is no model "${excerpt(name)}".`,
    near ? `Did you mean ${near}? ${hint}` : hint,
    'pixtab models',
  );
}

function similar(wanted: string, models: readonly Model[]): string | null {
  const names = models.flatMap(({ id, aliases }) => [id, ...aliases]);
  const longer = names.find((name) => name.startsWith(`${wanted}-`));
  return longer ?? nearest(wanted.slice(0, LONGEST_NAME), names);
}

/** The notice for a name that the API takes no longer; null for any other name. */
export function formerName(name: string, model: Model, day: Day): string | null {
  const end = model.endedNames[spelled(name)];
  if (end === undefined || day < end) return null;
  return `${spelled(name)} was shut down on ${end}; the same model is now ${model.id}.`;
}

/** The name by which messages call a model. */
export function nameOf(id: string, models: readonly Pick<Model, 'id' | 'name'>[] = MODELS): string {
  return models.find((model) => model.id === id)?.name ?? id;
}

/** The short name by which tables call a model. */
export function aliasOf(id: string, models: readonly Pick<Model, 'id' | 'aliases'>[] = MODELS): string {
  return models.find((model) => model.id === id)?.aliases[0] ?? id;
}

export function statusOf({ life }: Model, day: Day): Status {
  if (day < life.released) return 'unreleased';
  if (life.shutdown !== null && day >= life.shutdown) return 'retired';
  if (life.closedSince !== null && day >= life.closedSince) return 'restricted';
  if (life.deprecated !== null && day >= life.deprecated) return 'deprecated';
  return 'active';
}

/** Rates in force. Empty where the lane has no known price. */
export function ratesAt(model: Model, lane: Lane, day: Day): readonly Rate[] {
  return model.rates.filter(
    (rate) => rate.lane === lane && rate.from <= day && (rate.until === null || day < rate.until),
  );
}

/** A rate for the size goes before one for all sizes. */
export function rateOf(rates: readonly Rate[], meter: Meter, size: Size): Rate | undefined {
  return (
    rates.find((rate) => rate.meter === meter && rate.size === size) ??
    rates.find((rate) => rate.meter === meter && rate.size === undefined)
  );
}

const STALE_AFTER_DAYS = 60;

/** Whether a price that was checked on one day can still be relied on. */
export const isStale = (checked: Day, day: Day): boolean => daysBetween(checked, day) > STALE_AFTER_DAYS;

/** When prices that are in force were last checked. */
export function catalogueAge(day: Day): {
  readonly checked: Day;
  readonly days: number;
  readonly stale: boolean;
} {
  const checked = MODELS.flatMap((model) => ratesAt(model, 'now', day)).map((rate) => rate.checked);
  const latest = checked.toSorted().at(-1) ?? day;
  return { checked: latest, days: daysBetween(latest, day), stale: isStale(latest, day) };
}

export const lanesOf = (model: Model, day: Day): readonly Lane[] =>
  LANES.filter((lane) => ratesAt(model, lane, day).length > 0);

export const sizesOf = (model: Model): readonly Size[] =>
  SIZES.filter((size) => model.resolutions[size] !== undefined);

import { usd } from '../pricing/money.ts';
import type { Usd } from '../pricing/money.ts';
import { MODELS, lanesOf, ratesAt, statusOf } from './catalogue.ts';
import type { Day, Lane, Meter, Model, Size } from './model.ts';

/** How another catalogue compares on one meter. */
export interface Finding {
  readonly model: string;
  readonly lane: Lane;
  readonly meter: Meter;
  /** null: for every size. */
  readonly size: Size | null;
  readonly verdict: 'same' | 'differs' | 'missing';
  /** Per million tokens, or for a picture. */
  readonly ours: Usd;
  readonly theirs: Usd | null;
}

export type Format = 'litellm' | 'genai-prices';

export interface Comparison {
  readonly format: Format;
  readonly findings: readonly Finding[];
  /** Models of ours that the other catalogue does not know. */
  readonly unknown: readonly string[];
  /** Meters that are priced here and compared with nothing: the other format has no field for them. */
  readonly uncompared: readonly Meter[];
}

/** What the other catalogue charges on a meter; null where it says nothing. */
type Theirs = (lane: Lane, meter: Meter) => Usd | null;

/** Where a format has the price of a meter; the first field that is there counts. */
type Fields = Partial<Record<Meter, readonly string[]>>;

/** Compares with LiteLLM's price map or genai-prices' data, already parsed. null: it is neither. */
export function compare(json: unknown, day: Day, models: readonly Model[] = MODELS): Comparison | null {
  const format = formatOf(json);
  if (format === null) return null;
  const fields = format === 'litellm' ? LITELLM_FIELD : GENAI_FIELD;
  const findings: Finding[] = [];
  const unknown: string[] = [];
  for (const model of models) {
    if (statusOf(model, day) === 'unreleased') continue;
    const theirs = format === 'litellm' ? inLiteLlm(json, model) : inGenaiPrices(json, model, day);
    if (theirs === null) unknown.push(model.id);
    else findings.push(...findingsFor(model, theirs, fields, day));
  }
  const priced = models.flatMap((model) => lanesOf(model, day).flatMap((lane) => ratesAt(model, lane, day)));
  const uncompared = [...new Set(priced.map(({ meter }) => meter))].filter((meter) => !fields[meter]);
  return { format, findings, unknown, uncompared };
}

function findingsFor(model: Model, theirs: Theirs, fields: Fields, day: Day): readonly Finding[] {
  return lanesOf(model, day).flatMap((lane) =>
    ratesAt(model, lane, day)
      .filter(({ meter }) => fields[meter])
      .map(({ meter, size = null, price }) => {
        const found = theirs(lane, meter);
        const verdict = found === null ? 'missing' : found === price ? 'same' : 'differs';
        return { model: model.id, lane, meter, size, verdict, ours: price, theirs: found };
      }),
  );
}

function formatOf(json: unknown): Format | null {
  if (providersIn(json).some((provider) => Array.isArray(field(provider, 'models')))) return 'genai-prices';
  const isPriceMap =
    isObject(json) && Object.values(json).some((entry) => field(entry, 'litellm_provider') !== undefined);
  return isPriceMap ? 'litellm' : null;
}

// ---------------------------------------------------------------- LiteLLM, model_prices_and_context_window.json

const LITELLM_FIELD: Fields = {
  image: ['output_cost_per_image'],
  'image output': ['output_cost_per_image_token'],
  'text output': ['output_cost_per_token'],
  thinking: ['output_cost_per_reasoning_token', 'output_cost_per_token'],
  'text input': ['input_cost_per_token'],
  'image input': ['input_cost_per_image_token', 'input_cost_per_token'],
};

const LITELLM_LANE: Record<Lane, string> = {
  now: '',
  flex: '_flex',
  batch: '_batches',
  priority: '_priority',
};

function inLiteLlm(json: unknown, { id }: Model): Theirs | null {
  const entry = field(json, `gemini/${id}`) ?? field(json, id);
  if (!isObject(entry)) return null;
  return (lane, meter) => {
    const names = LITELLM_FIELD[meter] ?? [];
    const found = names
      .map((name) => field(entry, `${name}${LITELLM_LANE[lane]}`))
      .find((value) => value !== undefined);
    return amountOf(found, meter === 'image' ? 1 : 1_000_000);
  };
}

// ---------------------------------------------------------------- genai-prices, data.json

const GENAI_FIELD: Fields = {
  'image output': ['output_image_mtok'],
  'text output': ['output_text_mtok', 'output_mtok'],
  thinking: ['output_reasoning_mtok', 'output_mtok'],
  'text input': ['input_text_mtok', 'input_mtok'],
  'image input': ['input_image_mtok', 'input_mtok'],
};

function inGenaiPrices(json: unknown, { id }: Model, day: Day): Theirs | null {
  const google = providersIn(json).find((provider) => field(provider, 'id') === 'google');
  const models = field(google, 'models');
  if (!Array.isArray(models)) return null;
  // Patterns of other models may match the id too, so its own entry goes first.
  const model: unknown =
    models.find((one) => field(one, 'id') === id) ?? models.find((one) => matches(field(one, 'match'), id));
  if (model === undefined) return null;
  const prices = pricesOn(field(model, 'prices'), day);
  return (lane, meter) => {
    // The format has no lanes: it only knows the standard price.
    if (lane !== 'now') return null;
    const found = (GENAI_FIELD[meter] ?? [])
      .map((name) => field(prices, name))
      .find((value) => value !== undefined);
    return amountOf(isObject(found) ? field(found, 'base') : found, 1);
  };
}

function providersIn(json: unknown): readonly unknown[] {
  const list: unknown = Array.isArray(json) ? json : field(json, 'providers');
  return Array.isArray(list) ? list : [];
}

function matches(clause: unknown, id: string): boolean {
  const either: unknown = field(clause, 'or');
  if (Array.isArray(either)) return either.some((part) => matches(part, id));
  const all: unknown = field(clause, 'and');
  if (Array.isArray(all)) return all.every((part) => matches(part, id));
  const { equals, starts_with, ends_with, contains } = isObject(clause) ? clause : {};
  if (typeof equals === 'string') return id === equals;
  if (typeof starts_with === 'string') return id.startsWith(starts_with);
  if (typeof ends_with === 'string') return id.endsWith(ends_with);
  return typeof contains === 'string' && id.includes(contains);
}

/** Prices that change with a date come as a list; the last that has begun counts. */
function pricesOn(prices: unknown, day: Day): unknown {
  if (!Array.isArray(prices)) return prices;
  const begun = prices.filter((entry: unknown) => {
    const start = field(field(entry, 'constraint'), 'start_date');
    return typeof start !== 'string' || start <= day;
  });
  return field(begun.at(-1), 'prices');
}

// ---------------------------------------------------------------- JSON of unknown shape

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

/** Their numbers are floats; a nano-dollar is far finer than any price. */
function amountOf(value: unknown, factor: number): Usd | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const dollars = Number(value) * factor;
  return Number.isFinite(dollars) && dollars >= 0 && dollars < 1e12 ? usd(dollars.toFixed(9)) : null;
}

import { LANES, type Cited, type Lane, type Meter, type Model } from '../catalogue/model.ts';
import { MODELS } from '../catalogue/catalogue.ts';
import { remembering } from './remember.ts';

/** What an invoice calls a meter of a model. */
export interface Sku extends Cited {
  readonly description: string;
  /** null where only its words were seen. */
  readonly id: string | null;
  /** Ids of the catalogue; several where it counts them together. */
  readonly models: readonly string[];
  readonly lane: Lane;
  /** Meters of the ledger that it counts together. */
  readonly meters: readonly Meter[];
  /** It counts other models too, text models for instance, so it can only say what is at most. */
  readonly shared: boolean;
}

export const GEMINI_API = 'AEFD-7695-64FA';
export const AGENT_PLATFORM = 'C7E2-9256-1C43';

/** Upper and lower case, underscores and blanks do not tell SKUs apart. */
export const spelledSku = (description: string): string =>
  description
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim();

export interface SkuNames {
  readonly sku: string;
  readonly skuId: string;
}

/** Finds the SKU of an invoice's line: by its id, else by its words. Of two for the same, the first counts: a user's own. */
export function skuFinder(skus: readonly Sku[]): (names: SkuNames) => Sku | null {
  const lastFirst = skus.toReversed();
  const byId = new Map(lastFirst.map((sku) => [sku.id, sku]));
  const byWords = new Map(lastFirst.map((sku) => [spelledSku(sku.description), sku]));
  const byDescription = remembering((sku) => byWords.get(spelledSku(sku)) ?? null);
  return ({ sku, skuId }) => byId.get(skuId) ?? byDescription(sku);
}

/** What a SKU seems to be, from its words alone: to be proposed, never assumed. */
export type SkuGuess = Pick<Sku, 'models' | 'lane' | 'meters'>;

const METER_WORDS: readonly (readonly [words: RegExp, meters: readonly Meter[]])[] = [
  [/cach(ed|ing)|storage/, []],
  [/search|grounding/, ['search']],
  [/image output|output image/, ['image output']],
  [/thinking/, ['thinking']],
  [/image input|input image/, ['image input']],
  [/text input|input text/, ['text input']],
  [/output/, ['text output', 'thinking']],
  [/input/, ['text input', 'image input']],
  [/generation/, ['image']],
];

/** Null unless the words name an image model of the catalogue and something that is counted. */
export function guessOf(description: string, models: readonly Model[] = MODELS): SkuGuess | null {
  const words = spelledSku(description).replace(/-/g, ' ').replace(' native image', ' image');
  const named = models
    .flatMap((model) => namesOf(model).map((name) => ({ model, name })))
    .filter(({ name }) => words.includes(name))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  const rest = named === undefined ? '' : words.replace(named.name, '');
  const worded = METER_WORDS.find(([pattern]) => pattern.test(rest))?.[1] ?? [];
  // What is sold by the picture has no tokens to count.
  const meters: readonly Meter[] = named?.model.wire === 'predict' ? ['image'] : worded;
  if (named === undefined || worded.length === 0) return null;
  return { models: [named.model.id], lane: LANES.find((lane) => rest.includes(lane)) ?? 'now', meters };
}

/** "gemini 3 pro image", "nano banana pro". */
const namesOf = ({ id, name }: Model): readonly string[] =>
  [id, name].map((text) => text.toLowerCase().replace(/-/g, ' '));

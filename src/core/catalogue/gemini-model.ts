import type { Cited, Day, Life, Model, Rate, Size } from './model.ts';
import { THINKING_LEVELS } from './model.ts';
import { searchRates, sizedRate, tokenRates } from './rates.ts';
import type { Terms, TokenPrices } from './rates.ts';

/** What one lane costs, as the pricing page prints it. */
interface LanePrices extends TokenPrices, Omit<Terms, 'from'> {
  /** The day of the release, where it is left out. */
  readonly from?: Day;
  /** Sizes for which the page prints image output by itself. */
  readonly sizes?: readonly { readonly size: Size; readonly image: string; readonly cited: Cited }[];
}

type Own = 'id' | 'name' | 'aliases' | 'resolutions' | 'remainderTokens';
type WithDefault =
  | 'successor'
  | 'output'
  | 'abilities'
  | 'thinkingTokens'
  | 'imageParts'
  | 'endedNames'
  | 'maxOutputTokens';

/** What one Gemini model has of its own. What is left out is as it is with most of them. */
interface GeminiModel extends Pick<Model, Own>, Partial<Pick<Model, WithDefault>> {
  readonly life: Cited & Pick<Life, 'released'> & Partial<Life>;
  readonly inputs: Omit<Model['inputs'], 'maxImages'> & Partial<Model['inputs']>;
  readonly prices: readonly LanePrices[];
}

/** A model of the catalogue out of what is its own; a model with search has it in every lane that has a price. */
export function geminiModel({ aliases, life, inputs, prices, ...own }: GeminiModel): Model {
  const {
    abilities = ['edit', 'commentary', 'chat', 'search', 'drafts'],
    endedNames = {},
    thinkingTokens = {},
  } = own;
  const thinkingLevels = THINKING_LEVELS.filter((level) => thinkingTokens[level]);
  const searchLanes = abilities.includes('search') ? prices.map(({ lane }) => lane) : [];
  return {
    family: 'gemini',
    wire: 'generateContent',
    successor: null,
    output: 'image/jpeg',
    maxPerRequest: 1,
    imageParts: null,
    maxOutputTokens: 65_536,
    ...own,
    abilities,
    endedNames,
    aliases: [...aliases, ...Object.keys(endedNames)],
    life: { deprecated: null, shutdown: null, closedSince: null, claims: [], ...life },
    inputs: { maxImages: 14, ...inputs },
    sendsSize: Object.keys(own.resolutions).length > 1,
    thinkingTokens,
    thinkingLevels,
    thinkingDefault: thinkingLevels[0] ?? null,
    rates: [
      ...prices.flatMap((lane) => ratesOf(lane, life.released)),
      ...searchRates(life.released, searchLanes),
    ],
  };
}

function ratesOf({ sizes = [], ...prices }: LanePrices, released: Day): readonly Rate[] {
  const terms = { from: released, ...prices };
  return [
    ...sizes.map(({ size, image, cited }) => sizedRate(size, image, { ...terms, cited })),
    ...tokenRates(prices, terms),
  ];
}

export const SIZES = ['512', '1K', '2K', '4K'] as const;
export type Size = (typeof SIZES)[number];

export const LEVELS = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'] as const;
export type Level = (typeof LEVELS)[number];

export type Range = readonly [low: number, high: number];
export type ImageType = 'image/jpeg' | 'image/png';
export type Pixels = readonly [width: number, height: number];

/** Whole nano-dollars for one token. Thinking costs what text costs. */
export interface TokenPrices {
  readonly input: bigint;
  readonly text: bigint;
  readonly image: bigint;
}

interface Common {
  readonly id: string;
  /** Other ids that the API takes for this model. */
  readonly aliases?: readonly string[];
  readonly displayName: string;
  readonly description: string;
  readonly version: string;
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  /** What a picture measures at 1K, by aspect; the aspects on offer are its keys. */
  readonly pixels: Readonly<Record<string, Pixels>>;
}

export interface GeminiModel extends Common {
  readonly family: 'gemini';
  /** Image tokens of one picture; the sizes on offer are its keys. */
  readonly tokens: Readonly<Partial<Record<Size, number>>>;
  /** Whether the request may name a size at all. */
  readonly takesSize: boolean;
  readonly output: ImageType;
  /** Tokens of one input picture. */
  readonly inputTokens: number;
  readonly maxInputs: number;
  /** Output tokens beyond the picture's, which the answer counts without a modality. */
  readonly unlisted: Range;
  readonly thinking: Readonly<Partial<Record<Level | 'always', Range>>>;
  /** The level where the request names none; null where a request cannot choose. */
  readonly defaultLevel: Level | null;
  /** Whether pictures carry a thought signature, which has to come back with them. */
  readonly signs: boolean;
  readonly searches: boolean;
  readonly takesSeed: boolean;
  /** Tiers that the model has; a request for another one is served as standard. */
  readonly tiers: readonly string[];
  /** Of the standard tier; account/prices.ts knows what the other lanes make of it. */
  readonly prices: TokenPrices;
}

export interface ImagenModel extends Common {
  readonly family: 'imagen';
  readonly maxSamples: number;
  readonly sizes: readonly Size[];
  /** Whole nano-dollars for one picture that was delivered. */
  readonly price: bigint;
}

export type SandboxModel = GeminiModel | ImagenModel;

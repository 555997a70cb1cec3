import type { Usd } from '../pricing/money.ts';

export const SIZES = ['512', '1K', '2K', '4K'] as const;
export type Size = (typeof SIZES)[number];

/** Width to height, as the API spells it: "16:9". */
export type Aspect = `${number}:${number}`;

/** How an image is bought. `now` is the standard tier. */
export const LANES = ['now', 'flex', 'batch', 'priority'] as const;
export type Lane = (typeof LANES)[number];

/** What a line of a quote or a bill counts. */
export const METERS = [
  'image',
  'image output',
  'text output',
  'thinking',
  'text input',
  'image input',
  'search',
  'charge',
] as const;
export type Meter = (typeof METERS)[number];

/** What quantities are counted in. A seller who states what it charged names the sum for a request. */
export const UNITS = ['token', 'image', 'search', 'request'] as const;
export type Unit = (typeof UNITS)[number];

/** A calendar day in UTC, "2026-11-22"; days compare as strings. */
export type Day = string;

export type Confidence = 'high' | 'medium' | 'low';

/** Where a row of the catalogue comes from. Every row has one. */
export interface Cited {
  /** A URL that a reader can open. */
  readonly source: string;
  /** The day on which the source said so. */
  readonly checked: Day;
  readonly confidence: Confidence;
  readonly note?: string;
}

/** Where a price comes from, and whose it is. */
export interface PriceSource extends Cited {
  /** Who asks this price: the name of a provider, or of whoever a file of prices is from. */
  readonly platform: string;
}

/** What an answer without a picture costs, where the seller says so; the dearer first. */
export const REFUSAL_TERMS = ['charged', 'free'] as const;
export type RefusalTerms = (typeof REFUSAL_TERMS)[number];

/** What one meter costs in one lane, while it is in force. Rates stay as the vendor prints them. */
export interface Rate extends PriceSource {
  readonly meter: Meter;
  readonly lane: Lane;
  /** Only where the price depends on the size of the image. */
  readonly size?: Size;
  readonly price: Usd;
  /** The price is for this many units: 1,000,000 tokens, 1 image, 1,000 searches. */
  readonly per: number;
  readonly unit: Unit;
  readonly from: Day;
  /** First day on which it is no longer in force; null while it stands. */
  readonly until: Day | null;
  /** What the seller takes for an answer without a picture, whatever the answer says. Left out: as the answer says. */
  readonly refusals?: RefusalTerms;
  /** It is Google's, and somebody else sells: what that comes to is an estimate. */
  readonly isGuess?: true;
}

/** What a source says about the end of a model, where sources differ. */
export interface LifeClaim extends Cited {
  readonly says: string;
}

export interface Life extends Cited {
  /** First day on which it could be called, as a preview or not. */
  readonly released: Day;
  readonly deprecated: Day | null;
  /** First day on which calls fail. */
  readonly shutdown: Day | null;
  /** Answers only those who used it before: never a default. */
  readonly closedSince: Day | null;
  readonly claims: readonly LifeClaim[];
  /** Where it ends on another day. */
  readonly elsewhere?: readonly PlatformLife[];
}

/** The end of a model on another platform of its maker, which a gateway may sell from. */
export interface PlatformLife extends Cited {
  readonly platform: string;
  readonly shutdown: Day;
  /** It ends on that day or later. */
  readonly isEarliest: boolean;
}

export type Status = 'unreleased' | 'active' | 'deprecated' | 'restricted' | 'retired';

export interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** One size of a model: what it counts and what it measures. */
export interface Resolution {
  /** Image output tokens of one picture; null for models sold by the picture. */
  readonly tokens: number | null;
  /** By aspect; the keys are the aspects on offer. */
  readonly pixels: Readonly<Record<Aspect, Pixels>>;
}

export const THINKING_LEVELS = ['minimal', 'low', 'medium', 'high'] as const;
export type ThinkingLevel = (typeof THINKING_LEVELS)[number];

/** A number of tokens that is not known beforehand, with what it was seen to be. */
export interface TokenRange extends Cited {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** What a model can do besides making one picture from text. */
export const ABILITIES = ['edit', 'commentary', 'search', 'chat', 'png', 'drafts'] as const;
export type Ability = (typeof ABILITIES)[number];

/** What commentary was called, until everybody took it for letters in the picture. It is still understood. */
export const COMMENTARY_ONCE = 'text';

/** An ability as it is called today. */
export const abilityNow = (word: string): string => (word === COMMENTARY_ONCE ? 'commentary' : word);

export interface Model {
  /** The id the API knows. */
  readonly id: string;
  readonly name: string;
  /** What people type, the old `-preview` ids among them. */
  readonly aliases: readonly string[];
  /** Aliases that the API no longer takes, each with the first day on which calls under it fail. */
  readonly endedNames: Readonly<Record<string, Day>>;
  readonly family: 'gemini' | 'imagen';
  readonly wire: 'generateContent' | 'predict';
  readonly life: Life;
  /** Id of the model that replaces it. */
  readonly successor: string | null;
  readonly resolutions: Readonly<Partial<Record<Size, Resolution>>>;
  /** Whether the size goes into the request: models with one size reject the field. */
  readonly sendsSize: boolean;
  /** Type of the pictures as they come. The bytes decide, this only predicts. */
  readonly output: 'image/jpeg' | 'image/png';
  readonly maxPerRequest: number;
  readonly abilities: readonly Ability[];
  readonly inputs: {
    readonly maxImages: number;
    readonly maxPromptTokens: number;
    /** Tokens of one input image; null where none is accepted. */
    readonly tokensPerImage: TokenRange | null;
  };
  /** Levels that may be asked for; empty where thinking cannot be chosen. */
  readonly thinkingLevels: readonly ThinkingLevel[];
  /** The level pixtab sends when nothing is asked: the cheapest on offer. */
  readonly thinkingDefault: ThinkingLevel | null;
  /** Thinking tokens by level; `always` where it cannot be chosen; empty where there is none. */
  readonly thinkingTokens: Readonly<Partial<Record<ThinkingLevel | 'always', TokenRange>>>;
  /** Output tokens above the image tokens, which the API reports without a modality. */
  readonly remainderTokens: TokenRange | null;
  /** The most tokens of one answer; null for models sold by the picture. */
  readonly maxOutputTokens: number | null;
  /** Image parts in one answer: interim pictures are billed like the final one. */
  readonly imageParts: TokenRange | null;
  readonly rates: readonly Rate[];
  /** The name of the provider that sells it; Google, where it is left out. */
  readonly seller?: string;
}

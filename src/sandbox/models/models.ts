import { FIRST_GENERATION, FOURTEEN, IMAGEN, TEN } from './pixels.ts';

export const SIZES = ['512', '1K', '2K', '4K'] as const;
export type Size = (typeof SIZES)[number];
export const LEVELS = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'] as const;
export type Level = (typeof LEVELS)[number];
export type Range = readonly [low: number, high: number];
export type ImageType = 'image/jpeg' | 'image/png';

interface Common {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly version: string;
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  readonly pixels: Readonly<Record<string, readonly [width: number, height: number]>>;
}

export interface GeminiModel extends Common {
  readonly family: 'gemini';
  /** Image tokens of one picture by size. */
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
  readonly defaultLevel: Level | null;
  readonly signs: boolean;
  readonly searches: boolean;
  readonly takesSeed: boolean;
  /** Tiers that are really used; a request for another one is served as standard. */
  readonly tiers: readonly string[];
}

export interface ImagenModel extends Common {
  readonly family: 'imagen';
  readonly maxSamples: number;
  readonly sizes: readonly Size[];
}

export type SandboxModel = GeminiModel | ImagenModel;

const thirdGeneration = {
  family: 'gemini',
  version: '3.0',
  outputTokenLimit: 32_768,
  takesSize: true,
  output: 'image/jpeg',
  maxInputs: 14,
  signs: true,
  searches: true,
  takesSeed: true,
  tiers: ['standard'],
} as const;

const imagen = {
  family: 'imagen',
  version: '001',
  inputTokenLimit: 480,
  outputTokenLimit: 8192,
  pixels: IMAGEN,
} as const;

/** The sandbox's own notes on the models: what they answer, nothing about what pixtab thinks of them. */
export const MODELS: readonly SandboxModel[] = [
  {
    ...thirdGeneration,
    id: 'gemini-nano-banana-2.1',
    displayName: 'Nano Banana 2.1',
    description: 'Gemini Nano Banana 2.1',
    inputTokenLimit: 65_536,
    outputTokenLimit: 65_536,
    pixels: FOURTEEN,
    tokens: { '1K': 1120, '2K': 1680, '4K': 3780 },
    inputTokens: 560,
    unlisted: [88, 630],
    thinking: { MEDIUM: [350, 600], HIGH: [600, 900] },
    defaultLevel: 'MEDIUM',
    takesSeed: false,
  },
  {
    ...thirdGeneration,
    id: 'gemini-3.1-flash-lite-image',
    displayName: 'Nano Banana 2 Lite',
    description: 'Gemini 3.1 Flash-Lite Image',
    inputTokenLimit: 65_536,
    outputTokenLimit: 65_536,
    pixels: FOURTEEN,
    tokens: { '1K': 1120 },
    takesSize: false,
    inputTokens: 560,
    unlisted: [300, 450],
    thinking: { HIGH: [300, 600] },
    defaultLevel: 'MINIMAL',
    searches: false,
  },
  {
    ...thirdGeneration,
    id: 'gemini-3-pro-image',
    displayName: 'Nano Banana Pro',
    description: 'Gemini 3 Pro Image',
    inputTokenLimit: 131_072,
    pixels: TEN,
    tokens: { '1K': 1120, '2K': 1120, '4K': 2000 },
    inputTokens: 516,
    unlisted: [88, 340],
    thinking: { always: [50, 350] },
    defaultLevel: null,
    tiers: ['standard', 'flex'],
  },
  {
    ...thirdGeneration,
    id: 'gemini-3.1-flash-image',
    displayName: 'Nano Banana 2',
    description: 'Gemini 3.1 Flash Image',
    inputTokenLimit: 65_536,
    outputTokenLimit: 65_536,
    pixels: FOURTEEN,
    tokens: { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 },
    inputTokens: 1120,
    unlisted: [120, 300],
    thinking: { HIGH: [700, 792] },
    defaultLevel: 'MINIMAL',
  },
  {
    ...thirdGeneration,
    id: 'gemini-2.5-flash-image',
    displayName: 'Nano Banana',
    description: 'Gemini 2.5 Flash Image',
    version: '2.0',
    inputTokenLimit: 32_768,
    pixels: FIRST_GENERATION,
    tokens: { '1K': 1290 },
    takesSize: false,
    output: 'image/png',
    inputTokens: 258,
    unlisted: [0, 0],
    thinking: {},
    defaultLevel: null,
    signs: false,
    searches: false,
    tiers: ['standard', 'flex', 'priority'],
  },
  {
    ...imagen,
    id: 'imagen-4.0-fast-generate-001',
    displayName: 'Imagen 4 Fast',
    description: 'Vertex served Imagen 4.0 Fast model',
    maxSamples: 4,
    sizes: ['1K'],
  },
  {
    ...imagen,
    id: 'imagen-4.0-generate-001',
    displayName: 'Imagen 4',
    description: 'Vertex served Imagen 4.0 model',
    maxSamples: 4,
    sizes: ['1K', '2K'],
  },
  {
    ...imagen,
    id: 'imagen-4.0-ultra-generate-001',
    displayName: 'Imagen 4 Ultra',
    description: 'Vertex served Imagen 4.0 ultra model',
    maxSamples: 1,
    sizes: ['1K', '2K'],
  },
];

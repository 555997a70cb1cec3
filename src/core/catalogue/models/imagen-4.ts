import type { Model, Resolution } from '../model.ts';
import { IMAGEN_ASPECTS, scaled } from '../pixels.ts';
import { imageRate } from '../rates.ts';
import { IMAGEN_END, IMAGEN_PRICES, onAgentPlatform } from '../sources.ts';

// https://developers.googleblog.com/en/announcing-imagen-4-fast-and-imagen-4-family-generally-available-in-the-gemini-api/
const RELEASED = '2025-08-15';

type Own = Pick<
  Model,
  'id' | 'name' | 'aliases' | 'endedNames' | 'successor' | 'maxPerRequest' | 'resolutions'
> & { readonly price: string };

/** Imagen never had a half-price lane, whatever articles say: one flat price an image, whatever its size. */
function imagen({ price, aliases, ...own }: Own): Model {
  return {
    ...own,
    aliases: [...aliases, ...Object.keys(own.endedNames)],
    family: 'imagen',
    wire: 'predict',
    life: {
      ...IMAGEN_END,
      released: RELEASED,
      deprecated: '2026-06-15',
      shutdown: '2026-08-17',
      closedSince: null,
      claims: [],
      elsewhere: onAgentPlatform('2026-08-17', IMAGEN_END),
    },
    sendsSize: Object.keys(own.resolutions).length > 1,
    output: 'image/png',
    abilities: ['png'],
    maxOutputTokens: null,
    inputs: { maxImages: 0, maxPromptTokens: 480, tokensPerImage: null },
    thinkingLevels: [],
    thinkingDefault: null,
    thinkingTokens: {},
    remainderTokens: null,
    imageParts: null,
    rates: [imageRate(price, { lane: 'now', from: RELEASED, cited: IMAGEN_PRICES })],
  };
}

const ONE: Resolution = { tokens: null, pixels: IMAGEN_ASPECTS };
const TWO: Resolution = { tokens: null, pixels: scaled(IMAGEN_ASPECTS, 2) };

export const IMAGEN_4_FAST = imagen({
  id: 'imagen-4.0-fast-generate-001',
  name: 'Imagen 4 Fast',
  aliases: ['imagen-4-fast', 'imagen-4.0-fast'],
  endedNames: { 'imagen-4.0-fast-generate-preview-06-06': '2026-02-17' },
  successor: 'gemini-3.1-flash-lite-image',
  resolutions: { '1K': ONE },
  maxPerRequest: 4,
  price: '0.02',
});

export const IMAGEN_4 = imagen({
  id: 'imagen-4.0-generate-001',
  name: 'Imagen 4',
  aliases: ['imagen-4', 'imagen-4.0', 'imagen-4-standard'],
  endedNames: { 'imagen-4.0-generate-preview-06-06': '2026-02-17' },
  successor: 'gemini-nano-banana-2.1',
  resolutions: { '1K': ONE, '2K': TWO },
  maxPerRequest: 4,
  price: '0.04',
});

export const IMAGEN_4_ULTRA = imagen({
  id: 'imagen-4.0-ultra-generate-001',
  name: 'Imagen 4 Ultra',
  aliases: ['imagen-4-ultra', 'imagen-4.0-ultra'],
  endedNames: { 'imagen-4.0-ultra-generate-preview-06-06': '2026-02-17' },
  successor: 'gemini-3-pro-image',
  resolutions: { '1K': ONE, '2K': TWO },
  maxPerRequest: 1,
  price: '0.06',
});

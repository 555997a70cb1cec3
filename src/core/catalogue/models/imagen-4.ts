import type { Model, Resolution, Size } from '../model.ts';
import { IMAGEN, scaled } from '../pixels.ts';
import { imageRate } from '../rates.ts';
import { IMAGEN_END, IMAGEN_PRICES } from '../sources.ts';

// https://developers.googleblog.com/en/announcing-imagen-4-fast-and-imagen-4-family-generally-available-in-the-gemini-api/
const RELEASED = '2025-08-15';

type Differs = Pick<Model, 'id' | 'name' | 'aliases' | 'successor' | 'maxPerRequest' | 'sendsSize'> & {
  readonly price: string;
  readonly resolutions: Readonly<Partial<Record<Size, Resolution>>>;
};

/** Imagen never had a half-price lane, whatever articles say: one flat price an image, whatever its size. */
function imagen({ price, ...differs }: Differs): Model {
  return {
    ...differs,
    family: 'imagen',
    wire: 'predict',
    life: {
      ...IMAGEN_END,
      released: RELEASED,
      deprecated: '2026-06-15',
      shutdown: '2026-08-17',
      closedSince: null,
      claims: [],
    },
    output: 'image/png',
    abilities: ['png'],
    inputs: { maxImages: 0, maxPromptTokens: 480, tokensPerImage: null },
    thinkingLevels: [],
    thinkingDefault: null,
    thinkingTokens: {},
    remainderTokens: null,
    imageParts: null,
    rates: [imageRate(price, { lane: 'now', from: RELEASED, cited: IMAGEN_PRICES })],
  };
}

const ONE: Resolution = { tokens: null, pixels: IMAGEN };
const TWO: Resolution = { tokens: null, pixels: scaled(IMAGEN, 2) };

export const IMAGEN_4_FAST = imagen({
  id: 'imagen-4.0-fast-generate-001',
  name: 'Imagen 4 Fast',
  aliases: ['imagen-4-fast', 'imagen-4.0-fast', 'imagen-4.0-fast-generate-preview-06-06'],
  successor: 'gemini-3.1-flash-lite-image',
  resolutions: { '1K': ONE },
  sendsSize: false,
  maxPerRequest: 4,
  price: '0.02',
});

export const IMAGEN_4 = imagen({
  id: 'imagen-4.0-generate-001',
  name: 'Imagen 4',
  aliases: ['imagen-4', 'imagen-4.0', 'imagen-4-standard', 'imagen-4.0-generate-preview-06-06'],
  successor: 'gemini-nano-banana-2.1',
  resolutions: { '1K': ONE, '2K': TWO },
  sendsSize: true,
  maxPerRequest: 4,
  price: '0.04',
});

export const IMAGEN_4_ULTRA = imagen({
  id: 'imagen-4.0-ultra-generate-001',
  name: 'Imagen 4 Ultra',
  aliases: ['imagen-4-ultra', 'imagen-4.0-ultra', 'imagen-4.0-ultra-generate-preview-06-06'],
  successor: 'gemini-3-pro-image',
  resolutions: { '1K': ONE, '2K': TWO },
  sendsSize: true,
  maxPerRequest: 1,
  price: '0.06',
});

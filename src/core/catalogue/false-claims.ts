import { restated, type Failure } from '../errors.ts';
import type { Usd } from '../pricing/money.ts';
import { usd } from '../pricing/money.ts';
import type { Cited, Day, Lane, Model, Size } from './model.ts';
import { IMAGEN_END, IMAGEN_PRICES, PRICES_OCTOBER, PRICES_SEPTEMBER } from './sources.ts';

/** A price or a feature that is widely claimed and cannot be bought. It is shown beside the real price, and enters no sum. */
export interface Claim {
  readonly says: string;
  /** Who says so; `url` where the page is known. */
  readonly by: string;
  readonly url: string | null;
  readonly said: Day;
  /** The price that is claimed. */
  readonly price: Usd | null;
  /** Why it cannot be bought. */
  readonly why: string;
  readonly evidence: Cited;
  readonly about: (model: Model) => boolean;
  /** Where it concerns one lane or size only. */
  readonly lane?: Lane;
  readonly sizes?: readonly Size[];
}

const GUIDE = { by: 'a widely read pricing guide', url: null, said: '2026-03-01' };

const isImagen = ({ family }: Model): boolean => family === 'imagen';
const isPro = ({ id }: Model): boolean => id === 'gemini-3-pro-image';

export const CLAIMS: readonly Claim[] = [
  {
    says: 'Imagen 4 costs half in batch: $0.01 for Fast, $0.03 for Ultra',
    by: 'The Universal Commerce Protocol',
    url: 'https://theuniversalcommerceprotocol.com/?p=5809',
    said: '2026-03-01',
    price: usd('0.01'),
    why: 'Imagen never had a batch lane: Google says that it is not compatible with the Batch API',
    evidence: {
      ...IMAGEN_PRICES,
      source: 'https://github.com/google-gemini/cookbook/blob/main/quickstarts/Batch_mode.ipynb',
    },
    about: isImagen,
    lane: 'batch',
  },
  {
    says: 'Imagen 4 Fast at $0.02 is the cheapest picture at Google',
    by: 'laozhang.ai',
    url: 'https://blog.laozhang.ai/en/posts/cheapest-gemini-image-generation-api',
    said: '2026-02-01',
    price: usd('0.02'),
    why: 'it was, until Imagen was shut down on 2026-08-17',
    evidence: IMAGEN_END,
    about: ({ id }) => id === 'imagen-4.0-fast-generate-001',
  },
  {
    says: 'Imagen 4 draws 512 to 4096 pixels at one price, so Ultra at 4K saves 60 %',
    ...GUIDE,
    price: usd('0.06'),
    why: 'Imagen drew 1K and 2K alone',
    evidence: IMAGEN_PRICES,
    about: isImagen,
    sizes: ['512', '4K'],
  },
  {
    says: 'a free API key makes 100 to 500 pictures a day',
    by: 'laozhang.ai',
    url: 'https://blog.laozhang.ai/en/posts/gemini-3-pro-image-free-tier',
    said: '2026-02-01',
    price: usd('0'),
    why: 'no image model has a free API tier: a free key answers 429 with "limit: 0". AI Studio in the browser is free, with limits that Google does not publish',
    evidence: PRICES_SEPTEMBER,
    about: ({ family }) => family === 'gemini',
  },
  {
    says: 'Nano Banana Pro draws 2048 pixels at most',
    ...GUIDE,
    price: null,
    why: 'it draws 4K, for $0.24',
    evidence: PRICES_OCTOBER,
    about: isPro,
    sizes: ['4K'],
  },
  {
    says: 'Nano Banana Pro cannot edit in several turns',
    ...GUIDE,
    price: null,
    why: 'it edits, with up to 14 input images',
    evidence: PRICES_OCTOBER,
    about: isPro,
  },
];

export const claimsAbout = (model: Model): readonly Claim[] => CLAIMS.filter(({ about }) => about(model));

/** Whether a claim is on just what is asked for, not only on its model. */
export const concerns = (
  { lane, sizes = [] }: Claim,
  asked: { readonly lane: Lane; readonly size: Size | null },
): boolean => lane === asked.lane || sizes.some((size) => size === asked.size);

/** A refusal that also names who promised what was asked for, and why it cannot be bought. */
export function refuted(
  refusal: Failure,
  model: Model,
  asked: { readonly lane: Lane; readonly size: Size | null },
): Failure {
  const claim = claimsAbout(model).find((one) => concerns(one, asked));
  if (claim === undefined) return refusal;
  const { says, by, why, evidence } = claim;
  const hint =
    `"${says}" (${by}): ${why} (${evidence.source}, ${evidence.checked}). ${refusal.hint ?? ''}`.trim();
  return restated(refusal, { hint, cause: refusal });
}

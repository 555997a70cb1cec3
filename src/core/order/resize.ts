import type { Aspect, Model, Pixels, Size } from '../catalogue/model.ts';
import { SIZES } from '../catalogue/model.ts';
import { isAspect } from './aspect.ts';

export const FITS = ['cover', 'contain', 'inside'] as const;
/** `cover` fills it and crops, `contain` fills it and adds margins, `inside` only gets as large as fits. */
export type Fit = (typeof FITS)[number];

/** What a picture is brought to after it came. */
export interface Resize extends Pixels {
  readonly fit: Fit;
}

/** An exact size is cropped out of something larger. Only where a model makes nothing so large it is enlarged, at most by this. */
export const MOST_ENLARGED = 1.5;

/** By how much a picture is enlarged to be brought to a size; 1 where it is not. */
export function enlargement(made: Pixels, { width, height, fit }: Resize): number {
  const scales = [width / made.width, height / made.height];
  if (fit === 'inside') return 1;
  return Math.max(1, fit === 'cover' ? Math.max(...scales) : Math.min(...scales));
}

export interface Exact {
  readonly size: Size;
  readonly aspect: Aspect;
  /** By how much the picture is scaled before it is cropped; above 1 it is enlarged. */
  readonly scale: number;
}

export interface ExactWish {
  readonly size?: Size | null;
  readonly aspect?: Aspect | null;
  /** Whether it may be enlarged where nothing covers the target. */
  readonly enlarge?: boolean | undefined;
}

/** The cheapest size, and of it the ratio of which least is cropped away, that makes exactly so many pixels; null when the model cannot. */
export function planExact(
  { resolutions }: Pick<Model, 'resolutions'>,
  target: Pixels,
  { size: asked = null, aspect: shape = null, enlarge = false }: ExactWish = {},
): Exact | null {
  const made = SIZES.flatMap((size) =>
    Object.entries(resolutions[size]?.pixels ?? {}).flatMap(([aspect, pixels]) =>
      isAspect(aspect) ? [candidate(size, aspect, pixels, target)] : [],
    ),
  ).filter(({ size, aspect }) => (asked ?? size) === size && (shape ?? aspect) === aspect);
  const covering = made.filter(({ scale }) => scale <= 1).toSorted(byPriceThenLoss);
  if (covering[0] || !enlarge) return covering[0] ?? null;
  // The larger the picture, the less it has to be enlarged.
  return made.filter(({ scale }) => scale <= MOST_ENLARGED).toSorted((a, b) => a.scale - b.scale)[0] ?? null;
}

interface Candidate extends Exact {
  /** Pixels of the scaled picture: what is more than the target is cropped away. */
  readonly area: number;
}

function candidate(size: Size, aspect: Aspect, made: Pixels, target: Pixels): Candidate {
  const scale = Math.max(target.width / made.width, target.height / made.height);
  return { size, aspect, scale, area: made.width * made.height * scale ** 2 };
}

/** A price depends on the size alone, and a larger size never costs less. */
const byPriceThenLoss = (a: Candidate, b: Candidate): number =>
  SIZES.indexOf(a.size) - SIZES.indexOf(b.size) || a.area - b.area;

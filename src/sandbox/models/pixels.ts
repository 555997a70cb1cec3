import type { SandboxModel, Size } from './types.ts';

/** What a picture measures at 1K, by aspect. */
export const TEN = {
  '1:1': [1024, 1024],
  '2:3': [848, 1264],
  '3:2': [1264, 848],
  '3:4': [896, 1200],
  '4:3': [1200, 896],
  '4:5': [928, 1152],
  '5:4': [1152, 928],
  '9:16': [768, 1376],
  '16:9': [1376, 768],
  '21:9': [1584, 672],
} as const;

export const FOURTEEN = {
  '1:1': TEN['1:1'],
  '1:4': [512, 2048],
  '1:8': [384, 3072],
  '2:3': TEN['2:3'],
  '3:2': TEN['3:2'],
  '3:4': TEN['3:4'],
  '4:1': [2048, 512],
  '4:3': TEN['4:3'],
  '4:5': TEN['4:5'],
  '5:4': TEN['5:4'],
  '8:1': [3072, 384],
  '9:16': TEN['9:16'],
  '16:9': TEN['16:9'],
  '21:9': TEN['21:9'],
} as const;

export const FIRST_GENERATION = {
  '1:1': [1024, 1024],
  '2:3': [832, 1248],
  '3:2': [1248, 832],
  '3:4': [864, 1184],
  '4:3': [1184, 864],
  '4:5': [896, 1152],
  '5:4': [1152, 896],
  '9:16': [768, 1344],
  '16:9': [1344, 768],
  '21:9': [1536, 672],
} as const;

export const IMAGEN = {
  '1:1': [1024, 1024],
  '3:4': [896, 1280],
  '4:3': [1280, 896],
  '9:16': [768, 1408],
  '16:9': [1408, 768],
} as const;

const SCALE: Readonly<Record<Size, number>> = { '512': 0.5, '1K': 1, '2K': 2, '4K': 4 };

/** What a picture of this size and aspect measures; null where the model has no such aspect. */
export function measure(
  model: SandboxModel,
  size: Size,
  aspect: string,
): { width: number; height: number } | null {
  const base = Object.hasOwn(model.pixels, aspect) ? model.pixels[aspect] : undefined;
  if (!base) return null;
  return { width: base[0] * SCALE[size], height: base[1] * SCALE[size] };
}

/** The aspect on offer that comes nearest to the given measures. */
export function nearestAspect(model: SandboxModel, width: number, height: number): string {
  const distance = ([w, h]: readonly [number, number]): number =>
    Math.abs(Math.log((w * height) / (h * width)));
  const [first] = Object.entries(model.pixels).sort(([, a], [, b]) => distance(a) - distance(b));
  return first?.[0] ?? '1:1';
}

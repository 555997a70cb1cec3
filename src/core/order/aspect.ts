import type { Aspect, Pixels } from '../catalogue/model.ts';

/** How far two ratios are apart: 1 where they are the same, 1.5 where one is half as wide again as the other. */
export function ratioGap(a: Pixels, b: Pixels): number {
  const gap = (a.width * b.height) / (a.height * b.width);
  return gap < 1 ? 1 / gap : gap;
}

const ASPECT = /^([1-9]\d*):([1-9]\d*)$/;

export const isAspect = (text: string): text is Aspect => ASPECT.test(text);

/** "16:9" as numbers. */
export function ratioOf(aspect: Aspect): Pixels {
  const [, width = '1', height = '1'] = ASPECT.exec(aspect) ?? [];
  return { width: Number(width), height: Number(height) };
}

/** Of the aspects on offer, the one nearest to a picture's own ratio; the squarer of two that are as near. */
export function nearestAspect(offered: Readonly<Record<Aspect, Pixels>>, like: Pixels): Aspect | null {
  const square = { width: 1, height: 1 };
  const found = Object.keys(offered)
    .filter(isAspect)
    .map((aspect) => ({
      aspect,
      gap: ratioGap(ratioOf(aspect), like),
      length: ratioGap(ratioOf(aspect), square),
    }))
    .toSorted((a, b) => a.gap - b.gap || a.length - b.length)[0];
  return found?.aspect ?? null;
}

import type { Canvas, Ridge } from './canvas.ts';
import { type Color, mix } from './color.ts';
import type { Random } from '../random.ts';
import type { Palette } from './palette.ts';
import type { Sun } from './sky.ts';

export interface Scenery {
  /** What lies behind a thing that stands in it. */
  readonly behind: string;
  readonly before: string;
  /** Where a thing stands. */
  readonly ground: Ridge;
}

export interface Ground {
  readonly canvas: Canvas;
  readonly horizon: number;
  readonly sun: Sun;
  readonly colors: Palette;
  readonly random: Random;
}

/** The colour at a depth: 0 is as far as the eye reaches, 1 is at one's feet. */
export const atDepth = ({ horizon, middle, near }: Palette, depth: number): Color =>
  mix(mix(horizon, middle, 0.55), near, 0.12 + 0.88 * depth ** 0.85);

import type { Random } from '../random.ts';
import type { Palette } from './palette.ts';

/** The sheet that is drawn on, in pixels. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** What everything on the sheet is measured in, so that a banner is no stretched square. */
  readonly unit: number;
}

export const canvas = (width: number, height: number): Canvas => ({
  width,
  height,
  // A fifth of the long side keeps a narrow strip from being all detail.
  unit: Math.max(Math.min(width, height), Math.max(width, height) / 5),
});

/** The height of the ground at every place from left to right. */
export type Ridge = (x: number) => number;

export interface Sun {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** What every part of one picture is drawn with. */
export interface SceneContext {
  readonly canvas: Canvas;
  readonly horizon: number;
  readonly sun: Sun;
  readonly colors: Palette;
  readonly random: Random;
}

/** A landscape in two halves, so that a thing can stand between them. */
export interface Scenery {
  readonly behind: string;
  readonly before: string;
  /** Where a thing stands. */
  readonly ground: Ridge;
}

/** A number as it goes into the drawing: a tenth of a pixel is fine enough. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

/** Everything below a ridge, down to the lower edge. */
export function below(ridge: Ridge, { width, height, unit }: Canvas, fill: string): string {
  const step = unit / 70;
  const points: string[] = [];
  for (let x = 0; x < width + step; x += step) points.push(`${px(x)} ${px(ridge(x))}`);
  return `<path d="M0 ${px(height)}L${points.join('L')}V${px(height)}Z" fill="${fill}"/>`;
}

/** Polygons of one colour in one path: thousands of shapes cost little more than one. */
export function polygons(
  shapes: readonly (readonly (readonly [x: number, y: number])[])[],
  fill: string,
): string {
  const paths = shapes.map((shape) => `M${shape.map(([x, y]) => `${px(x)} ${px(y)}`).join('L')}Z`);
  return `<path d="${paths.join('')}" fill="${fill}"/>`;
}

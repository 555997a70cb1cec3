/** The sheet that is drawn on, in pixels. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** The measure of everything on it, so that a banner is no stretched square. */
  readonly unit: number;
}

export const canvas = (width: number, height: number): Canvas => ({
  width,
  height,
  // A fifth of the long side keeps a narrow strip from being all detail.
  unit: Math.max(Math.min(width, height), Math.max(width, height) / 5),
});

/** A height for every place from left to right. */
export type Ridge = (x: number) => number;

export const n = (value: number): string => String(Math.round(value * 10) / 10);

/** Everything below a ridge, down to the lower edge. */
export function below(ridge: Ridge, { width, height, unit }: Canvas, fill: string): string {
  const step = unit / 70;
  const points: string[] = [];
  for (let x = 0; x < width + step; x += step) points.push(`${n(x)} ${n(ridge(x))}`);
  return `<path d="M0 ${n(height)}L${points.join('L')}V${n(height)}Z" fill="${fill}"/>`;
}

/** Polygons of one colour in one path: thousands of shapes cost little more than one. */
export function polygons(
  shapes: readonly (readonly (readonly [x: number, y: number])[])[],
  fill: string,
): string {
  const paths = shapes.map((shape) => `M${shape.map(([x, y]) => `${n(x)} ${n(y)}`).join('L')}Z`);
  return `<path d="${paths.join('')}" fill="${fill}"/>`;
}

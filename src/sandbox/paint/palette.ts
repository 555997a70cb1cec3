import type { Random } from '../random.ts';

/** "#rrggbb" */
export type Color = `#${string}`;

export type Hour = 'dawn' | 'day' | 'dusk' | 'night';

/** The colours of one picture; every other colour is mixed from these. */
export interface Palette {
  readonly hour: Hour;
  readonly top: Color;
  readonly middle: Color;
  readonly horizon: Color;
  /** Sun, moon, lamps. */
  readonly light: Color;
  /** What is close: the darkest of all. */
  readonly near: Color;
  /** A strong colour for small things: stripes, sails, roofs. */
  readonly accent: Color;
}

type Colors = readonly [top: Color, middle: Color, horizon: Color, light: Color, near: Color, accent: Color];

const COLORS: Record<Hour, readonly [Colors, ...Colors[]]> = {
  dawn: [
    ['#6f87b8', '#e3aeb0', '#fbdcb4', '#fff4dc', '#3d3b5c', '#c8553d'],
    ['#7fa3b5', '#c9cfc4', '#f6dfc0', '#fff6e3', '#33474f', '#d0704a'],
    ['#8d86b5', '#e5b3c2', '#fbe3cf', '#fff2e0', '#44395c', '#b8475f'],
  ],
  day: [
    ['#4d97cf', '#9ccce6', '#eef4e6', '#fffbe8', '#23524d', '#d1493f'],
    ['#3f86b8', '#a6d5d8', '#f3efd9', '#fffae0', '#35543a', '#e07a3f'],
    ['#6aa9d6', '#bfe0ea', '#fdf3df', '#fffdf0', '#2c4a66', '#cf4b5a'],
  ],
  dusk: [
    ['#2a2b5f', '#a9527f', '#f79d5e', '#ffe3b0', '#1b1836', '#c9412f'],
    ['#20365e', '#7d5f8f', '#f2a07b', '#ffe6c2', '#161f38', '#d9573a'],
    ['#3b2354', '#b84668', '#fdb35f', '#fff0bd', '#23132f', '#b5342f'],
    ['#1f3f57', '#6f7f86', '#f3b984', '#fff0cf', '#14262f', '#c65a35'],
  ],
  night: [
    ['#080d26', '#18244f', '#46578a', '#f4f0d8', '#050817', '#a63a3a'],
    ['#071a24', '#123a48', '#3f7078', '#eef5e4', '#041014', '#b5503a'],
    ['#140d2b', '#2f2257', '#6a568f', '#f7ecdc', '#0a0618', '#a83a55'],
  ],
};

/** How many degrees a palette may be turned on the colour wheel and still look like its hour. */
const DRIFT = 14;

export function palette(hour: Hour, random: Random): Palette {
  const colors = random.pick(COLORS[hour]);
  const drift = random.between(-DRIFT, DRIFT);
  const [top, middle, horizon, light, near, accent] = colors;
  return {
    hour,
    top: turned(top, drift),
    middle: turned(middle, drift),
    horizon: turned(horizon, drift),
    light,
    near: turned(near, drift),
    accent,
  };
}

/** The colour of the land at a depth: 0 is at the horizon, 1 is at the viewer's feet. */
export const atDepth = ({ horizon, middle, near }: Palette, depth: number): Color =>
  mix(mix(horizon, middle, 0.55), near, 0.12 + 0.88 * depth ** 0.85);

/** `share` of `to` in `from`: 0 is `from`, 1 is `to`. */
export function mix(from: Color, to: Color, share: number): Color {
  const a = channels(from);
  const b = channels(to);
  return hex(a.map((value, index) => value + ((b[index] ?? value) - value) * share));
}

/** The same lightness and strength, elsewhere on the colour wheel. */
function turned(color: Color, degrees: number): Color {
  const [red = 0, green = 0, blue = 0] = channels(color);
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const third = (1 - cos) / 3;
  const side = Math.sin(angle) / Math.sqrt(3);
  // Rotation about the grey axis of the colour cube.
  return hex([
    red * (cos + third) + green * (third - side) + blue * (third + side),
    red * (third + side) + green * (cos + third) + blue * (third - side),
    red * (third - side) + green * (third + side) + blue * (cos + third),
  ]);
}

const channels = (color: Color): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

const hex = (values: readonly number[]): Color =>
  `#${values
    .map((value) =>
      Math.min(255, Math.max(0, Math.round(value)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

import { below, polygons, px, type Ridge, type SceneContext, type Scenery } from './canvas.ts';
import { atDepth, type Color, mix, type Palette } from './palette.ts';
import { sea } from './sea.ts';
import { skyline } from './skyline.ts';
import type { Land } from './subject.ts';

const DRAW: Record<Land, (context: SceneContext) => Scenery> = {
  hills: (context) => layers(context, 5, rolling, () => ''),
  dunes: (context) => layers({ ...context, colors: sandy(context.colors) }, 4, dune, () => ''),
  forest: (context) => layers(context, 5, rolling, conifers),
  peaks: (context) => {
    const { behind, before, ground } = layers(context, 3, rolling, conifers);
    return { behind: mountains(context) + behind, before, ground };
  },
  sea,
  city: skyline,
};

export const land = (kind: Land, context: SceneContext): Scenery => DRAW[kind](context);

type Shape = (context: SceneContext, base: number, depth: number) => Ridge;
type Plants = (context: SceneContext, ridge: Ridge, depth: number, fill: Color) => string;

/** Hills one behind the other, each with what grows on it; a thing stands on the last but one. */
function layers(context: SceneContext, count: number, shape: Shape, plants: Plants): Scenery {
  const { canvas, horizon, colors } = context;
  const drawn: string[] = [];
  let ground: Ridge = () => horizon;
  for (let layer = 0; layer < count; layer += 1) {
    const depth = layer / (count - 1);
    const base = horizon + (canvas.height - horizon) * (0.02 + 0.78 * depth);
    const ridge = shape(context, base, depth);
    const fill = atDepth(colors, depth);
    drawn.push(plants(context, ridge, depth, fill) + below(ridge, canvas, fill));
    if (layer === count - 2) ground = ridge;
  }
  return { behind: drawn.slice(0, -1).join(''), before: drawn.at(-1) ?? '', ground };
}

function rolling(
  { canvas: { unit, height }, horizon, random }: SceneContext,
  base: number,
  depth: number,
): Ridge {
  const tall = Math.min(unit, (height - horizon) * 1.6) * (0.085 + 0.03 * depth);
  const long = unit * random.between(0.7, 1.2);
  const [first, second, third] = [random.between(0, 7), random.between(0, 7), random.between(0, 7)];
  return (x) =>
    base -
    tall *
      (0.62 * Math.sin((x / long) * 6.283 + first) +
        0.28 * Math.sin((x / long) * 14.1 + second) +
        0.06 * Math.sin((x / long) * 41 + third));
}

/** A long windward slope and a short steep one. */
function dune(
  { canvas: { unit, height }, horizon, random }: SceneContext,
  base: number,
  depth: number,
): Ridge {
  const tall = Math.min(unit, (height - horizon) * 1.6) * (0.1 + 0.06 * depth);
  const long = unit * random.between(0.6, 1);
  const phase = random.between(0, 7);
  return (x) => {
    const angle = (x / long) * 6.283 + phase;
    return (
      base - tall * (0.6 * Math.sin(angle + 0.55 * Math.sin(angle)) + 0.25 * Math.sin(angle * 0.43 + phase))
    );
  };
}

const sandy = (colors: Palette): Palette => ({
  ...colors,
  middle: mix(colors.middle, '#e0a060', colors.hour === 'night' ? 0.25 : 0.7),
  near: mix(colors.near, '#7a3d22', colors.hour === 'night' ? 0.3 : 0.75),
});

function conifers(
  { canvas: { width, unit }, random }: SceneContext,
  ridge: Ridge,
  depth: number,
  fill: Color,
): string {
  const tall = unit * (0.035 + 0.13 * depth ** 1.3);
  const shapes: [number, number][][] = [];
  for (let x = -tall * 0.3; x < width + tall * 0.3; x += tall * random.between(0.22, 0.5)) {
    const height = tall * random.between(0.6, 1.15);
    const foot = ridge(x) + tall * 0.08;
    const half = height * 0.21;
    const tier = (share: number, reach: number, side: number): [number, number] => [
      x + side * half * reach,
      foot - height * share,
    ];
    shapes.push([
      tier(1, 0, 0),
      tier(0.62, 0.62, 1),
      tier(0.66, 0.3, 1),
      tier(0.32, 0.85, 1),
      tier(0.36, 0.4, 1),
      tier(0, 1, 1),
      tier(0, 1, -1),
      tier(0.36, 0.4, -1),
      tier(0.32, 0.85, -1),
      tier(0.66, 0.3, -1),
      tier(0.62, 0.62, -1),
    ]);
  }
  return polygons(shapes, fill);
}

/** Two ranges, each mountain with a lit side, a shaded side and snow. */
function mountains({ canvas: { width, height, unit }, horizon, sun, colors, random }: SceneContext): string {
  const drawn: string[] = [];
  const floor = horizon + (height - horizon) * 0.35;
  for (const depth of [0.1, 0.32]) {
    const fill = atDepth(colors, depth);
    const shade = mix(fill, colors.near, 0.3);
    const snow = mix(fill, colors.hour === 'night' ? '#aebbe0' : '#ffffff', 0.72);
    const step = unit * (0.34 - depth * 0.3);
    for (let x = -step * random.between(0.1, 0.6); x < width + step; x += step * random.between(0.7, 1.15)) {
      const rise = unit * random.between(0.2, 0.42) * (1.15 - depth);
      const tall = Math.min(rise, horizon * 0.7) + (floor - horizon);
      const top = floor - tall;
      const half = tall * random.between(0.75, 1);
      const dark = sun.x < x ? 1 : -1;
      const at = (side: number, down: number): [number, number] => [
        x + side * half * down,
        top + tall * down,
      ];
      drawn.push(
        polygons([[at(0, 0), at(-1, 1), at(1, 1)]], fill),
        polygons(
          [[at(0, 0), at(0.12 * dark, 0.3), at(-0.1 * dark, 0.55), at(0.1 * dark, 1), at(dark, 1)]],
          shade,
        ),
        polygons(
          [
            [
              at(0, 0),
              at(1, 0.24),
              at(0.5, 0.2),
              at(0.25, 0.3),
              at(-0.1, 0.21),
              at(-0.45, 0.29),
              at(-1, 0.2),
            ],
          ],
          snow,
        ),
      );
    }
  }
  return `${drawn.join('')}<rect y="${px(floor)}" width="${px(width)}" height="${px(height - floor)}" fill="${atDepth(colors, 0.3)}"/>`;
}

import { below, polygons, px, type Ridge, type SceneContext, type Scenery } from './canvas.ts';
import { atDepth, mix } from './palette.ts';

/** Open water to the horizon, light on it, and waves in front. */
export function sea(context: SceneContext): Scenery {
  const { canvas, horizon, colors, random } = context;
  const { width, height } = canvas;
  const deep = height - horizon;
  const bands = [0.34, 0.52, 0.74].map((depth, band) => {
    const fill = mix(atDepth(colors, depth), colors.top, 0.25);
    return below(wave(context, horizon + deep * (0.3 + 0.24 * band), band), canvas, fill);
  });
  const float = horizon + deep * random.between(0.2, 0.26);
  return {
    behind: [islands(context), water(context), glitter(context)].join(''),
    before: bands.join(''),
    ground: (x) => float + Math.sin((x / width) * 6) * canvas.unit * 0.002,
  };
}

function water({ canvas: { width, height }, horizon, colors }: SceneContext): string {
  const far = mix(colors.horizon, colors.middle, 0.5);
  const close = mix(atDepth(colors, 0.5), colors.top, 0.35);
  return `<defs><linearGradient id="water" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${far}"/><stop offset="1" stop-color="${close}"/></linearGradient></defs>
<rect y="${px(horizon)}" width="${px(width)}" height="${px(height - horizon)}" fill="url(#water)"/>`;
}

/** The reflection of the sun: bars that become wider and fewer towards the viewer. */
function glitter({ canvas: { height, unit }, horizon, sun, colors, random }: SceneContext): string {
  const deep = (height - horizon) * 0.62;
  const bars: string[] = [];
  for (let y = unit * 0.006; y < deep; y += unit * random.between(0.011, 0.017) * (1 + y / deep)) {
    const half = sun.radius * random.between(0.35, 0.95) * (0.7 + (0.9 * y) / deep);
    const thick = unit * 0.0035 * (1 + (1.6 * y) / deep);
    const x = sun.x - half + unit * random.between(-0.014, 0.014);
    bars.push(
      `<rect x="${px(x)}" y="${px(horizon + y)}" width="${px(half * 2)}" height="${px(thick)}" rx="${px(thick / 2)}"/>`,
    );
  }
  return `<g fill="${colors.light}" fill-opacity="${colors.hour === 'night' ? 0.5 : 0.62}">${bars.join('')}</g>`;
}

function islands({ canvas: { width, unit }, horizon, colors, random }: SceneContext): string {
  const shapes: [number, number][][] = [];
  const count = random.whole(0, 2);
  for (let island = 0; island < count; island += 1) {
    const x = width * random.between(0, 1);
    const half = unit * random.between(0.12, 0.3);
    const tall = unit * random.between(0.015, 0.04);
    shapes.push([
      [x - half, horizon + 1],
      [x - half * 0.55, horizon - tall * 0.5],
      [x - half * 0.2, horizon - tall],
      [x + half * 0.15, horizon - tall * 0.7],
      [x + half * 0.5, horizon - tall * 0.8],
      [x + half, horizon + 1],
    ]);
  }
  return polygons(shapes, atDepth(colors, 0.16));
}

/** Crests that lean one way, like cut paper. */
function wave({ canvas: { unit }, random }: SceneContext, base: number, band: number): Ridge {
  const long = unit * (0.16 + 0.06 * band) * random.between(0.9, 1.15);
  const tall = unit * (0.012 + 0.007 * band);
  const phase = random.between(0, 7);
  return (x) => {
    const angle = (x / long) * Math.PI + phase;
    return base - tall * (Math.abs(Math.sin(angle)) * 1.5 - 0.7 + 0.5 * Math.sin(angle * 0.31 + phase));
  };
}

/** Rock that rises out of the sea towards one side, for things that cannot float. */
export function headland(
  { canvas, horizon, colors }: SceneContext,
  x: number,
): { drawn: string; ground: Ridge } {
  const { width, height, unit } = canvas;
  const side = x < width / 2 ? -1 : 1;
  const top = horizon + (height - horizon) * 0.02;
  const foot = height - horizon;
  const ridge: Ridge = (at) => {
    const away = ((at - x) * -side) / unit;
    const slope = away < 0.07 ? 0 : Math.min(1.2, (away - 0.07) / 0.24) ** 1.5;
    const rough = 0.012 * Math.sin(at / (unit * 0.021)) + 0.008 * Math.sin(at / (unit * 0.009) + 2);
    return (
      top + foot * slope * 0.85 + (away < 0.07 ? 0.25 : 1) * unit * rough - Math.max(0, -away) * unit * 0.08
    );
  };
  return { drawn: below(ridge, canvas, mix(atDepth(colors, 0.8), colors.near, 0.3)), ground: ridge };
}

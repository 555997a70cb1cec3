import { polygons, px, type SceneContext, type Scenery } from './canvas.ts';
import { atDepth, mix } from './palette.ts';

type Point = readonly [number, number];

/** Three rows of buildings above a river that reflects their light. */
export function skyline(context: SceneContext): Scenery {
  const { canvas, horizon, colors } = context;
  const { width, height } = canvas;
  const quay = horizon + (height - horizon) * 0.5;
  const rows = [0.12, 0.4, 0.75].map((depth) => row(context, quay, depth));
  const far = mix(colors.horizon, atDepth(colors, 0.6), 0.5);
  const river = `<defs><linearGradient id="river" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${far}"/><stop offset="1" stop-color="${atDepth(colors, 0.85)}"/></linearGradient></defs>
<rect y="${px(quay)}" width="${px(width)}" height="${px(height - quay)}" fill="url(#river)"/>`;
  return { behind: rows.join('') + river + ripples(context, quay), before: '', ground: () => quay };
}

function row(
  { canvas: { width, unit }, horizon, colors, random }: SceneContext,
  quay: number,
  depth: number,
): string {
  const houses: Point[][] = [];
  const windows: Point[][] = [];
  const lit = colors.hour === 'day' ? 0.12 : 0.42;
  for (let x = -unit * 0.03; x < width;) {
    const wide = unit * random.between(0.05, 0.1) * (0.8 + depth * 0.4);
    const rise = Math.min(unit * random.between(0.14, 0.48), horizon * 0.8) * (1.15 - 0.65 * depth);
    const top = quay - rise;
    houses.push(...tower(x, wide, top, quay, unit, random.pick(['flat', 'flat', 'step', 'spire'])));
    if (depth > 0.3) {
      const gap = unit * 0.0155;
      for (let left = x + gap; left < x + wide - gap; left += gap) {
        for (let y = top + gap; y < quay - gap; y += gap * 1.3) {
          if (random.happens(lit)) windows.push(box(left, y, gap * 0.5, gap * 0.65));
        }
      }
    }
    x += wide * random.between(0.95, 1.25);
  }
  const glow = mix(colors.light, '#ffcf70', 0.6);
  const fill = atDepth(colors, depth);
  return (
    polygons(houses, fill) + polygons(windows, colors.hour === 'day' ? mix(fill, '#ffffff', 0.45) : glow)
  );
}

function tower(
  x: number,
  wide: number,
  top: number,
  quay: number,
  unit: number,
  roof: 'flat' | 'step' | 'spire',
): Point[][] {
  const body = box(x, top, wide, quay - top);
  if (roof === 'flat') return [body];
  if (roof === 'step') return [body, box(x + wide * 0.2, top - unit * 0.025, wide * 0.6, unit * 0.03)];
  const middle = x + wide / 2;
  return [
    body,
    box(x + wide * 0.25, top - unit * 0.02, wide * 0.5, unit * 0.03),
    [
      [middle - wide * 0.06, top - unit * 0.015],
      [middle, top - unit * 0.085],
      [middle + wide * 0.06, top - unit * 0.015],
    ],
  ];
}

function ripples({ canvas: { width, height, unit }, colors, random }: SceneContext, quay: number): string {
  const bars: Point[][] = [];
  const count = Math.round((width / unit) * 70);
  for (let bar = 0; bar < count; bar += 1) {
    const down = random.between(0.02, 0.9) ** 1.4;
    bars.push(
      box(
        random.between(0, width),
        quay + (height - quay) * down,
        unit * random.between(0.02, 0.07),
        unit * 0.003,
      ),
    );
  }
  return `<g opacity=".3">${polygons(bars, mix(colors.light, '#ffcf70', 0.4))}</g>`;
}

const box = (x: number, y: number, wide: number, tall: number): Point[] => [
  [x, y],
  [x + wide, y],
  [x + wide, y + tall],
  [x, y + tall],
];

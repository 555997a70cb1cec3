import type { Random } from '../random.ts';
import { type Canvas, px, type SceneContext, type Sun } from './canvas.ts';
import type { Palette } from './palette.ts';
import type { Weather } from './subject.ts';

export function placeSun({ width, unit }: Canvas, horizon: number, { hour }: Palette, random: Random): Sun {
  const low = hour === 'dusk' || hour === 'dawn';
  const x = width * random.pick([random.between(0.2, 0.36), random.between(0.64, 0.8)]);
  const radius = unit * random.between(0.055, 0.09);
  const y = low ? horizon - unit * random.between(0.06, 0.2) : horizon * random.between(0.24, 0.42);
  return { x, y: Math.max(y, radius * 1.4), radius: hour === 'night' ? radius * 0.8 : radius };
}

export function sky(context: SceneContext): string {
  const { canvas, horizon, sun, colors } = context;
  const { width, height, unit } = canvas;
  const gradient = `<linearGradient id="sky" x1="0" y1="0" x2="0" y2="${px(horizon)}" gradientUnits="userSpaceOnUse">
<stop offset="0" stop-color="${colors.top}"/><stop offset=".55" stop-color="${colors.middle}"/>
<stop offset="1" stop-color="${colors.horizon}"/></linearGradient>
<radialGradient id="glow"><stop offset="0" stop-color="${colors.light}" stop-opacity=".75"/>
<stop offset=".35" stop-color="${colors.light}" stop-opacity=".22"/>
<stop offset="1" stop-color="${colors.light}" stop-opacity="0"/></radialGradient>`;
  return [
    `<defs>${gradient}</defs><rect width="${width}" height="${height}" fill="url(#sky)"/>`,
    colors.hour === 'night' ? stars(context) : '',
    `<circle cx="${px(sun.x)}" cy="${px(sun.y)}" r="${px(unit * 0.27)}" fill="url(#glow)"/>`,
    colors.hour === 'night' ? moon(sun, colors) : disc(sun, colors.light),
  ].join('');
}

const disc = ({ x, y, radius }: Sun, fill: string): string =>
  `<circle cx="${px(x)}" cy="${px(y)}" r="${px(radius)}" fill="${fill}"/>`;

function moon({ x, y, radius }: Sun, { light, middle }: Palette): string {
  const crater = (dx: number, dy: number, size: number): string =>
    `<circle cx="${px(x + dx * radius)}" cy="${px(y + dy * radius)}" r="${px(size * radius)}" fill="${middle}" fill-opacity=".14"/>`;
  return (
    disc({ x, y, radius }, light) +
    crater(-0.35, -0.2, 0.24) +
    crater(0.3, 0.3, 0.3) +
    crater(0.25, -0.45, 0.15)
  );
}

function stars({ canvas: { width, unit }, horizon, colors: { light }, random }: SceneContext): string {
  const count = Math.min(500, Math.round(((width * horizon) / (unit * unit)) * 170));
  const dots: string[] = [];
  for (let star = 0; star < count; star += 1) {
    const size = unit * random.between(0.0008, 0.0026);
    // The square thins them out towards the horizon.
    const y = horizon * random.between(0, 1) * random.between(0.3, 1);
    dots.push(
      `M${px(random.between(0, width))} ${px(y)}m${px(-size)} 0l${px(size)} ${px(-size)} ${px(size)} ${px(size)} ${px(-size)} ${px(size)}Z`,
    );
  }
  return `<path d="${dots.join('')}" fill="${light}" fill-opacity=".85"/>`;
}

/** Long flat clouds, each a few rounded bars that overlap. */
export function clouds({ canvas: { width, unit }, horizon, colors, random }: SceneContext): string {
  const opacity = colors.hour === 'night' ? 0.12 : colors.hour === 'day' ? 0.6 : 0.26;
  const bars: string[] = [];
  const count = Math.ceil((width / unit) * random.between(2, 4));
  for (let cloud = 0; cloud < count; cloud += 1) {
    const x = random.between(-0.1, 1) * width;
    const y = horizon * random.between(0.12, 0.75);
    const length = unit * random.between(0.16, 0.34);
    const thick = unit * random.between(0.014, 0.024);
    for (let bar = 0; bar < 3; bar += 1) {
      const left = x + length * (bar === 0 ? 0 : random.between(-0.12, 0.4));
      const long = length * (bar === 0 ? 1 : random.between(0.4, 0.75));
      bars.push(
        `<rect x="${px(left)}" y="${px(y - bar * thick * 0.8)}" width="${px(long)}" height="${px(thick)}" rx="${px(thick / 2)}"/>`,
      );
    }
  }
  return `<g fill="${colors.hour === 'day' ? '#ffffff' : colors.light}" opacity="${opacity}">${bars.join('')}</g>`;
}

export function birds({ canvas: { width, unit }, horizon, colors: { near }, random }: SceneContext): string {
  const x = width * random.between(0.25, 0.7);
  const y = horizon * random.between(0.3, 0.6);
  const flock = Array.from({ length: random.whole(4, 7) }, (_, bird) => {
    const wing = unit * random.between(0.009, 0.018);
    const left = x + unit * 0.045 * bird + unit * random.between(-0.02, 0.02);
    const high = y + unit * 0.025 * Math.abs(bird - 2) + unit * random.between(-0.02, 0.02);
    const half = `${px(wing / 2)} ${px(-wing * 0.7)} ${px(wing)} 0`;
    return `M${px(left)} ${px(high)}q${half}q${half}`;
  });
  return `<path d="${flock.join('')}" fill="none" stroke="${near}" stroke-opacity=".75" stroke-width="${px(unit * 0.004)}" stroke-linecap="round"/>`;
}

export function weather(kind: Weather, { canvas: { width, height, unit }, random }: SceneContext): string {
  const count = Math.min(700, Math.round(((width * height) / (unit * unit)) * 220));
  const drop = (): string => `${px(random.between(0, width))} ${px(random.between(0, height))}`;
  if (kind === 'snow') {
    const flakes = Array.from({ length: count }, () => {
      const size = unit * random.between(0.0015, 0.0045);
      return `M${drop()}m${px(-size)} 0a${px(size)} ${px(size)} 0 1 0 ${px(size * 2)} 0a${px(size)} ${px(size)} 0 1 0 ${px(-size * 2)} 0`;
    });
    return `<path d="${flakes.join('')}" fill="#ffffff" fill-opacity=".8"/>`;
  }
  if (kind === 'rain') {
    const slant = `l${px(-unit * 0.008)} ${px(unit * 0.04)}`;
    const lines = Array.from({ length: count }, () => `M${drop()}${slant}`);
    return `<path d="${lines.join('')}" stroke="#ffffff" stroke-opacity=".28" stroke-width="${px(unit * 0.0018)}"/>`;
  }
  return '';
}

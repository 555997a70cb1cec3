import { canvas } from './canvas.ts';
import { seededRandom } from '../random.ts';
import type { Ground } from './ground.ts';
import { land } from './land.ts';
import { mark } from './label.ts';
import { palette } from './palette.ts';
import { headland } from './sea.ts';
import { birds, clouds, sky, sun as placed, weather } from './sky.ts';
import { TALL, thing } from './thing.ts';
import { wish } from './subject.ts';

/** An SVG drawing for a prompt: the same for the same arguments, and nothing of the prompt in it but pixels of the mark. */
export function scene(prompt: string, variant: number, width: number, height: number): string {
  const random = seededRandom(`${variant}:${prompt}`);
  const sheet = canvas(width, height);
  const want = wish(prompt, random);
  const colors = palette(want.hour, random);
  const horizon = height * random.between(0.54, 0.64);
  const sun = placed(sheet, horizon, colors, random);
  const ground: Ground = { canvas: sheet, horizon, sun, colors, random };
  const scenery = land(want.land, ground);

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    sky(sheet, horizon, sun, colors, random),
    want.weather === 'clear' ? '' : clouds(sheet, horizon, colors, random),
    want.birds ? birds(sheet, horizon, colors, random) : '',
    scenery.behind,
    standing(),
    scenery.before,
    weather(want.weather, sheet, random),
    mark(prompt, sheet),
    '</svg>',
  ].join('');

  /** The thing, across the picture from the sun. */
  function standing(): string {
    if (want.thing === null) return '';
    const side = sun.x < width / 2 ? random.between(0.66, 0.76) : random.between(0.24, 0.34);
    const x = width * side;
    const tall = Math.min(sheet.unit * TALL[want.thing], horizon * 0.85) * random.between(0.92, 1.08);
    if (want.thing === 'balloon') {
      const basket = Math.max(horizon * random.between(0.5, 0.7), tall * 1.1);
      return thing('balloon', x, basket, tall, colors);
    }
    const floats = want.land !== 'sea' || want.thing === 'boat';
    const rock = floats ? null : headland(ground, x);
    const foot = (rock?.ground ?? scenery.ground)(x);
    return (rock?.drawn ?? '') + thing(want.thing, x, foot, tall, colors);
  }
}

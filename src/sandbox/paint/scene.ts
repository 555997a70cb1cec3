import { seededRandom } from '../random.ts';
import { canvas, type SceneContext } from './canvas.ts';
import { label } from './label.ts';
import { land } from './land.ts';
import { palette } from './palette.ts';
import { headland } from './sea.ts';
import { birds, clouds, placeSun, sky, weather } from './sky.ts';
import { subjectOf } from './subject.ts';
import { TALL, thing } from './thing.ts';

/** An SVG drawing for a prompt: the same for the same arguments, with nothing of the prompt in it but the pixels of the label. */
export function scene(prompt: string, variant: number, width: number, height: number): string {
  const random = seededRandom(`${variant}:${prompt}`);
  const sheet = canvas(width, height);
  const subject = subjectOf(prompt, random);
  const colors = palette(subject.hour, random);
  const horizon = height * random.between(0.54, 0.64);
  const sun = placeSun(sheet, horizon, colors, random);
  const context: SceneContext = { canvas: sheet, horizon, sun, colors, random };
  const scenery = land(subject.land, context);

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    sky(context),
    subject.weather === 'clear' ? '' : clouds(context),
    subject.birds ? birds(context) : '',
    scenery.behind,
    standing(),
    scenery.before,
    weather(subject.weather, context),
    label(prompt, sheet),
    '</svg>',
  ].join('');

  /** The thing, on the other side of the picture than the sun. */
  function standing(): string {
    if (subject.thing === null) return '';
    const side = sun.x < width / 2 ? random.between(0.66, 0.76) : random.between(0.24, 0.34);
    const x = width * side;
    const tall = Math.min(sheet.unit * TALL[subject.thing], horizon * 0.85) * random.between(0.92, 1.08);
    if (subject.thing === 'balloon') {
      const basket = Math.max(horizon * random.between(0.5, 0.7), tall * 1.1);
      return thing('balloon', x, basket, tall, colors);
    }
    const needsRock = subject.land === 'sea' && subject.thing !== 'boat';
    const rock = needsRock ? headland(context, x) : null;
    const foot = (rock?.ground ?? scenery.ground)(x);
    return (rock?.drawn ?? '') + thing(subject.thing, x, foot, tall, colors);
  }
}

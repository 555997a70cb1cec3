import type { Canvas } from './canvas.ts';
import { drawable, lettering, measure, ROWS } from './letters.ts';

/** Characters of the prompt that are worth reading. */
const SHOWN = 44;

/** The corner that says what this is: "sandbox", and the prompt's first words. */
export function mark(prompt: string, { width, height, unit }: Canvas): string {
  const size = Math.max(1, Math.round(unit / 560));
  const margin = size * 10;
  const room = Math.floor((width - margin * 2) / size) - 12;
  const words = firstWords(drawable(prompt.slice(0, SHOWN * 4)), room - measure('sandbox · '));
  const label = measure('sandbox') > room ? '' : 'sandbox';
  const text = words ? `${label} · ${words}` : label;
  if (!text) return '';

  const wide = (measure(text) + 12) * size;
  const tall = (ROWS + 8) * size;
  const top = height - margin - tall;
  const [x, y] = [margin + size * 6, top + size * 5];
  const rest = x + (measure(label) + 1) * size;
  return [
    `<rect x="${margin}" y="${top}" width="${wide}" height="${tall}" rx="${tall / 2}" fill="#000000" fill-opacity=".3"/>`,
    `<path d="${lettering(label, x, y, size)}" fill="#ffffff" fill-opacity=".92"/>`,
    words
      ? `<path d="${lettering(text.slice(label.length), rest, y, size)}" fill="#ffffff" fill-opacity=".62"/>`
      : '',
  ].join('');
}

/** As many whole words as fit, with an ellipsis where some are missing. */
function firstWords(text: string, room: number): string {
  const words = text.split(' ');
  let taken = '';
  for (const word of words) {
    const longer = taken ? `${taken} ${word}` : word;
    if (longer.length > SHOWN || measure(`${longer}…`) > room) return taken && `${taken}…`;
    taken = longer;
  }
  return taken;
}

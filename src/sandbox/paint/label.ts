import type { Canvas } from './canvas.ts';

/** How many characters of the prompt the label shows at most. */
const SHOWN = 44;

/** The label in the lower left corner, which says that this is a placeholder: "sandbox", and the first words of the prompt. */
export function label(prompt: string, { width, height, unit }: Canvas): string {
  const size = Math.max(1, Math.round(unit / 560));
  const margin = size * 10;
  const room = Math.floor((width - margin * 2) / size) - 12;
  const words = firstWords(drawable(prompt.slice(0, SHOWN * 4)), room - measure('sandbox · '));
  const name = measure('sandbox') > room ? '' : 'sandbox';
  const text = words ? `${name} · ${words}` : name;
  if (!text) return '';

  const wide = (measure(text) + 12) * size;
  const tall = (ROWS + 8) * size;
  const top = height - margin - tall;
  const [x, y] = [margin + size * 6, top + size * 5];
  const rest = x + (measure(name) + 1) * size;
  return [
    `<rect x="${margin}" y="${top}" width="${wide}" height="${tall}" rx="${tall / 2}" fill="#000000" fill-opacity=".3"/>`,
    `<path d="${lettering(name, x, y, size)}" fill="#ffffff" fill-opacity=".92"/>`,
    words
      ? `<path d="${lettering(text.slice(name.length), rest, y, size)}" fill="#ffffff" fill-opacity=".62"/>`
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

/** Small letters as pixels, so that no font has to be installed: the width, then eight rows of bits in base 32. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': '469999960',
  '1': '213111110',
  '2': '4691248f0',
  '3': '4e11611e0',
  '4': '426aaf220',
  '5': '4f8e11960',
  '6': '468e99960',
  '7': '4f1224440',
  '8': '469969960',
  '9': '469971160',
  a: '400617970',
  b: '488e999e0',
  c: '300344430',
  d: '411799970',
  e: '40069f860',
  f: '334744440',
  g: '400799716',
  h: '488e99990',
  i: '110111110',
  j: '210111112',
  k: '4889aca90',
  l: '222222210',
  m: '500ullll0',
  n: '400e99990',
  o: '400699960',
  p: '400e99e88',
  q: '400799711',
  r: '300564440',
  s: '4007861e0',
  t: '344744430',
  u: '400999970',
  v: '500hhaa40',
  w: '500lllla0',
  x: '400996990',
  y: '400999716',
  z: '400f168f0',
  "'": '111000000',
  '.': '100000010',
  ',': '200000112',
  '-': '300007000',
  '!': '111111010',
  '?': '469124040',
  ':': '100010010',
  '&': '5cik8lid0',
  '·': '200033000',
  '…': '5000000l0',
};

/** Rows of a letter, descender included. */
const ROWS = 8;
const SPACE = 3;

const widthOf = (char: string): number => Number(GLYPHS[char]?.[0] ?? SPACE);

/** Lower case without accents; what the font cannot draw is left out. */
function drawable(text: string): string {
  const plain = text.toLowerCase().normalize('NFKD').replaceAll('’', "'").replaceAll('ß', 'ss');
  const known = Array.from(plain, (char) => (GLYPHS[char] ? char : /\s/.test(char) ? ' ' : '')).join('');
  return known.replace(/ +/g, ' ').trim();
}

/** In pixels, a gap after every letter but the last. */
const measure = (text: string): number =>
  Math.max(
    0,
    Array.from(text).reduce((sum, char) => sum + widthOf(char) + 1, -1),
  );

/** An SVG path with the upper left corner at `left`, `top`; `size` is the side of a pixel. */
function lettering(text: string, left: number, top: number, size: number): string {
  const strokes: string[] = [];
  let x = left;
  for (const char of text) {
    const width = widthOf(char);
    Array.from(GLYPHS[char]?.slice(1) ?? '').forEach((row, y) => {
      const bits = Number.parseInt(row, 32).toString(2).padStart(width, '0');
      for (const { index, 0: run } of bits.matchAll(/1+/g)) {
        strokes.push(
          `M${x + index * size} ${top + y * size}h${run.length * size}v${size}h${-run.length * size}z`,
        );
      }
    });
    x += (width + 1) * size;
  }
  return strokes.join('');
}

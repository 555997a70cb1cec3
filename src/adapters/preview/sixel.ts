import sharp from 'sharp';
import type { Way } from './types.ts';

/** Narrower than the characters of most terminals, so that nothing runs out of the window. */
const PIXELS_A_COLUMN = 8;

/** As many as every terminal with sixels has registers for. */
const MOST_COLORS = 256;

export const sixel: Way = async (bytes, columns) => {
  const reduced = await sharp(bytes)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize({ width: columns * PIXELS_A_COLUMN, withoutEnlargement: true })
    .png({ palette: true, colours: MOST_COLORS, effort: 1 })
    .toBuffer();
  const { data, info } = await sharp(reduced)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return sixels(data, info.width, info.height);
};

/** Rows of pixels that one character holds. */
const BAND = 6;

/** Three bytes a pixel, of up to 256 colours, as sixels. https://vt100.net/docs/vt3xx-gp/chapter14.html, checked 2026-11-22 */
export function sixels(rgb: Uint8Array, width: number, height: number): string {
  const registers = new Map<number, number>();
  const colors = new Uint16Array(width * height);
  for (let pixel = 0; pixel < colors.length; pixel += 1) {
    const at = pixel * 3;
    const color = ((rgb[at] ?? 0) << 16) | ((rgb[at + 1] ?? 0) << 8) | (rgb[at + 2] ?? 0);
    const register = registers.get(color) ?? registers.size;
    registers.set(color, register);
    colors[pixel] = register;
  }
  const bands = Array.from({ length: Math.ceil(height / BAND) }, (_, band) =>
    bandOf(colors.subarray(band * BAND * width, (band + 1) * BAND * width), width),
  );
  const palette = [...registers].map(([color, register]) => `#${register};2;${percents(color)}`);
  return `\u001BP0;1;0q"1;1;${width};${height}${palette.join('')}${bands.join('-')}\u001B\\`;
}

/** A line of characters for each colour, written one over the other. */
function bandOf(colors: Uint16Array, width: number): string {
  const lines = new Map<number, Uint8Array>();
  for (let at = 0; at < colors.length; at += 1) {
    const register = colors[at] ?? 0;
    let line = lines.get(register);
    if (line === undefined) lines.set(register, (line = new Uint8Array(width)));
    const x = at % width;
    line[x] = (line[x] ?? 0) | (1 << ((at - x) / width));
  }
  return [...lines].map(([register, line]) => `#${register}${packed(line)}`).join('$');
}

const FIRST = '?'.charCodeAt(0);

/** Bits as characters, repetitions as a number; what is empty at the end is left out. */
function packed(line: Uint8Array): string {
  let text = '';
  for (let at = 0, end = at; at < line.length; at = end) {
    const bits = line[at] ?? 0;
    while (end < line.length && line[end] === bits) end += 1;
    if (end === line.length && bits === 0) break;
    const char = String.fromCharCode(bits + FIRST);
    text += end - at > 3 ? `!${end - at}${char}` : char.repeat(end - at);
  }
  return text;
}

const percents = (color: number): string =>
  [color >> 16, color >> 8, color].map((value) => Math.round(((value & 0xff) * 100) / 255)).join(';');

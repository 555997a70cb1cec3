import sharp from 'sharp';
import type { Way } from './types.ts';

/** Two pixels a character: the upper half in its colour, the lower in that of the ground. */
export const blocks: Way = async (bytes, columns, env) => {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize({ width: columns, height: columns, fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const color = /truecolor|24bit/.test(env['COLORTERM'] ?? '') || env['WT_SESSION'] ? rgb : cube;
  const at = (x: number, y: number): string => {
    const start = (y * info.width + x) * info.channels;
    const [red = 0, green = red, blue = red] = data.subarray(start, start + Math.min(3, info.channels));
    return color(red, green, blue);
  };
  const rows = Array.from({ length: Math.ceil(info.height / 2) }, (_, row) => {
    const cells = Array.from({ length: info.width }, (_, x) => {
      const lower = row * 2 + 1 < info.height ? `\u001B[48;${at(x, row * 2 + 1)}m` : '';
      return `\u001B[38;${at(x, row * 2)}m${lower}▀`;
    });
    return `${cells.join('')}\u001B[0m`;
  });
  return rows.join('\n');
};

const rgb = (red: number, green: number, blue: number): string => `2;${red};${green};${blue}`;

/** The nearest of the 216 colours that every terminal of the last decades has. */
const cube = (red: number, green: number, blue: number): string => {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => Math.round((value / 255) * 5));
  return `5;${16 + 36 * r + 6 * g + b}`;
};

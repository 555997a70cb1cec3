import sharp from 'sharp';
import type { Way } from './types.ts';

const PIXELS_A_COLUMN = 10;
const PIECE = 4096;

// https://sw.kovidgoyal.net/kitty/graphics-protocol/, checked 2026-11-22
export const kitty: Way = async (bytes, columns) => {
  const png = await sharp(bytes)
    .autoOrient()
    .resize({ width: columns * PIXELS_A_COLUMN, withoutEnlargement: true })
    .png()
    .toBuffer();
  const pieces = png.toString('base64').match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? [];
  return pieces
    .map((piece, index) => {
      const head = index === 0 ? `a=T,f=100,c=${columns},` : '';
      return `\u001B_G${head}m=${index === pieces.length - 1 ? 0 : 1};${piece}\u001B\\`;
    })
    .join('');
};

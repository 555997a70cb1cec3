import type { Way } from './types.ts';

// https://iterm2.com/documentation-images.html, checked 2026-11-22
export const iterm: Way = async (bytes, columns) => {
  const data = Buffer.from(bytes).toString('base64');
  return `\u001B]1337;File=inline=1;size=${bytes.byteLength};width=${columns};preserveAspectRatio=1:${data}\u0007`;
};

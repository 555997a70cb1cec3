import sharp from 'sharp';
import { expect, it } from 'vitest';
import { imageKind } from '../../../src/adapters/images/sniff.ts';

const plain = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c04020' } });

it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)('knows a %s by its bytes', async (kind) => {
  expect(imageKind(await plain.clone().toFormat(kind).toBuffer())).toBe(kind);
});

it.each([
  ['svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ['svg', '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<!DOCTYPE svg PUBLIC "x" "y">\n<svg/>'],
  ['pdf', '%PDF-1.7'],
  ['heic', '\0\0\0\x18ftypheic'],
  ['heic', '\0\0\0\x18ftypmif1'],
  ['bmp', 'BM\x46\0\0\0\0\0\0\0\x36'],
  ['jxl', '\xff\x0a'],
  [null, ''],
  [null, 'a text about <svg>'],
  [null, 'MZ\x90\0'],
])('takes %s for what it is', (kind, head) => {
  expect(imageKind(Buffer.from(head, 'latin1'))).toBe(kind);
});

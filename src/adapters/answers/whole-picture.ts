import { imageKind } from '../images/sniff.ts';

/** Whether a picture out of an answer that was cut off is there to its end. */
export function isWhole(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = imageKind(bytes);
  if (kind === 'png') return buffer.includes(PNG_END, -64);
  if (kind === 'jpeg') return buffer.includes(JPEG_END, -64);
  return kind === 'webp' && buffer.byteLength >= buffer.readUInt32LE(4) + 8;
}

const PNG_END = Buffer.from('IEND\u00ae\u0042\u0060\u0082', 'latin1');
const JPEG_END = Buffer.from([0xff, 0xd9]);

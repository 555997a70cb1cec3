import type { Container, Piece } from './types.ts';

// https://developers.google.com/speed/webp/docs/riff_container, checked 2026-11-22
const HEAD = 12;
const METADATA: ReadonlySet<string> = new Set(['EXIF', 'XMP ', 'C2PA']);
const EXTENDED = 'VP8X';
const HAS_ALPHA = 0x10;
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;

export const webp: Container = {
  pieces(bytes) {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, HEAD) !== 'WEBP') return null;
    const pieces: Piece[] = [];
    for (let at = HEAD; at + 8 <= file.length;) {
      const length = file.readUInt32LE(at + 4);
      const end = Math.min(file.length, at + 8 + length + (length % 2));
      const data = file.subarray(at + 8, at + 8 + length);
      pieces.push({ type: file.toString('latin1', at, at + 4), bytes: file.subarray(at, end), data });
      at = end;
    }
    return pieces;
  },
  join(pieces) {
    const body = Buffer.concat(pieces.map(flagged(pieces)).map(({ bytes }) => bytes));
    const head = Buffer.from('RIFF....WEBP', 'latin1');
    head.writeUInt32LE(body.length + 4, 4);
    return Buffer.concat([head, body]);
  },
  isMetadata: ({ type }) => type !== null && METADATA.has(type),
  isProvenance: ({ type }) => type === 'C2PA',
  xmpIn: ({ type, data }) => (type === 'XMP ' ? Buffer.from(data).toString('utf8') : null),
  withXmp(pieces, xmp) {
    const others = pieces.filter(({ type }) => type !== 'XMP ');
    const [first] = others;
    const head = first && first.type !== EXTENDED ? [extended(first)] : [];
    return [...head, ...others, chunk('XMP ', Buffer.from(xmp))];
  },
};

/** The extended head has a flag for each kind of chunk that follows it. */
const flagged =
  (pieces: readonly Piece[]) =>
  (piece: Piece): Piece => {
    if (piece.type !== EXTENDED) return piece;
    const data = Buffer.from(piece.data);
    const flag = (type: string, bit: number): number => (pieces.some((one) => one.type === type) ? bit : 0);
    data[0] = ((data[0] ?? 0) & ~(HAS_EXIF | HAS_XMP)) | flag('EXIF', HAS_EXIF) | flag('XMP ', HAS_XMP);
    return chunk(EXTENDED, data);
  };

/** A plain file has no extended head, so one is made from the measures of its pixels. */
function extended({ type, data }: Piece): Piece {
  const pixels = Buffer.from(data);
  const isLossless = type === 'VP8L';
  const packed = isLossless ? pixels.readUInt32LE(1) : 0;
  const width = isLossless ? packed & 0x3fff : (pixels.readUInt16LE(6) & 0x3fff) - 1;
  const height = isLossless ? (packed >>> 14) & 0x3fff : (pixels.readUInt16LE(8) & 0x3fff) - 1;
  const head = Buffer.alloc(10);
  head[0] = isLossless && ((packed >>> 28) & 1) === 1 ? HAS_ALPHA : 0;
  head.writeUIntLE(width, 4, 3);
  head.writeUIntLE(height, 7, 3);
  return chunk(EXTENDED, head);
}

function chunk(type: string, data: Buffer): Piece {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return { type, data, bytes: Buffer.concat([head, data, Buffer.alloc(data.length % 2)]) };
}

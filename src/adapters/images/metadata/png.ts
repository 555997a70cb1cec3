import { crc32, inflateSync } from 'node:zlib';
import type { Container, Piece } from './types.ts';

// https://www.w3.org/TR/png-3/, checked 2026-11-22
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const HEAD = 8;
const ENDS = 12;
/** The most bytes that a text may have once it is unpacked. */
const MOST = 16 * 1024 * 1024;
const METADATA: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'caBX']);
const KEYWORD = Buffer.from('XML:com.adobe.xmp\0', 'latin1');
/** Not compressed, no method, no language, no translated keyword. */
const PLAIN = Buffer.alloc(4);

export const png: Container = {
  pieces(bytes) {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!file.subarray(0, HEAD).equals(SIGNATURE)) return null;
    const pieces: Piece[] = [];
    let at = HEAD;
    while (at + ENDS <= file.length) {
      const end = at + ENDS + file.readUInt32BE(at);
      if (end > file.length) break;
      const type = file.toString('latin1', at + 4, at + 8);
      pieces.push({ type, bytes: file.subarray(at, end), data: file.subarray(at + 8, end - 4) });
      at = end;
    }
    const rest = file.subarray(at);
    return rest.length > 0 ? [...pieces, { type: null, bytes: rest, data: rest }] : pieces;
  },
  join: (pieces) => Buffer.concat([SIGNATURE, ...pieces.map(({ bytes }) => bytes)]),
  isMetadata: ({ type }) => type !== null && METADATA.has(type),
  isProvenance: ({ type }) => type === 'caBX',
  xmpIn: (piece) => (isXmp(piece) ? textIn(piece) : null),
  withXmp(pieces, xmp) {
    const others = pieces.filter((piece) => !isXmp(piece));
    const chunk = pngChunk('iTXt', Buffer.concat([KEYWORD, PLAIN, Buffer.from(xmp)]));
    return others.flatMap((piece) => (piece.type === 'IHDR' ? [piece, chunk] : [piece]));
  },
};

/** iTXt is where XMP belongs; libvips writes it as zTXt. */
const isXmp = ({ type, data }: Piece): boolean =>
  (type === 'iTXt' || type === 'zTXt') && Buffer.from(data.subarray(0, KEYWORD.length)).equals(KEYWORD);

function textIn({ type, data }: Piece): string | null {
  const after = Buffer.from(data.subarray(KEYWORD.length));
  if (type === 'zTXt') return unpacked(after.subarray(1));
  // Behind the compression come a language and a translated keyword.
  const language = after.indexOf(0, 2);
  const translated = language < 0 ? -1 : after.indexOf(0, language + 1);
  if (translated < 0) return null;
  const text = after.subarray(translated + 1);
  return after[0] === 1 ? unpacked(text) : text.toString('utf8');
}

/** null when it is broken, or a bomb. */
function unpacked(text: Buffer): string | null {
  try {
    return inflateSync(text, { maxOutputLength: MOST }).toString('utf8');
  } catch {
    return null;
  }
}

export function pngChunk(type: string, data: Uint8Array): Piece {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.byteLength, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return { type, bytes: Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]), data };
}

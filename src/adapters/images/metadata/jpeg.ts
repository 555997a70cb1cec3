import type { Container, Piece } from './types.ts';

// https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B, checked 2026-11-22
const START = Buffer.from([0xff, 0xd8]);
const HEAD = 4;
const LONGEST = 0xffff;
const SCAN = 0xda;
const MARK = 0xff;
const JFIF = 'e0';
const ICC = 'ICC_PROFILE\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';
/** Of the application segments, JFIF and Adobe say how to read the colours. */
const COLOURS: ReadonlySet<string> = new Set([JFIF, 'ee']);

export const jpeg: Container = {
  pieces(bytes) {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!file.subarray(0, START.length).equals(START)) return null;
    const pieces: Piece[] = [];
    let at = START.length;
    while (at + HEAD <= file.length && file[at] === MARK && file[at + 1] !== SCAN) {
      // A marker may be preceded by any number of fill bytes.
      const head = file[at + 1] === MARK ? 1 : 2 + file.readUInt16BE(at + 2);
      if (head < 1 || at + head > file.length) break;
      const segment = file.subarray(at, at + head);
      const type = (file[at + 1] ?? 0).toString(16);
      if (head > 1) pieces.push({ type, bytes: segment, data: segment.subarray(HEAD) });
      at += head;
    }
    const rest = file.subarray(at);
    return [...pieces, { type: null, bytes: rest, data: rest }];
  },
  join: (pieces) => Buffer.concat([START, ...pieces.map(({ bytes }) => bytes)]),
  isMetadata: ({ type, data }) =>
    type === 'fe' || (isApplication(type) && !COLOURS.has(type) && !startsWith(data, ICC)),
  isProvenance: ({ type }) => type === 'eb',
  xmpIn: (piece) => (isXmp(piece) ? Buffer.from(piece.data).toString('utf8', XMP.length) : null),
  withXmp(pieces, xmp) {
    const others = pieces.filter((piece) => !isXmp(piece));
    const data = Buffer.concat([Buffer.from(XMP, 'latin1'), Buffer.from(xmp)]);
    if (data.length + 2 > LONGEST) throw new RangeError('more XMP than a JPEG segment holds');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(data.length + 2);
    const segment = { type: 'e1', data, bytes: Buffer.concat([Buffer.from([MARK, 0xe1]), length, data]) };
    // The JFIF segment has to be the first.
    const after = others[0]?.type === JFIF ? 1 : 0;
    return [...others.slice(0, after), segment, ...others.slice(after)];
  },
};

const isApplication = (type: string | null): type is string => /^e[0-9a-f]$/.test(type ?? '');

const startsWith = (data: Uint8Array, text: string): boolean =>
  Buffer.from(data.subarray(0, text.length)).toString('latin1') === text;

const isXmp = ({ type, data }: Piece): boolean => type === 'e1' && startsWith(data, XMP);

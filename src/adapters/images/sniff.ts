/** What a file is by its first bytes; null where they tell nothing. The name of a file is never believed. */
export type ImageKind =
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'avif'
  | 'gif'
  | 'tiff'
  | 'heic'
  | 'bmp'
  | 'svg'
  | 'pdf'
  | 'jxl';

export function imageKind(bytes: Uint8Array): ImageKind | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString(
    'latin1',
  );
  const found = SIGNATURES.find(([, pattern]) => pattern.test(head));
  return found?.[0] ?? null;
}

// oxlint-disable no-control-regex -- signatures are made of them.
const SIGNATURES: readonly (readonly [ImageKind, RegExp])[] = [
  ['jpeg', /^\xff\xd8\xff/],
  ['png', /^\x89PNG\r\n\x1a\n/],
  ['webp', /^RIFF[^]{4}WEBP/],
  ['avif', /^[^]{4}ftyp(?:avif|avis)/],
  ['heic', /^[^]{4}ftyp(?:hei[a-z]|hev[a-z]|mif1|msf1)/],
  ['gif', /^GIF8[79]a/],
  ['tiff', /^(?:II\*\0|MM\0\*|II\+\0|MM\0\+)/],
  ['bmp', /^BM[^]{4}\0{4}/],
  ['jxl', /^(?:\xff\x0a|\0\0\0\x0cJXL )/],
  ['pdf', /^%PDF-/],
  ['svg', /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^]*?\?>\s*)?(?:<!--[^]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s/>]/i],
];

import { jpeg } from './jpeg.ts';
import { png } from './png.ts';
import { webp } from './webp.ts';

/** A stretch of a file: a segment of a JPEG, a chunk of a PNG or WebP, or all that follows where pixels begin. */
export interface Piece {
  /** null for what is not looked into. */
  readonly type: string | null;
  /** As it stands in the file, with its head. */
  readonly bytes: Uint8Array;
  /** Without its head. */
  readonly data: Uint8Array;
}

/** A file format as far as metadata goes: pixels are never touched. */
export interface Container {
  /** null when the bytes are of another format. */
  readonly pieces: (bytes: Uint8Array) => readonly Piece[] | null;
  readonly join: (pieces: readonly Piece[]) => Uint8Array;
  /** Says something about the picture, and nothing about its colours. */
  readonly isMetadata: (piece: Piece) => boolean;
  /** A C2PA manifest, or a part of one. */
  readonly isProvenance: (piece: Piece) => boolean;
  readonly xmpIn: (piece: Piece) => string | null;
  /** Pieces with this XMP in the place of any other. */
  readonly withXmp: (pieces: readonly Piece[], xmp: string) => readonly Piece[];
}

const CONTAINERS: readonly Container[] = [png, jpeg, webp];

function opened(
  bytes: Uint8Array,
): { readonly container: Container; readonly pieces: readonly Piece[] } | null {
  for (const container of CONTAINERS) {
    const pieces = container.pieces(bytes);
    if (pieces) return { container, pieces };
  }
  return null;
}

/** The file without metadata; colour profile and pixels stay, byte by byte. */
export function stripped(bytes: Uint8Array): Uint8Array {
  const file = opened(bytes);
  if (!file?.pieces.some(file.container.isMetadata)) return bytes;
  return file.container.join(file.pieces.filter((piece) => !file.container.isMetadata(piece)));
}

export function xmpOf(bytes: Uint8Array): string | null {
  const file = opened(bytes);
  return file?.pieces.map(file.container.xmpIn).find((xmp) => xmp !== null) ?? null;
}

/** Null where the format has no place for it. */
export function withXmp(bytes: Uint8Array, xmp: string): Uint8Array | null {
  const file = opened(bytes);
  return file && file.container.join(file.container.withXmp(file.pieces, xmp));
}

/** Whether it carries content credentials (C2PA), which any change of the file breaks. */
export function hasProvenance(bytes: Uint8Array): boolean {
  const file = opened(bytes);
  return file?.pieces.some(file.container.isProvenance) ?? false;
}

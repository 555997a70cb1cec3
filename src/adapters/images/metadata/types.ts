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

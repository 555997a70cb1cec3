import { jpeg } from './jpeg.ts';
import { png } from './png.ts';
import type { Container, Piece } from './types.ts';
import { webp } from './webp.ts';

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

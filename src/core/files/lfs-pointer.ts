/** The content that a Git LFS pointer stands for. */
export interface Pointed {
  readonly sha256: string;
  readonly bytes: number;
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, checked 2026-11-27 */
const LONGEST = 1024;
const POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\r?\n(?:ext-[^\r\n]*\r?\n)*oid sha256:([0-9a-f]{64})\r?\nsize (\d+)\s*$/;

/** What a file that is a Git LFS pointer stands for; null for any other file. */
export function lfsPointer(bytes: Uint8Array): Pointed | null {
  if (bytes.byteLength >= LONGEST) return null;
  const [, sha256, size] = POINTER.exec(String.fromCharCode(...bytes)) ?? [];
  return sha256 === undefined ? null : { sha256, bytes: Number(size) };
}

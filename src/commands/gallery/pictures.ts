import { hashIn } from '../../core/manifest/fingerprint.ts';
import type { PagePlace } from '../../core/page/types.ts';
import type { Attic, Deps, Ledger, PictureFiles, Store, StoredImage } from '../../ports/index.ts';
import { resolve } from 'node:path';

/** Where a picture is now, and what it holds. */
export interface Found {
  readonly place: PagePlace;
  /** null where it is gone. */
  readonly bytes: Uint8Array | null;
  readonly mimeType: string;
}

/** Looks for bought pictures: at their paths, at others that the ledger knows, in the working folder, and in the store. */
export interface Finder {
  /** By a look at its path alone, for many at a time. */
  glance(image: StoredImage): Promise<PagePlace>;
  /** By its hash, wherever it is; null for a picture that the ledger does not know. */
  find(sha256: string): Promise<Found | null>;
}

interface Around {
  readonly ledger: Pick<Ledger, 'receipts'>;
  readonly files: PictureFiles;
  readonly store: () => Promise<Store>;
  readonly deps: Pick<Deps, 'attic' | 'clock' | 'cwd' | 'sha256'>;
}

/** The files of a folder are listed anew after so long. */
const LISTED_MS = 60_000;

export function finder({ ledger, files, store, deps }: Around): Finder {
  const { cwd, clock, sha256: hash } = deps;
  let listed: { readonly at: number; readonly attic: Promise<Attic> } | null = null;

  const attic = (): Promise<Attic> => {
    if (listed === null || clock.now() - listed.at > LISTED_MS)
      listed = { at: clock.now(), attic: deps.attic(cwd) };
    return listed.attic;
  };

  /** The bytes of a file, if they are those. */
  async function read({ sha256, bytes }: StoredImage, path: string): Promise<Uint8Array | null> {
    if (path === '-' || (await files.sizeOf(path)) !== bytes) return null;
    const content = await files.read(path).catch(() => null);
    return content !== null && hash(content) === sha256 ? content : null;
  }

  async function moved(image: StoredImage): Promise<string | null> {
    const inside = await (await attic()).find(image);
    return inside === null ? null : resolve(cwd, inside);
  }

  /** As it came; what was made of it since is in no store. */
  async function original({ attemptId, sha256 }: StoredImage): Promise<Uint8Array | null> {
    const key = hashIn(attemptId);
    const kept = key === null ? null : await (await store()).get(key).catch(() => null);
    return kept !== null && hash(kept.bytes) === sha256 ? kept.bytes : null;
  }

  return {
    async glance({ absolutePath, bytes }) {
      if (absolutePath === '-') return { state: 'missing' };
      const size = await files.sizeOf(absolutePath);
      return { state: size === bytes ? 'there' : size === null ? 'missing' : 'replaced' };
    },
    async find(sha256) {
      const found = await ledger.receipts({ by: 'sha256', value: sha256 });
      const images = found.flatMap(({ images }) => images).filter((image) => image.sha256 === sha256);
      const newest = images.at(-1);
      if (newest === undefined) return null;
      const { mimeType } = newest;
      for (const image of images.toReversed()) {
        const bytes = await read(image, image.absolutePath);
        if (bytes !== null) return { place: placeOf(image, newest), bytes, mimeType };
      }
      const path = await moved(newest);
      const bytes = path && (await read(newest, path));
      if (path && bytes) return { place: { state: 'moved', path }, bytes, mimeType };
      for (const image of images) {
        const bytes = await original(image);
        if (bytes !== null) return { place: { state: 'stored' }, bytes, mimeType };
      }
      return { place: { state: 'gone' }, bytes: null, mimeType };
    },
  };
}

const placeOf = ({ absolutePath }: StoredImage, newest: StoredImage): PagePlace =>
  absolutePath === newest.absolutePath ? { state: 'there' } : { state: 'moved', path: absolutePath };

import { isInBucket } from '../../core/files/place.ts';
import { hashIn } from '../../core/manifest/fingerprint.ts';
import type { PagePlace } from '../../core/page/types.ts';
import type {
  Attic,
  Deps,
  Ledger,
  PictureFiles,
  Receipt,
  Store,
  StoredCell,
  StoredFile,
} from '../../ports/index.ts';
import { resolve } from 'node:path';
import { shownPath } from '../ledger/purchases.ts';

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
  glance(image: StoredFile): Promise<PagePlace>;
  /**
   * By its hash, wherever it is; null for a picture that the ledger does not know. Of requests that brought the same, `attemptId` is
   * the one whose path it is said to be at or not.
   */
  find(sha256: string, attemptId?: string): Promise<Found | null>;
}

interface Around {
  readonly ledger: Pick<Ledger, 'receipts'>;
  readonly files: PictureFiles;
  readonly store: () => Promise<Store>;
  readonly deps: Pick<Deps, 'attic' | 'clock' | 'cwd' | 'sha256'>;
}

/** The pictures of a request, and the drafts that were cut out of them. */
export const filesOf = ({ images }: Pick<Receipt, 'images'>): readonly (StoredFile | StoredCell)[] =>
  images.flatMap((image) => [image, ...(image.cells ?? [])]);

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
  async function read({ sha256, bytes }: StoredFile, whole: string): Promise<Uint8Array | null> {
    const path = whole === '-' ? whole : shownPath(whole, cwd);
    if (path === '-' || (!isInBucket(path) && (await files.sizeOf(path)) !== bytes)) return null;
    const content = await files.read(path).catch(() => null);
    return content !== null && hash(content) === sha256 ? content : null;
  }

  async function moved(image: StoredFile): Promise<string | null> {
    const inside = await (await attic()).find(image);
    return inside === null ? null : resolve(cwd, inside);
  }

  /** As it came; what was made of it since is in no store. */
  async function original({ attemptId, sha256 }: StoredFile): Promise<Uint8Array | null> {
    const key = hashIn(attemptId);
    const kept = key === null ? null : await (await store()).get(key).catch(() => null);
    return kept !== null && hash(kept.bytes) === sha256 ? kept.bytes : null;
  }

  return {
    async glance({ absolutePath, bytes }) {
      if (absolutePath === '-') return { state: 'missing' };
      // A bucket is asked for what is really shown, and not for each of many.
      if (isInBucket(absolutePath)) return { state: 'there' };
      const size = await files.sizeOf(shownPath(absolutePath, cwd));
      return { state: size === bytes ? 'there' : size === null ? 'missing' : 'replaced' };
    },
    async find(sha256, attemptId) {
      const found = await ledger.receipts({ by: 'sha256', value: sha256 });
      const images = found.flatMap(filesOf).filter((image) => image.sha256 === sha256);
      const asked = images.find((image) => image.attemptId === attemptId) ?? images.at(-1);
      if (asked === undefined) return null;
      const { mimeType } = asked;
      for (const image of [asked, ...images.toReversed()]) {
        const bytes = await read(image, image.absolutePath);
        if (bytes !== null) return { place: placeOf(image, asked), bytes, mimeType };
      }
      const path = await moved(asked);
      const bytes = path && (await read(asked, path));
      if (path && bytes) return { place: { state: 'moved', path }, bytes, mimeType };
      for (const image of images) {
        const bytes = await original(image);
        if (bytes !== null) return { place: { state: 'stored' }, bytes, mimeType };
      }
      return { place: { state: 'gone' }, bytes: null, mimeType };
    },
  };
}

const placeOf = ({ absolutePath }: StoredFile, asked: StoredFile): PagePlace =>
  absolutePath === asked.absolutePath ? { state: 'there' } : { state: 'moved', path: absolutePath };

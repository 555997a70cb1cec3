import { lockLine, lockText, type Lock, type Locked } from '../core/manifest/lock.ts';
import type { Clock, PictureFiles } from '../ports/index.ts';

/**
 * A lock that follows its changes to the disk, whole each time: at once while they are rare, once a second while they
 * come fast. Of those that a crash takes, the ledger knows.
 */
export interface LockFile {
  /** The line that holds for a picture from now on. Others stay while they are all that knows of another file. */
  readonly set: (locked: Locked) => void;
  /** What it says of this path is no longer true, unless that is where the picture is. */
  readonly forget: (id: string, path: string) => void;
  /** Further lines of pictures that were set. */
  readonly leftovers: () => readonly Locked[];
  readonly remove: (id: string) => void;
  /** Where the pictures are, but for those of these ids. */
  readonly paths: (but?: readonly string[]) => ReadonlySet<string>;
  /** Resolves when all of it is on disk. Failure `disk`. */
  readonly settled: () => Promise<void>;
}

const PAUSE_MS = 1000;

export function lockFile(
  path: string,
  lock: Lock,
  pictureFiles: Pick<PictureFiles, 'put'>,
  clock: Pick<Clock, 'now'>,
): LockFile {
  /** What differs from the lock as it was read: lines, the one that holds first. None: the picture is gone. */
  const changes = new Map<string, readonly Locked[]>();
  const of = (id: string): readonly Locked[] => changes.get(id) ?? lock.of(id);
  const textOf = (id: string): string => {
    const changed = changes.get(id);
    return changed === undefined ? lock.textOf(id) : changed.map(lockLine).toReversed().join('\n');
  };
  const ids = (): readonly string[] =>
    [...new Set([...lock.ids(), ...changes.keys()])].filter((id) => changes.get(id)?.length !== 0);

  /** Numbers of changes: the latest, and the latest that is on disk. */
  let latest = 0;
  let written = 0;
  let wroteAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | null = null;
  let trouble: unknown = null;
  const encoder = new TextEncoder();

  async function write(): Promise<void> {
    const change = latest;
    wroteAt = clock.now();
    try {
      await pictureFiles.put(path, encoder.encode(lockText(ids(), textOf)), { replace: true });
      trouble = null;
    } catch (error) {
      trouble = error;
    }
    written = change;
    writing = null;
  }
  function change(id: string, lines: readonly Locked[]): void {
    changes.set(id, lines);
    latest += 1;
    if (clock.now() - wroteAt >= PAUSE_MS) writing ??= write();
  }

  return {
    set: (locked) =>
      change(locked.id, [locked, ...of(locked.id).filter((line) => line.path !== locked.path)]),
    forget(id, path) {
      const [holds, ...others] = of(id);
      if (holds !== undefined) change(id, [holds, ...others.filter((line) => line.path !== path)]);
    },
    leftovers: () => [...changes.values()].flatMap((lines) => lines.slice(1)),
    remove: (id) => change(id, []),
    paths(but = []) {
      const left = new Set(but);
      return new Set(ids().flatMap((id) => (left.has(id) ? [] : (of(id)[0]?.path ?? []))));
    },
    async settled() {
      const change = latest;
      while (written < change) await (writing ??= write());
      if (trouble !== null) throw trouble;
    },
  };
}

import { lockLine, lockText, type Lock, type Locked } from '../core/manifest/lock.ts';
import type { Clock, Shelf } from '../ports.ts';

/**
 * A lock that follows its changes to the disk, whole each time: at once while they are rare, once a second while they
 * come fast. Of those that a crash takes, the ledger knows.
 */
export interface LockFile {
  /** `before` stays in the lock until what it says of the disk is no longer true. */
  readonly set: (locked: Locked, before?: Locked | null) => void;
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
  shelf: Pick<Shelf, 'put'>,
  clock: Pick<Clock, 'now'>,
): LockFile {
  const lines = new Map<string, string>();
  const places = new Map<string, string>();
  for (const id of lock.ids()) {
    const all = lock.of(id);
    lines.set(id, all.map(lockLine).toReversed().join('\n'));
    places.set(id, all[0]?.path ?? '');
  }
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
      await shelf.put(path, encoder.encode(lockText(lines)), { replace: true });
      trouble = null;
    } catch (error) {
      trouble = error;
    }
    written = change;
    writing = null;
  }
  function changed(): void {
    latest += 1;
    if (clock.now() - wroteAt >= PAUSE_MS) writing ??= write();
  }

  return {
    set(locked, before = null) {
      const line = lockLine(locked);
      places.set(locked.id, locked.path);
      lines.set(locked.id, before === null ? line : `${lockLine(before)}\n${line}`);
      changed();
    },
    remove(id) {
      places.delete(id);
      if (lines.delete(id)) changed();
    },
    paths(but = []) {
      const left = new Set(but);
      return new Set([...places].flatMap(([id, path]) => (left.has(id) ? [] : path)));
    },
    async settled() {
      const change = latest;
      while (written < change) await (writing ??= write());
      if (trouble !== null) throw trouble;
    },
  };
}

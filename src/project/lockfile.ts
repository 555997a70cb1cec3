import { lockLine, lockText, type Lock, type Locked } from '../core/manifest/lock.ts';
import type { Shelf } from '../ports.ts';

/** A lock that is on disk, whole, after every change; changes that come while it is written are written together. */
export interface LockFile {
  readonly set: (locked: Locked) => void;
  readonly remove: (id: string) => void;
  /** Resolves when all of it is on disk. Failure `disk`. */
  readonly settled: () => Promise<void>;
}

export function lockFile(
  path: string,
  lock: Lock,
  current: (id: string) => Locked | null,
  shelf: Pick<Shelf, 'put'>,
): LockFile {
  const lines = new Map<string, string>();
  for (const id of lock.ids()) {
    const locked = current(id) ?? lock.of(id)[0];
    if (locked !== undefined) lines.set(id, lockLine(locked));
  }
  let isDirty = false;
  let writing: Promise<void> | null = null;
  let trouble: unknown = null;
  const encoder = new TextEncoder();

  async function write(): Promise<void> {
    while (isDirty) {
      isDirty = false;
      try {
        await shelf.put(path, encoder.encode(lockText(lines)), { replace: true });
        trouble = null;
      } catch (error) {
        trouble = error;
      }
    }
    writing = null;
  }
  function changed(): void {
    isDirty = true;
    writing ??= write();
  }

  if (lock.isMessy) changed();
  return {
    set(locked) {
      lines.set(locked.id, lockLine(locked));
      changed();
    },
    remove(id) {
      if (lines.delete(id)) changed();
    },
    async settled() {
      await writing;
      if (trouble !== null) throw trouble;
    },
  };
}

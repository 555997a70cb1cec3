import { lockIn, lockLine, mergedText, type Lock, type Locked } from '../core/manifest/lock.ts';
import type { Clock, PictureFiles } from '../ports/index.ts';

/**
 * A lock file that is written whole after changes: at once while they are rare, once a second while they
 * come fast. The ledger knows of changes that a crash loses.
 */
export interface LockFile {
  /** The line that holds for a picture now; null where there is none. */
  readonly lineOf: (id: string) => Locked | null;
  /** Sets the line that holds for a picture. Its other lines stay as long as only they know of another file. */
  readonly set: (locked: Locked) => void;
  /** Drops the line of a path that is no longer true, unless the picture is there. */
  readonly forget: (id: string, path: string) => void;
  /** The other lines of pictures whose line was set. */
  readonly leftovers: () => readonly Locked[];
  readonly remove: (id: string) => void;
  /** The paths of all pictures, but for those of these ids. */
  readonly paths: (but?: readonly string[]) => ReadonlySet<string>;
  /** Resolves when all of it is on disk. Failure `disk`. */
  readonly settled: () => Promise<void>;
}

const PAUSE_MS = 1000;

export function lockFile(
  path: string,
  lock: Lock,
  pictureFiles: Pick<PictureFiles, 'update'>,
  clock: Pick<Clock, 'now'>,
): LockFile {
  /** What differs from the lock as it was read: lines, the one that holds first. None: the picture is gone. */
  const changes = new Map<string, readonly Locked[]>();
  const of = (id: string): readonly Locked[] => changes.get(id) ?? lock.of(id);
  /** Lines that this process wrote. */
  const said = new Set<string>();
  const ids = (): readonly string[] =>
    [...new Set([...lock.ids(), ...changes.keys()])].filter((id) => changes.get(id)?.length !== 0);

  /** Numbers of changes: the latest, and the latest that is on disk. */
  let latest = 0;
  let written = 0;
  let wroteAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | null = null;
  let trouble: { readonly error: unknown } | null = null;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  /** Others may write it too, such as git: it is read again, and merged by id. */
  function merged(bytes: Uint8Array | null): Uint8Array {
    const now = bytes === null ? lock : lockIn(decoder.decode(bytes), path);
    const before = new Set([...changes.keys()].flatMap((id) => lock.textOf(id).split('\n')));
    return encoder.encode(mergedText(now, changes, (line) => said.has(line) || before.has(line)));
  }

  async function write(): Promise<void> {
    const change = latest;
    wroteAt = clock.now();
    try {
      await pictureFiles.update(path, merged);
      trouble = null;
    } catch (error) {
      trouble = { error };
    }
    written = change;
    writing = null;
  }
  function change(id: string, lines: readonly Locked[]): void {
    changes.set(id, lines);
    for (const line of lines) said.add(lockLine(line));
    latest += 1;
    if (clock.now() - wroteAt >= PAUSE_MS) writing ??= write();
  }

  return {
    lineOf: (id) => of(id)[0] ?? null,
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
      if (trouble !== null) throw trouble.error;
    },
  };
}

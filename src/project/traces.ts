import { Failure } from '../core/errors.ts';
import type { Found, Trace } from '../core/manifest/change.ts';
import { NO_LOCK, readLock, type Lock, type Locked } from '../core/manifest/lock.ts';
import type { Attic, Version } from '../ports/index.ts';
import type { Project } from './project.ts';

/** A picture that stands in the lock of many commits is in nearly all of them, or in none. */
const MOST_LOOKS = 8;

/** Finds pictures that were bought once, by what determines them. */
export interface Traces {
  /** In the checkout: where a line of the lock says, or wherever a file with its content was moved. */
  readonly here: (hash: string) => Promise<readonly Trace[]>;
  /** In git, where a lock of another branch or of an older commit says. */
  readonly past: (hash: string) => Promise<readonly Trace[]>;
  /** Whether a lock in git says that this was put at that path. */
  readonly knows: (path: string, sha256: string) => Promise<boolean>;
  /** The bytes of a trace in git; null where they are not here any more. */
  readonly read: (revision: string, path: string) => Promise<Uint8Array | null>;
}

export function tracesOf({ lock, lockFile, tree }: Project, attic: Attic): Traces {
  const find = (line: Locked): Promise<Found> => tree.find(line.path);
  let earlier: ReturnType<typeof locksIn> | null = null;
  const locks = (): ReturnType<typeof locksIn> => (earlier ??= attic.versions(lockFile).then(locksIn));

  async function here(hash: string): Promise<readonly Trace[]> {
    const traces: Trace[] = [];
    for (const line of lock.ofHash(hash)) {
      const found = traceIn(await find(line), line, line.path, null);
      const moved = found === null ? await attic.find(line) : null;
      if (found !== null) traces.push(found);
      else if (moved !== null) traces.push({ line, path: moved, revision: null, isPointer: false });
    }
    return traces;
  }

  async function past(hash: string): Promise<readonly Trace[]> {
    const traces: Trace[] = [];
    const found = new Set<string>();
    let looks = 0;
    for (const [revision, before] of await locks()) {
      for (const line of readable(() => before.ofHash(hash))) {
        if (found.has(line.sha256) || looks === MOST_LOOKS) continue;
        const there = await attic.at(revision, line.path);
        if (there.kind !== 'none') looks += 1;
        const trace = traceIn(there, line, line.path, revision);
        if (trace === null) continue;
        traces.push(trace);
        if (!trace.isPointer) found.add(line.sha256);
      }
    }
    return traces;
  }

  async function knows(path: string, sha256: string): Promise<boolean> {
    for (const [, before] of await locks()) {
      const lines = readable(() => [...before.ids()].flatMap((id) => before.of(id)));
      if (lines.some((line) => line.path === path && line.sha256 === sha256)) return true;
    }
    return false;
  }

  return { here, past, knows, read: (revision, path) => attic.read(revision, path) };
}

function traceIn(found: Found, line: Locked, path: string, revision: string | null): Trace | null {
  if (found.kind !== 'file' || found.sha256 !== line.sha256) return null;
  return { line, path, revision, isPointer: found.isPointer === true };
}

function readable(lines: () => readonly Locked[]): readonly Locked[] {
  try {
    return lines();
  } catch (error) {
    return madeNoSense(error, []);
  }
}

/** What was wrong in some commit is no reason to stop. */
function madeNoSense<T>(error: unknown, instead: T): T {
  if (error instanceof Failure) return instead;
  throw error;
}

async function locksIn(versions: readonly Version[]): Promise<readonly (readonly [string, Lock])[]> {
  const locks: (readonly [string, Lock])[] = [];
  for (const { revision, lines } of versions) locks.push([revision, await lockIn(lines, revision)]);
  return locks;
}

async function lockIn(lines: readonly string[], name: string): Promise<Lock> {
  try {
    return await readLock(
      (async function* () {
        yield lines;
      })(),
      name,
    );
  } catch (error) {
    return madeNoSense(error, NO_LOCK);
  }
}

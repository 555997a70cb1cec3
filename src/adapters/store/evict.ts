import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../ports/index.ts';
import { isDraft } from '../files/atomic-write.ts';

/** The folder is emptied a little below its limit, so that not every new picture has to make room. */
const KEPT_OF_LIMIT = 0.9;
/** Other processes write too, so the folder is measured again once this process has written so much of the limit. */
const TRUSTED_OF_LIMIT = 0.05;
/** Drafts older than this were left by processes that were killed. */
const LONGEST_WRITE_MS = 3_600_000;

interface Kept {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * Keeps a folder below a size: what was not used for longest goes first. However many processes do it at once, none of
 * them minds what another has taken away, and nothing that goes wrong here is worth a word: it costs space and no money.
 */
export function roomIn(folder: string, clock: Pick<Clock, 'now'>, limit: number) {
  /** Bytes when the folder was last looked at, and what this process added since; null until it was. */
  let filled: number | null = null;
  let added = 0;

  return async function makeRoom(bytes: number, latest: string): Promise<void> {
    added += bytes;
    if (filled !== null && filled + added <= limit && added <= limit * TRUSTED_OF_LIMIT) return;
    const all = await contents(folder, clock.now());
    filled = all.reduce((sum, kept) => sum + kept.bytes, 0);
    added = 0;
    if (filled <= limit) return;
    for (const { path, bytes } of all.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (filled <= limit * KEPT_OF_LIMIT) return;
      if (path === latest) continue;
      await remove(path);
      filled -= bytes;
    }
  };
}

async function contents(folder: string, now: number): Promise<readonly Kept[]> {
  const found: Kept[] = [];
  for (const prefix of await namesIn(folder)) {
    for (const name of await namesIn(join(folder, prefix))) {
      const path = join(folder, prefix, name);
      const there = await stat(path).catch(() => null);
      if (there === null) continue;
      if (isDraft(name) && now - there.mtimeMs > LONGEST_WRITE_MS) await remove(path);
      if (!isDraft(name)) found.push({ path, bytes: there.size, usedAt: there.mtimeMs });
    }
  }
  return found;
}

/** Another process may have removed the file first, or be reading it. */
const remove = (path: string): Promise<void> => rm(path, { force: true }).catch(() => undefined);

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

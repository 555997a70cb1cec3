import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../core/errors.ts';
import type { Clock, Original, Store } from '../ports.ts';
import { errno, trouble } from './errno.ts';
import { makeFolder } from './folder.ts';
import { sha256 } from './tree/disk.ts';

/** Some two thousand pictures. */
const USUAL_LIMIT = 4 * 1024 ** 3;
/** Emptied a little further than it must be, so that not every picture has to make room. */
const KEPT_OF_LIMIT = 0.9;
/** Drafts older than this belong to nobody any more. */
const LONGEST_WRITE_MS = 3_600_000;
const HASH = /^[0-9a-f]{64}$/;
const LINE_FEED = 10;

interface Kept {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** One file a picture: a line about it, then its bytes. Writers need no lock: a file has its name when it is whole. */
export function store(folder: string, clock: Pick<Clock, 'now'>, limit = USUAL_LIMIT): Store {
  /** Bytes in the folder as far as this process knows; null until it was looked at. */
  let filled: number | null = null;

  function fileOf(hash: string): string {
    if (!HASH.test(hash)) throw new Failure('bug', `Not a hash: ${JSON.stringify(hash)}.`);
    return join(folder, hash.slice(0, 2), hash);
  }

  /** Names by folder, looked up once: a plan asks for thousands. */
  const shelves = new Map<string, Promise<Set<string>>>();
  async function has(hash: string): Promise<boolean> {
    const shelf = dirname(fileOf(hash));
    const names = shelves.get(shelf) ?? namesIn(shelf).then((all) => new Set(all));
    shelves.set(shelf, names);
    return (await names).has(hash);
  }

  async function get(hash: string): Promise<Original | null> {
    const path = fileOf(hash);
    const content = await readFile(path).catch(() => null);
    if (content === null) return null;
    const original = originalIn(content);
    if (original === null) {
      await rm(path, { force: true }).catch(() => undefined);
      return null;
    }
    const now = new Date(clock.now());
    // Only for what is dropped first; a folder that cannot be written is still good to read.
    await utimes(path, now, now).catch(() => undefined);
    return original;
  }

  async function put(hash: string, original: Original): Promise<void> {
    const path = fileOf(hash);
    const draft = `${path}.${randomUUID()}.new`;
    const head = `${JSON.stringify(headOf(original))}\n`;
    try {
      await makeFolder(dirname(path));
      await writeFile(draft, Buffer.concat([Buffer.from(head), original.bytes]));
      const now = new Date(clock.now());
      await utimes(draft, now, now);
      await rename(draft, path);
      (await shelves.get(dirname(path)))?.add(hash);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw new Failure('disk', `The store ${folder} cannot be written: ${trouble(error).why}.`, {
        charged: 'no',
        cause: error,
      });
    }
    if (filled !== null) filled += head.length + original.bytes.byteLength;
    await makeRoom(path);
  }

  async function makeRoom(latest: string): Promise<void> {
    if (filled !== null && filled <= limit) return;
    const all = await contents();
    filled = all.reduce((sum, { bytes }) => sum + bytes, 0);
    if (filled <= limit) return;
    for (const { path, bytes } of all.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (filled <= limit * KEPT_OF_LIMIT) return;
      if (path === latest) continue;
      await rm(path, { force: true }).catch(() => undefined);
      filled -= bytes;
    }
  }

  async function contents(): Promise<readonly Kept[]> {
    const found: Kept[] = [];
    for (const shelf of await namesIn(folder)) {
      for (const name of await namesIn(join(folder, shelf))) {
        const path = join(folder, shelf, name);
        const there = await stat(path).catch(() => null);
        if (there === null) continue;
        const isDraft = name.endsWith('.new');
        if (isDraft && clock.now() - there.mtimeMs > LONGEST_WRITE_MS) await rm(path, { force: true });
        if (!isDraft) found.push({ path, bytes: there.size, usedAt: there.mtimeMs });
      }
    }
    return found;
  }

  return { has, get, put };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return [];
    throw error;
  }
}

const headOf = ({ bytes, model, cost, date }: Original) => ({
  format: 'pixtab.original/1',
  sha256: sha256(bytes),
  model,
  cost,
  date,
});

/** null unless every byte is as it was written. */
function originalIn(content: Buffer): Original | null {
  const end = content.indexOf(LINE_FEED);
  const head = end === -1 ? null : headIn(content.subarray(0, end).toString('utf8'));
  if (head === null) return null;
  const bytes = content.subarray(end + 1);
  const { model, cost, date } = head;
  return sha256(bytes) === head.sha256 ? { bytes, model, cost, date } : null;
}

interface Head extends Omit<Original, 'bytes'> {
  readonly sha256: string;
}

function headIn(line: string): Head | null {
  try {
    const head: Partial<Record<keyof Head, unknown>> = JSON.parse(line);
    const { sha256, model, cost, date } = head;
    const texts = [sha256, model, cost, date];
    if (!texts.every((text) => typeof text === 'string')) return null;
    return { sha256: String(sha256), model: String(model), cost: String(cost), date: String(date) };
  } catch {
    return null;
  }
}

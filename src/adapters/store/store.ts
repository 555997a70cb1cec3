import { readdir, readFile, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, type FailureKind } from '../../core/errors.ts';
import type { Clock, Original, Store } from '../../ports/index.ts';
import { atomicWriter, PROBE } from '../files/atomic-write.ts';
import { errno, trouble } from '../files/fs-errors.ts';
import { roomIn } from './evict.ts';
import { folderOf, headOf, originalIn } from './original.ts';

/** Some two thousand pictures. */
const USUAL_LIMIT = 4_000_000_000;

/** One file a picture. Writers need no lock: a file has its name when it is whole. */
export function store(folder: string, clock: Pick<Clock, 'now'>, limit = USUAL_LIMIT): Store {
  const makeRoom = roomIn(folder, clock, limit);

  const fileOf = (hash: string): string => join(folder, folderOf(hash), hash);

  function failing(kind: FailureKind, what: string, cause: unknown): Failure {
    const message = `The store ${folder} cannot be ${what}: ${trouble(cause).why}.`;
    return new Failure(kind, message, { charged: 'no', cause });
  }

  /** A picture that cannot be looked at may be there. To call it absent could buy it again, so this fails. */
  async function read<T>(looking: Promise<T>, absent: T): Promise<T> {
    try {
      return await looking;
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errno(error))) return absent;
      throw failing('usage', 'read', error);
    }
  }

  /** Names by folder, looked up once: a plan asks for thousands. */
  const namesByFolder = new Map<string, Promise<Set<string>>>();
  async function has(hash: string): Promise<boolean> {
    const parent = dirname(fileOf(hash));
    const names = namesByFolder.get(parent) ?? read(readdir(parent), []).then((all) => new Set(all));
    namesByFolder.set(parent, names);
    return (await names).has(hash);
  }

  async function get(hash: string): Promise<Original | null> {
    const path = fileOf(hash);
    const content = await read<Buffer | null>(readFile(path), null);
    if (content === null) return null;
    const original = originalIn(content);
    if (original === null) {
      await rm(path, { force: true }).catch(() => undefined);
      return null;
    }
    const now = new Date(clock.now());
    // The time only decides what is dropped first, so a folder that cannot be written can still be read.
    await utimes(path, now, now).catch(() => undefined);
    return original;
  }

  async function prove(): Promise<void> {
    try {
      await atomicWriter().prove(join(folder, 'probe'), [PROBE], { flush: true });
    } catch (error) {
      throw failing('usage', 'written', error);
    }
  }

  async function put(hash: string, original: Original): Promise<void> {
    const path = fileOf(hash);
    const content = [headOf(original), original.bytes];
    try {
      await atomicWriter().write(path, content);
    } catch (error) {
      throw failing('disk', 'written', error);
    }
    (await namesByFolder.get(dirname(path)))?.add(hash);
    await makeRoom(
      content.reduce((sum, { byteLength }) => sum + byteLength, 0),
      path,
    );
  }

  return { has, get, prove, put };
}

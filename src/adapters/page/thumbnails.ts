import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Clock, Pictures, Thumbnails } from '../../ports/index.ts';
import { atomicWriter } from '../files/atomic-write.ts';
import { roomIn } from '../store/evict.ts';

/** Some twenty thousand thumbnails. */
const LIMIT = 500_000_000;
/** Pictures that are in memory at the same time, whatever a browser asks for at once. */
const AT_A_TIME = 2;
const SHA256 = /^[0-9a-f]{64}$/;

/** One file a thumbnail, under the hash of the picture that it is of; what was not looked at for longest goes first. */
export function thumbnails(
  folder: string,
  clock: Pick<Clock, 'now'>,
  { thumbnail }: Pick<Pictures, 'thumbnail'>,
): Thumbnails {
  const inTurn = pLimit(AT_A_TIME);
  const makeRoom = roomIn(folder, clock, LIMIT);

  async function kept(path: string): Promise<Uint8Array | null> {
    const bytes = await readFile(path).catch(() => null);
    const now = new Date(clock.now());
    if (bytes !== null) await utimes(path, now, now).catch(() => undefined);
    return bytes;
  }

  async function keep(path: string, bytes: Uint8Array): Promise<void> {
    await atomicWriter().write(path, [bytes]);
    await makeRoom(bytes.byteLength, path);
  }

  async function made(path: string, read: () => Promise<Uint8Array | null>): Promise<Uint8Array | null> {
    const picture = await read();
    const small = picture && (await thumbnail(picture));
    // It can be made again: where it cannot be kept, it is only slow.
    if (small !== null) await keep(path, small).catch(() => undefined);
    return small;
  }

  return {
    async of(sha256, read, signal) {
      if (!SHA256.test(sha256)) return null;
      const path = join(folder, sha256.slice(0, 2), `${sha256}.webp`);
      const before = await kept(path);
      if (before !== null) return before;
      return inTurn(async () => {
        signal.throwIfAborted();
        // Somebody else may have asked for it meanwhile.
        return (await kept(path)) ?? made(path, read);
      });
    },
  };
}

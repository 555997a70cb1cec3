import { Failure, usageFailure } from '../../core/errors.ts';
import { numberedPath } from '../../core/files/filename.ts';
import { isInBucket, objectPlace } from '../../core/files/place.ts';
import type { PictureFiles } from '../../ports/index.ts';
import type { Buckets } from './buckets.ts';

/** The highest number of "name-2", "name-3" … */
const MOST_NAMES = 999;

/** Picture files in folders, and in buckets where a path begins with "s3://". */
export function withBuckets(files: PictureFiles, open: Buckets): PictureFiles {
  const at = async (path: string) => {
    const { bucket, key } = objectPlace(path);
    return { bucket: await open(bucket), key };
  };

  async function kindOf(path: string): ReturnType<PictureFiles['kindOf']> {
    const { bucket, key } = await at(path);
    if (key === '' || key.endsWith('/')) return 'folder';
    return (await bucket.has(key)) ? 'file' : 'none';
  }

  async function prove(path: string): Promise<void> {
    const { bucket, key } = await at(path);
    if (key === '' || key.endsWith('/')) throw usageFailure(`${path} names a folder.`);
    await bucket.prove(key);
  }

  async function put(
    path: string,
    bytes: Uint8Array,
    { replace }: { readonly replace: boolean },
  ): Promise<string> {
    const { bucket } = await at(path);
    try {
      for (let number = 1; number <= MOST_NAMES; number += 1) {
        const name = numberedPath(path, number);
        if (await bucket.put(objectPlace(name).key, bytes, { replace })) return name;
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { message, hint, cause } = error;
      throw new Failure('disk', `${path} was not written: ${message}`, { hint, cause });
    }
    throw new Failure(
      'disk',
      `${path} was not written: every name up to ${numberedPath(path, MOST_NAMES)} is taken.`,
    );
  }

  async function read(path: string): Promise<Uint8Array> {
    const { bucket, key } = await at(path);
    const bytes = await bucket.get(key);
    if (bytes === null) throw usageFailure(`${path} cannot be read: it is not there.`, 'Check the path.');
    return bytes;
  }

  async function sizeOf(path: string): Promise<number | null> {
    const { bucket, key } = await at(path);
    return bucket.sizeOf(key);
  }

  // What is updated or moved belongs to a manifest, whose pictures are in its folder.
  return {
    ...files,
    kindOf: (path) => (isInBucket(path) ? kindOf(path) : files.kindOf(path)),
    sizeOf: (path) => (isInBucket(path) ? sizeOf(path) : files.sizeOf(path)),
    realPath: async (path) => (isInBucket(path) ? path : files.realPath(path)),
    prove: (path, room) => (isInBucket(path) ? prove(path) : files.prove(path, room)),
    put: (path, bytes, options) =>
      isInBucket(path) ? put(path, bytes, options) : files.put(path, bytes, options),
    names: async (folder) => (isInBucket(folder) ? [] : files.names(folder)),
    tidy: async (folder, before) => (isInBucket(folder) ? 0 : files.tidy(folder, before)),
    read: (path) => (isInBucket(path) ? read(path) : files.read(path)),
  };
}

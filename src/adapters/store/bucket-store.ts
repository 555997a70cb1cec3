import { Failure, restated, usageFailure } from '../../core/errors.ts';
import { objectPlace } from '../../core/files/place.ts';
import type { Original, Store } from '../../ports/index.ts';
import type { Buckets } from '../s3/buckets.ts';
import { folderOf, headOf, originalIn } from './original.ts';

/**
 * One object a picture, under the names that a folder has. Nothing is dropped to make room: buckets have rules of their
 * own for what is old.
 */
export async function bucketStore(
  place: string,
  kind: 'real' | 'sandbox',
  limit: number | undefined,
  buckets: Buckets,
): Promise<Store> {
  if (limit !== undefined)
    throw usageFailure(
      '--store-limit is for a folder, and this store is a bucket.',
      'A lifecycle rule of the bucket can let go of what is old.',
    );
  const { bucket: name, key } = objectPlace(place);
  const bucket = await buckets(name);
  const prefix = `${key.replace(/\/?$/, '/').replace(/^\//, '')}${kind}/`;
  const keyOf = (hash: string): string => `${prefix}${folderOf(hash)}/${hash}`;

  /** Keys by folder, looked up once: a plan asks for thousands. */
  const keysByFolder = new Map<string, Promise<Set<string>>>();
  function namesBeside(hash: string): Promise<Set<string>> {
    const folder = `${prefix}${folderOf(hash)}/`;
    const names = keysByFolder.get(folder) ?? bucket.keys(folder).then((all) => new Set(all));
    keysByFolder.set(folder, names);
    return names;
  }

  async function get(hash: string): Promise<Original | null> {
    const content = await bucket.get(keyOf(hash));
    if (content === null) return null;
    // What is damaged is replaced by the next that is put there.
    return originalIn(Buffer.from(content));
  }

  const unwritable = (error: unknown, known: { readonly kind?: 'disk' } = {}): unknown =>
    error instanceof Failure
      ? restated(error, {
          ...known,
          message: `The store ${place} cannot be written: ${error.message}`,
          charged: 'no',
        })
      : error;

  async function prove(): Promise<void> {
    try {
      await bucket.prove(`${prefix}probe`);
    } catch (error) {
      throw unwritable(error);
    }
  }

  async function put(hash: string, original: Original): Promise<void> {
    try {
      await bucket.put(keyOf(hash), Buffer.concat([headOf(original), original.bytes]), { replace: true });
    } catch (error) {
      throw unwritable(error, { kind: 'disk' });
    }
    (await keysByFolder.get(`${prefix}${folderOf(hash)}/`))?.add(keyOf(hash));
  }

  return { has: async (hash) => (await namesBeside(hash)).has(keyOf(hash)), get, prove, put };
}

import { usageFailure } from '../errors.ts';
import { utf8Length } from './slug.ts';

/** A place in a bucket, as "s3://bucket/key" says it. */
export interface ObjectPlace {
  readonly bucket: string;
  /** May be empty, or end in a slash, where a folder is meant. */
  readonly key: string;
}

const SCHEME = 's3://';
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html (checked 2026-11-27).
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html (checked 2026-11-27).
const LONGEST_KEY = 1024;

export const isInBucket = (place: string): boolean => place.startsWith(SCHEME);

/** Whether it names no file but an address, as "gs://bucket/": as a path that would be a folder called "gs:". */
export const isAddress = (place: string): boolean => /(?:^|\/)[a-z][a-z0-9+.-]+:\/\//i.test(place);

/** Failure `usage` where it is no place in a bucket. */
export function objectPlace(place: string): ObjectPlace {
  const [bucket = '', ...rest] = place.slice(SCHEME.length).split('/');
  const key = rest.join('/');
  const wrong = (why: string) => usageFailure(`${place}: ${why}.`, 'Write s3://bucket/folder/');
  if (!BUCKET.test(bucket)) throw wrong(`"${bucket}" is no name of a bucket`);
  if (utf8Length(key) > LONGEST_KEY) throw wrong(`a key has ${LONGEST_KEY} bytes at most`);
  if (key.split('/').some((part) => part === '.' || part === '..'))
    throw wrong('a key has no "." or ".." in it');
  return { bucket, key };
}

/** A place as it is seen from a folder; what lies in a bucket is whole already. `resolve` is the platform's. */
export const wholePlace = (
  folder: string,
  place: string,
  resolve: (folder: string, path: string) => string,
): string => (isInBucket(place) ? place : resolve(folder, place));

import { afterAll, beforeEach, expect, it } from 'vitest';
import { bucketsOf } from '../../../src/adapters/s3/buckets.ts';
import { withBuckets } from '../../../src/adapters/s3/picture-files.ts';
import { bucketAccess, bucketServer } from '../../support/bucket-server.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakePictureFiles } from '../../support/fakes/picture-files.ts';

const server = await bucketServer();
afterAll(() => server[Symbol.asyncDispose]());

const stop = new AbortController().signal;
const files = withBuckets(
  fakePictureFiles(),
  bucketsOf(bucketAccess(server), fakeClock(), { stop, leave: stop }),
);
beforeEach(() => {
  server.requests.length = 0;
});

it('knows how large a picture in a bucket is without fetching it', async () => {
  server.objects.set('a.png', Buffer.from('one'));
  expect(await files.sizeOf('s3://pictures/a.png')).toBe(3);
  expect(await files.sizeOf('s3://pictures/b.png')).toBeNull();
  expect(server.requests).toEqual(['HEAD a.png', 'HEAD b.png']);
});

it('fetches it where the service does not say how large it is', async () => {
  server.objects.set('a.png', Buffer.from('one'));
  server.faults.push({ status: 200, headers: { 'content-encoding': 'gzip', 'content-length': '23' } });
  expect(await files.sizeOf('s3://pictures/a.png')).toBe(3);
  expect(server.requests).toEqual(['HEAD a.png', 'GET a.png']);
});

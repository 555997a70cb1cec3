import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { bucketAccess, bucketServer, type BucketServer } from '../support/bucket-server.ts';
import { workplace, type Workplace } from './pixtab.ts';

const DENIED = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
const BUY = ['a lighthouse at dusk', '--sandbox'];

let server: BucketServer;
let place: Workplace;
beforeEach(async ({ onTestFinished }) => {
  server = await bucketServer();
  place = await workplace({ settings: bucketAccess(server) });
  onTestFinished(() => server[Symbol.asyncDispose]());
  onTestFinished(() => place[Symbol.asyncDispose]());
});

const keys = (): readonly string[] => [...server.objects.keys()];

describe('-o s3://', () => {
  it('puts pictures into a bucket, with their receipts beside them', async () => {
    const { code, stdout } = await place.run([
      ...BUY,
      '-n',
      '2',
      '-o',
      's3://pictures/shop/{slug}-{n}',
      '--sidecar',
    ]);
    expect(code).toBe(0);
    const paths = [
      's3://pictures/shop/a-lighthouse-at-dusk-1.jpg',
      's3://pictures/shop/a-lighthouse-at-dusk-2.jpg',
    ];
    expect(stdout.trim().split('\n')).toEqual(paths);
    expect(keys().toSorted()).toEqual(
      paths
        .flatMap((path) => [path, `${path}.json`])
        .map((path) => path.replace('s3://pictures/', ''))
        .toSorted(),
    );
    // Whether it can be written is asked once a folder.
    expect(server.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
    const [picture] = server.objects.values();
    await expect(sharp(picture).metadata()).resolves.toMatchObject({ format: 'jpeg' });
  });

  it('says of a picture in a bucket what it says of one in a folder', async () => {
    const path = 's3://pictures/a.png';
    await place.run([...BUY, '-o', path]);
    expect((await place.run(['receipt', path, '--sandbox'])).stdout).toContain(path);
    expect((await place.run(['verify', '--sandbox'])).code).toBe(0);
    server.objects.set('a.png', Buffer.from('another'));
    const { code, stdout } = await place.run(['verify', '--sandbox']);
    expect([code, stdout]).toEqual([expect.any(Number), expect.stringContaining('changed')]);
    expect((await place.run(['history', '--sandbox'])).stdout).toContain(path);
  });

  it('never overwrites unless it is forced to', async () => {
    server.objects.set('a.png', Buffer.from('precious'));
    const { code, stderr } = await place.run([...BUY, '-o', 's3://pictures/a.png']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('s3://pictures/a.png exists')]);
    expect(server.objects.get('a.png')?.toString()).toBe('precious');
    expect((await place.run([...BUY, '-o', 's3://pictures/a.png', '--force'])).code).toBe(0);
    expect(server.objects.get('a.png')?.length).toBeGreaterThan(1000);
  });

  it.each([
    ['nobody may write there', DENIED, 3, /AccessDenied/],
    [
      'the bucket is not there',
      { status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' },
      2,
      /NoSuchBucket/,
    ],
  ])('buys nothing where %s', async (_, fault, code, message) => {
    server.refusals.set('POST', fault);
    const ran = await place.run([...BUY, '-o', 's3://pictures/a.png']);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringMatching(message)]);
    expect((await place.run(['spend', '--sandbox', '--json'])).stdout).toContain('"requests": 0');
  });

  it('keeps what was paid for where the bucket takes it no more, and recover puts it there', async () => {
    server.refusals.set('PUT', DENIED);
    const ran = await place.run([...BUY, '-o', 's3://pictures/a.png']);
    expect([ran.code, ran.stderr]).toEqual([11, expect.stringContaining('pixtab recover')]);
    expect(keys()).toEqual([]);
    server.refusals.clear();
    expect((await place.run(['recover', '--sandbox'])).code).toBe(0);
    expect(keys()).toEqual(['a.png']);
  });

  it('brings what could not be put elsewhere into a bucket, if that is asked for', async () => {
    server.refusals.set('PUT', DENIED);
    await place.run([...BUY, '-o', 's3://pictures/a.png']);
    server.refusals.clear();
    expect((await place.run(['recover', '--sandbox', '-o', 's3://pictures/late'])).code).toBe(0);
    expect(keys()).toEqual(['late/a.png']);
  });

  it.each([['-o'], ['--store']])('names %s where it leads to no bucket', async (flag) => {
    const { code, stderr } = await place.run([...BUY, '--cached', flag, 's3://No/']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('"No" is no name of a bucket')]);
  });

  it('needs access, and says which variable is missing', async () => {
    const { code, stderr } = await place.run([...BUY, '-o', 's3://pictures/'], {
      env: { AWS_ACCESS_KEY_ID: '' },
    });
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('s3:// needs AWS_ACCESS_KEY_ID, which is not set'),
    ]);
  });
});

describe('--store s3://', () => {
  it('is one store for many machines: what one has bought costs another nothing', async () => {
    await place.run([...BUY, '--cached', '--store', 's3://pictures/store']);
    expect(keys()).toEqual([expect.stringMatching(/^store\/sandbox\/[0-9a-f]{2}\/[0-9a-f]{64}$/)]);
    await using other = await workplace({ settings: bucketAccess(server) });
    const { stderr } = await other.run([...BUY, '--cached', '--store', 's3://pictures/store']);
    expect(stderr).toContain('bought before, for $0.00');
  });

  it('is not chosen by a folder, which could send pictures anywhere', async () => {
    await writeFile(
      join(place.dir, '.pixtab.json'),
      JSON.stringify({ store: 's3://pictures/', out: 's3://pictures/' }),
    );
    const { code, stderr } = await place.run([...BUY, '--cached']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('must not send your pictures to a bucket')]);
    expect(keys()).toEqual([]);
  });
});

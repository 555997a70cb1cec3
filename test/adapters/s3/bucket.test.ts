import { getEventListeners } from 'node:events';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { accessFrom } from '../../../src/adapters/s3/access.ts';
import { bucketOf, type Bucket, type Wishes } from '../../../src/adapters/s3/bucket.ts';
import { bucketsOf } from '../../../src/adapters/s3/buckets.ts';
import { bucketStore } from '../../../src/adapters/store/bucket-store.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { bucketAccess, bucketServer } from '../../support/bucket-server.ts';
import { until } from '../../../bench/process.mjs';
import { rejection } from '../../support/failure.ts';
import { lacks } from '../../support/lacks.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { anOriginal, hashOf, storeContract } from '../../support/store.contract.ts';

const server = await bucketServer();
const simple = await bucketServer({ isSimple: true });
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await simple[Symbol.asyncDispose]();
});

const NEW = { replace: false };
const bytes = (text: string): Uint8Array => Buffer.from(text);
/** Nobody wants to stop. */
const patient = () => ({ stop: new AbortController().signal, leave: new AbortController().signal });
const opened = (at = server, name = 'pictures', clock = fakeClock(), wishes: Wishes = patient()): Bucket =>
  bucketOf(name, accessFrom(bucketAccess(at)), { clock, proxy: null, ...wishes });

/** A server that others wrote, with the credentials that it has for everybody. */
const { PIXTAB_TEST_S3 = '', PIXTAB_TEST_BUCKET = '' } = process.env;
const others = (): Bucket => {
  const access = {
    AWS_ENDPOINT_URL: PIXTAB_TEST_S3,
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
  };
  return bucketOf(PIXTAB_TEST_BUCKET, accessFrom(access), {
    clock: systemClock(),
    proxy: null,
    ...patient(),
  });
};

describe.for([
  { name: 'a bucket', isThere: true, open: () => opened() },
  { name: 'a bucket of a simple service', isThere: true, open: () => opened(simple) },
  { name: 'a bucket of s3rver', isThere: !lacks('a server of S3'), open: others },
])('$name', ({ isThere, open }) => {
  const folder = `${randomUUID()}/`;
  const text = async (bucket: Bucket, key: string) => {
    const found = await bucket.get(key);
    return found && Buffer.from(found).toString();
  };

  it.runIf(isThere)('gives back what was put, under names of any letters', async () => {
    const bucket = open();
    for (const name of ['a.png', 'a b+c.png', "it's (1)*!.png", '日本/ü%41&?#=.png', '{x}~_-.png']) {
      expect(await bucket.put(folder + name, bytes(name), NEW)).toBe(true);
      expect([name, await text(bucket, folder + name), await bucket.has(folder + name)]).toEqual([
        name,
        name,
        true,
      ]);
      expect(await bucket.keys(folder)).toContain(folder + name);
    }
  });

  it.runIf(isThere)('has nothing where nothing was put, and lets go of what it had', async () => {
    const bucket = open();
    const key = `${folder}gone.png`;
    expect([await bucket.get(key), await bucket.has(key)]).toEqual([null, false]);
    await bucket.put(key, bytes('one'), NEW);
    await bucket.remove(key);
    await bucket.remove(key);
    expect([await bucket.get(key), await bucket.has(key)]).toEqual([null, false]);
  });

  it.runIf(isThere)('replaces only when it is told to', async () => {
    const bucket = open();
    const key = `${folder}taken.png`;
    await bucket.put(key, bytes('one'), NEW);
    expect(await bucket.put(key, bytes('two'), NEW)).toBe(false);
    expect(await text(bucket, key)).toBe('one');
    expect(await bucket.put(key, bytes('three'), { replace: true })).toBe(true);
    expect(await text(bucket, key)).toBe('three');
  });

  it.runIf(isThere)('lists all that begins so, and nothing else', async () => {
    const bucket = open();
    const keys = Array.from({ length: 8 }, (_, index) => `${folder}many/${index}`);
    for (const key of [...keys, `${folder}manyfold`]) await bucket.put(key, bytes('one'), NEW);
    expect(await bucket.keys(`${folder}many/`)).toEqual(keys);
    expect(await bucket.keys(`${folder}none/`)).toEqual([]);
  });

  it.runIf(isThere)('proves that an object could be written, and leaves none', async () => {
    const bucket = open();
    await bucket.prove(`${folder}proven.png`);
    expect(await bucket.has(`${folder}proven.png`)).toBe(false);
  });
});

describe('a bucket', () => {
  let bucket: Bucket;
  let clock: ReturnType<typeof fakeClock>;
  beforeEach(() => {
    server.faults.length = 0;
    clock = fakeClock();
    bucket = opened(server, 'pictures', clock);
  });

  it('leaves no upload behind when it proves a place', async () => {
    await bucket.prove('proof.png');
    expect(server.uploads.size).toBe(0);
    expect(server.requests.slice(-2)).toEqual([
      'POST proof.png?uploads',
      'DELETE proof.png?uploadId=proof.png%21',
    ]);
  });

  it('proves places for days, and leaves nothing with the signals that it was given', async () => {
    const wishes = patient();
    const proof = opened(server, 'pictures', clock, wishes);
    const key = randomUUID();
    await proof.prove(key);
    const before = getEventListeners(wishes.leave, 'abort').length;
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(60_001);
      await proof.prove(key);
    }
    expect(server.requests.filter((request) => request.startsWith(`POST ${key}`))).toHaveLength(4);
    expect(getEventListeners(wishes.leave, 'abort')).toHaveLength(before);
  });

  it('says that there is no such bucket', async () => {
    await expect(opened(server, 'none').put('a', bytes('one'), NEW)).rejects.toMatchObject({
      kind: 'usage',
      message: 'The bucket none answered 404 (NoSuchBucket: No & no).',
    });
  });

  it.each([
    ['it breaks off', 'broken'],
    ['it is busy', { status: 503, body: '<Error><Code>SlowDown</Code></Error>' }],
    ['it fails', { status: 500 }],
    ['there are too many requests', { status: 429 }],
  ] as const)('asks again where %s', async (_, fault) => {
    const key = randomUUID();
    server.faults.push(fault, fault, fault);
    expect(await bucket.put(key, bytes('one'), { replace: true })).toBe(true);
    expect(server.objects.get(key)?.toString()).toBe('one');
  });

  it('gives up after some tries, and says why', async () => {
    server.faults.push(
      ...Array.from({ length: 6 }, () => ({ status: 503, body: '<Error><Code>SlowDown</Code></Error>' })),
    );
    await expect(bucket.get('a')).rejects.toMatchObject({
      kind: 'unavailable',
      charged: 'no',
      message: 'The bucket pictures answered 503 (SlowDown).',
    });
    expect(server.faults).toEqual([]);
  });

  describe('that lies', () => {
    const listed = (content: string) => {
      server.refusals.set('GET', { status: 200, body: `<ListBucketResult>${content}</ListBucketResult>` });
      return rejection(opened().keys('a/')).finally(() => server.refusals.clear());
    };
    const more = '<IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken>';

    it.each([
      ['without a key', more],
      ['with the same key', `<Key>a/b</Key>${more}`],
    ])('about more pages, again and again, %s, is left', async (_, content) => {
      expect(await listed(content)).toMatchObject({
        kind: 'unavailable',
        charged: 'no',
        message: 'The bucket pictures lists its objects without an end.',
      });
    });

    it('with more keys than a page has is left before they are read', async () => {
      expect(await listed('<Key>a</Key>'.repeat(700_000))).toMatchObject({
        kind: 'unavailable',
        charged: 'no',
        message: 'The bucket pictures sent more than it can have to say.',
      });
    });

    it('about how its keys are written is taken at its word', async () => {
      const body = '<EncodingType>url</EncodingType><Key>a/100%</Key><Key>a/%C3%BC</Key>';
      server.refusals.set('GET', { status: 200, body });
      expect(await opened().keys('a/')).toEqual(['a/100%', 'a/ü']);
      server.refusals.clear();
    });
  });

  it('knows its own object where the answer about it was lost', async () => {
    const key = randomUUID();
    server.faults.push({ status: 404 }, 'lost');
    expect(await bucket.put(key, bytes('one'), NEW)).toBe(true);
    expect(server.objects.get(key)?.toString()).toBe('one');
  });

  it('takes the object of somebody else for no own one', async () => {
    const key = randomUUID();
    server.objects.set(key, Buffer.from('another'));
    server.faults.push({ status: 404 }, 'broken');
    expect(await bucket.put(key, bytes('one'), NEW)).toBe(false);
    expect(server.objects.get(key)?.toString()).toBe('another');
  });

  it.each([
    [
      'a key that is not known',
      { status: 403, body: '<Error><Code>InvalidAccessKeyId</Code></Error>' },
      'auth',
      /AWS_ACCESS_KEY_ID/,
    ],
    [
      'a region that is another',
      { status: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' } },
      'usage',
      /AWS_REGION=eu-west-1/,
    ],
    [
      'a clock that is off, where it does not say its own',
      {
        status: 403,
        body: '<Error><Code>RequestTimeTooSkewed</Code></Error>',
        headers: { date: 'today' },
      },
      'auth',
      /clock/,
    ],
  ] as const)('says what to do about %s', async (_, fault, kind, hint) => {
    server.faults.push(fault);
    await expect(bucket.get('a')).rejects.toMatchObject({ kind, hint: expect.stringMatching(hint) });
  });

  it('signs with the time of the service where the clock here is off, however far', async () => {
    clock.advance(-3_600_000);
    server.faults.push({
      status: 403,
      body: '<Error><Code>RequestTimeTooSkewed</Code></Error>',
      headers: { date: new Date(clock.now() + 5_400_000).toUTCString() },
    });
    await bucket.put('skewed', bytes('one'), { replace: true });
    const signed = new Date(Math.floor(clock.now() / 1_000) * 1_000 + 5_400_000);
    expect(server.headers.at(-1)?.['x-amz-date']).toBe(signed.toISOString().replaceAll(/[:-]|\.\d{3}/g, ''));
    expect(server.objects.has('skewed')).toBe(true);
  });

  it('sends the token of a session, and signs with the time of the clock', async () => {
    const access = accessFrom({ ...bucketAccess(server), AWS_SESSION_TOKEN: 'for-an-hour' });
    await bucketOf('pictures', access, {
      clock: fakeClock(Date.UTC(2026, 10, 27, 4, 5, 6, 789)),
      proxy: null,
      ...patient(),
    }).has('a');
    expect(server.headers.at(-1)).toMatchObject({
      'x-amz-security-token': 'for-an-hour',
      'x-amz-date': '20261127T040506Z',
    });
  });
});

describe('whoever presses Ctrl-C', () => {
  const looks = {
    'reads an object': (bucket: Bucket) => bucket.get('a'),
    'looks whether one is there': (bucket: Bucket) => bucket.has('a'),
    lists: (bucket: Bucket) => bucket.keys('a'),
    'proves a place': (bucket: Bucket) => bucket.prove('proof/a'),
  };
  const writes = {
    'replaces an object': (bucket: Bucket) => bucket.put(randomUUID(), bytes('one'), { replace: true }),
    'puts a new one': (bucket: Bucket) => bucket.put(randomUUID(), bytes('one'), NEW),
    'removes one': (bucket: Bucket) => bucket.remove('a'),
  };
  const busy = () => ({ status: 503, body: '<Error><Code>SlowDown</Code></Error>' });
  let stop: AbortController;
  let leave: AbortController;
  let waits: number;
  let bucket: Bucket;

  /** Presses it, once or twice, while the next try is waited for. */
  const pressing = (times: 1 | 2) => {
    const clock = fakeClock();
    bucket = opened(
      server,
      'pictures',
      {
        ...clock,
        async sleep(ms, signal) {
          waits += 1;
          stop.abort();
          if (times === 2) leave.abort();
          await clock.sleep(ms, signal);
        },
      },
      { stop: stop.signal, leave: leave.signal },
    );
  };

  beforeEach(() => {
    [stop, leave, waits] = [new AbortController(), new AbortController(), 0];
    server.faults.splice(0, Infinity, busy(), busy());
    server.requests.splice(0);
  });

  it.each(Object.entries(looks))('once waits no longer where pixtab %s', async (_, work) => {
    pressing(1);
    await expect(work(bucket)).rejects.toMatchObject({ kind: 'cancelled', charged: 'no' });
    expect([waits, server.requests.length]).toEqual([1, 1]);
  });

  it.each(Object.entries(writes))('once lets it go on where pixtab %s', async (_, work) => {
    pressing(1);
    await work(bucket);
    expect([waits, server.faults]).toEqual([2, []]);
  });

  it.each(Object.entries({ ...looks, ...writes }))(
    'twice waits no longer where pixtab %s',
    async (_, work) => {
      pressing(2);
      await expect(work(bucket)).rejects.toMatchObject({ kind: 'cancelled', charged: 'no' });
      expect([waits, server.requests.length]).toEqual([1, 1]);
    },
  );

  it.each(Object.entries({ ...looks, ...writes }).filter(([name]) => !name.startsWith('proves')))(
    'twice leaves a silent service at once where pixtab %s',
    async (_, work) => {
      server.faults.splice(0, Infinity, 'stalled');
      pressing(1);
      const working = work(bucket);
      await until('it is asked', () => server.requests.length === 1);
      leave.abort();
      await expect(working).rejects.toMatchObject({ kind: 'cancelled', charged: 'no' });
    },
  );

  it('twice while a large object is sent leaves nothing of it behind', async () => {
    server.faults.splice(0);
    pressing(1);
    const putting = bucket.put('large.png', new Uint8Array(64 * 1024 * 1024), { replace: true });
    await until('it is on its way', () => server.arriving() > 0);
    leave.abort();
    await expect(putting).rejects.toMatchObject({ kind: 'cancelled' });
    await until('the service has noticed', () => server.arriving() === 0);
    expect([server.objects.has('large.png'), server.uploads.size]).toEqual([false, 0]);
  });

  it('twice between the two steps of a proof leaves no upload behind', async () => {
    server.faults.splice(0);
    const proof = opened(server, 'pictures', fakeClock(), { stop: stop.signal, leave: leave.signal });
    server.afterwards = () => {
      stop.abort();
      leave.abort();
    };
    await proof.prove(`${randomUUID()}/proof.png`);
    expect(server.requests).toEqual([expect.stringMatching(/^POST/), expect.stringMatching(/^DELETE/)]);
    expect(server.uploads.size).toBe(0);
  });
});

describe('access', () => {
  it.each([
    ['no key', { AWS_SECRET_ACCESS_KEY: 'x' }, 'auth', /AWS_ACCESS_KEY_ID, which is not set/],
    ['no secret', { AWS_ACCESS_KEY_ID: 'x' }, 'auth', /AWS_SECRET_ACCESS_KEY, which is not set/],
    [
      'letters that no key has',
      { AWS_ACCESS_KEY_ID: 'my…key' },
      'usage',
      /AWS_ACCESS_KEY_ID has a character/,
    ],
    [
      'a line break in the token',
      { AWS_SESSION_TOKEN: 'a\nb' },
      'usage',
      /AWS_SESSION_TOKEN has a character/,
    ],
    ['an address of nothing', { AWS_ENDPOINT_URL: 'minio:9000' }, 'usage', /AWS_ENDPOINT_URL is no address/],
    ['a password in the address', { AWS_ENDPOINT_URL: 'https://a:b@minio' }, 'usage', /is no address/],
  ] as const)('is refused with %s', (_, env, kind, message) => {
    expect(() => accessFrom(env)).toThrow(
      expect.objectContaining({ kind, message: expect.stringMatching(message) }),
    );
  });

  it('is to AWS in the region, where no address is set', () => {
    const { endpoint } = accessFrom({
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_REGION: 'eu-west-1',
    });
    expect(endpoint).toBe('https://s3.eu-west-1.amazonaws.com');
  });
});

const storeAt = (place: string, limit?: number) =>
  bucketStore(place, 'real', limit, bucketsOf(bucketAccess(server), fakeClock(), patient()));
const stores = await Promise.all(
  Array.from({ length: 6 }, () => storeAt(`s3://pictures/${randomUUID()}/store`)),
);
storeContract('a bucket', () => stores.pop() as Awaited<ReturnType<typeof storeAt>>);

describe('a store in a bucket', () => {
  it('takes no damaged picture for a whole one', async () => {
    const store = await storeAt('s3://pictures/damaged');
    await store.put(hashOf('a'), anOriginal('one'));
    server.objects.set(`damaged/real/aa/${hashOf('a')}`, Buffer.from('one'));
    expect(await store.get(hashOf('a'))).toBeNull();
  });

  it('says that it cannot be written, before anything is put there', async () => {
    const store = await storeAt('s3://nowhere/store');
    await expect(store.prove()).rejects.toThrow('The store s3://nowhere/store cannot be written: ');
  });

  it('has no limit of its own', async () => {
    await expect(storeAt('s3://pictures/', 1000)).rejects.toThrow('--store-limit is for a folder');
  });

  it.each(['s3://', 's3://A/', 's3://pictures/../x'])('is no %s', async (place) => {
    await expect(storeAt(place)).rejects.toMatchObject({ kind: 'usage' });
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { journal } from '../../../src/adapters/journal/journal.ts';
import { sharedJournal } from '../../../src/adapters/journal/shared-journal.ts';
import { sharedPlace } from '../../../src/adapters/journal/shared-place.ts';
import { thisProcess, type Owner } from '../../../src/adapters/ledger/owner.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { SILENT_MS } from '../../../src/core/policy/lease.ts';
import type { Clock } from '../../../src/ports/index.ts';
import { bucketAccess, bucketServer } from '../../support/bucket-server.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeJournal } from '../../support/fakes/journal.ts';
import { faultyFs } from '../../support/faulty-fs.ts';
import { journalContract } from '../../support/journal.contract.ts';
import { lacks } from '../../support/lacks.ts';
import { aPlan } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

const server = await bucketServer();
const simple = await bucketServer({ isSimple: true });
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await simple[Symbol.asyncDispose]();
});

const BODY = Buffer.from('an answer');
const PLACE = 's3://pictures/team';
const nobody = () => new AbortController().signal;

interface Machine {
  readonly place?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly pid?: number;
  /** Processes of this host that run. */
  readonly alive?: readonly number[];
  readonly clock?: Clock;
  readonly fs?: Parameters<typeof journal>[1];
}

/** A machine with a disk of its own. */
async function machine({
  place = PLACE,
  env = bucketAccess(server),
  host = 'here',
  pid = 1,
  alive = [],
  clock = fakeClock(),
  fs,
}: Machine = {}) {
  const folder = await tempDir();
  const owner: Owner = { ...thisProcess(), id: `${host} ${pid}`, host, pid };
  const there = sharedPlace(place, false, { env, clock, stop: nobody(), leave: nobody() });
  const isAlive = (other: Pick<Owner, 'pid'>): boolean => alive.includes(other.pid);
  const local = journal(folder.path, fs);
  const disposed = () => folder[Symbol.asyncDispose]();
  return {
    folder,
    local,
    journal: sharedJournal(local, there, { owner, isAlive }),
    [Symbol.asyncDispose]: disposed,
  };
}

journalContract('a journal in a folder', async () => {
  const folder = await tempDir();
  return { journal: journal(folder.path), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
});
journalContract('the fake journal', async () => ({
  journal: fakeJournal(),
  [Symbol.asyncDispose]: async () => {},
}));
const ownPlace = () => `s3://pictures/${randomUUID()}`;
journalContract('a journal with copies in a bucket', () => machine({ place: ownPlace() }));
journalContract('a journal with copies in a bucket of a simple service', () =>
  machine({ place: ownPlace(), env: bucketAccess(simple) }),
);
if (!lacks('a server of S3')) {
  const { PIXTAB_TEST_S3 = '', PIXTAB_TEST_BUCKET = '' } = process.env;
  const env = {
    AWS_ENDPOINT_URL: PIXTAB_TEST_S3,
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
  };
  journalContract('a journal with copies in a bucket of s3rver', () =>
    machine({ place: `s3://${PIXTAB_TEST_BUCKET}/${randomUUID()}`, env, clock: systemClock() }),
  );
}

const down = { status: 503, body: '<Error><Code>SlowDown</Code></Error>' };
const KEY = 'team/real/journal/attempt-1.answer';

describe('a journal with copies in a bucket', () => {
  beforeEach(() => {
    server.objects.clear();
    server.faults.splice(0);
    server.refusals.clear();
    server.ages.clear();
    server.requests.splice(0);
  });

  it('has the answer on the disk before it is in the bucket', async () => {
    await using a = await machine();
    server.afterwards = () => expect(a.local.has('attempt-1')).toBe(true);
    await a.journal.keep(aPlan(), BODY);
    server.afterwards = () => {};
    expect([...server.objects.keys()]).toEqual([KEY]);
  });

  it('has an answer for another machine when the disk of the first is gone', async () => {
    {
      await using a = await machine({ host: 'there' });
      await a.journal.keep(aPlan(), BODY);
    }
    await using b = await machine();
    expect(await b.journal.ids()).toEqual(['attempt-1']);
    expect(await b.journal.list()).toMatchObject([{ path: `s3://pictures/${KEY}`, attempt: aPlan() }]);
    expect(Buffer.from((await b.journal.read('attempt-1')).body ?? []).equals(BODY)).toBe(true);
    await b.journal.remove('attempt-1');
    expect(server.objects.size).toBe(0);
  });

  it('sets aside on its own disk what was kept elsewhere', async () => {
    await using a = await machine({ host: 'there' });
    await a.journal.keep(aPlan(), BODY);
    await using b = await machine();
    expect(await b.journal.setAside('attempt-1')).toBe(b.folder.at('kept', 'attempt-1.answer'));
    expect(await b.journal.aside()).toMatchObject([{ status: 'ok', attempt: aPlan() }]);
    expect(server.objects.size).toBe(0);
  });

  it('takes the copy where the disk has damaged its own', async () => {
    const { fs } = faultyFs(() => null);
    await using a = await machine({
      fs: { ...fs, readFile: async (path) => (await fs.readFile(path)).subarray(0, 60) },
    });
    await a.journal.keep(aPlan(), BODY);
    expect((await a.journal.read('attempt-1')).entry.status).toBe('ok');
  });

  it('lets nothing be bought where the bucket fails, and says so', async () => {
    await using a = await machine();
    server.faults.push(down, down, down);
    expect(await rejection(a.journal.prove(1))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
      message:
        'Answers could not be kept at s3://pictures/team/real/journal/, so nothing was sent. The bucket pictures answered 503 (SlowDown).',
    });
    expect(await rejection((await machine({ env: {} })).journal.prove(1))).toMatchObject({ kind: 'auth' });
  });

  it('holds an answer on the disk where the bucket fails, and says so', async () => {
    await using a = await machine();
    server.refusals.set('PUT', down);
    expect(await a.journal.keep(aPlan(), BODY)).toMatchObject({
      path: a.folder.at('attempt-1.answer'),
      remark: 'The answer is kept on this machine alone: The bucket pictures answered 503 (SlowDown).',
    });
    expect(a.local.has('attempt-1')).toBe(true);
    expect(server.objects.size).toBe(0);
  });

  it('holds an answer in the bucket where the disk fails, and says so', async () => {
    await using a = await machine({ fs: faultyFs((call) => (call === 'rename' ? 'ENOSPC' : null)).fs });
    expect(await a.journal.keep(aPlan(), BODY)).toMatchObject({
      path: `s3://pictures/${KEY}`,
      status: 'ok',
      remark: expect.stringMatching(/ENOSPC.*It is kept at s3:\/\/pictures/),
    });
    expect(await a.journal.ids()).toEqual(['attempt-1']);
  });

  it('fails as the disk did where neither can keep an answer', async () => {
    await using a = await machine({ fs: faultyFs((call) => (call === 'rename' ? 'ENOSPC' : null)).fs });
    server.refusals.set('PUT', down);
    expect(await rejection(a.journal.keep(aPlan(), BODY))).toMatchObject({ kind: 'disk', charged: 'yes' });
  });

  it('knows of a copy that could not be removed, until it is', async () => {
    await using a = await machine();
    await a.journal.keep(aPlan(), BODY);
    server.refusals.set('DELETE', down);
    expect(await rejection(a.journal.remove('attempt-1'))).toMatchObject({ kind: 'disk', charged: 'no' });
    server.refusals.clear();
    expect([await a.journal.ids(), a.local.has('attempt-1')]).toEqual([['attempt-1'], true]);
    await a.journal.remove('attempt-1');
    expect([await a.journal.ids(), server.objects.size]).toEqual([[], 0]);
  });

  it.each([
    { name: 'a process of another machine that was just at it', host: 'there', is: false },
    { name: 'a process of this machine that lives', alive: [1], is: false },
    { name: 'a process of this machine that is dead', is: true },
    { name: 'a machine of which nothing was heard', host: 'there', age: SILENT_MS, is: true },
    { name: 'one that was heard of a moment before that', host: 'there', age: SILENT_MS - 5_000, is: false },
  ])('has given an answer to $name: $is', async ({ host = 'here', alive = [], age = 0, is }) => {
    await using a = await machine({ host });
    await a.journal.keep(aPlan(), BODY);
    server.ages.set(KEY, age);
    await using b = await machine({ pid: 2, alive });
    expect(await b.journal.claim('attempt-1')).toBe(is);
  });

  it('gives an answer to one of several that ask at the same moment, and to the next when that one is dead', async () => {
    await using a = await machine({ pid: 1 });
    await a.journal.keep(aPlan(), BODY);
    const others = await Promise.all(
      Array.from({ length: 8 }, (_, n) => machine({ pid: n + 2, alive: [2, 3, 4, 5, 6, 7, 8, 9] })),
    );
    const claims = await Promise.all(others.map((other) => other.journal.claim('attempt-1')));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await Promise.all(others.map((other) => other.journal.claim('attempt-1')))).toEqual(claims);
    await using next = await machine({ pid: 99 });
    expect(await next.journal.claim('attempt-1')).toBe(true);
    await next.journal.remove('attempt-1');
    expect([...server.objects.keys()]).toEqual([]);
    for (const other of others) await other[Symbol.asyncDispose]();
  });

  it('gives nothing to who comes when it was finished meanwhile', async () => {
    await using a = await machine({ pid: 1 });
    await a.journal.keep(aPlan(), BODY);
    await using b = await machine({ pid: 2 });
    // It goes while the claim to it is written.
    server.afterwards = (request) => void (request.startsWith('PUT') && server.objects.delete(KEY));
    expect(await b.journal.claim('attempt-1')).toBe(false);
    server.afterwards = () => {};
    expect(server.objects.size).toBe(0);
  });

  it('clears away claims to answers that are gone', async () => {
    await using a = await machine();
    server.objects.set('team/real/journal/gone.claim-1', BODY);
    server.objects.set('team/real/journal/there.answer', BODY);
    server.objects.set('team/real/journal/there.claim-1', BODY);
    await a.journal.tidy(0);
    expect([...server.objects.keys()].map((key) => key.slice('team/real/journal/'.length))).toEqual([
      'there.answer',
      'there.claim-1',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import type { RemoteBatch } from '../../../src/ports/index.ts';
import { advance } from '../../../src/purchase/batch/advance.ts';
import { MOST_AT_ONCE } from '../../../src/purchase/batch/collect.ts';
import type { BatchContext } from '../../../src/purchase/batch/types.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { scene } from '../../support/jobs.ts';
import { job, keysOf, statesOf } from './support.ts';

type Result = RemoteBatch['results'][number];

const answerOf = (key: string, more: object = {}): Result => ({
  key,
  answer: Buffer.from(JSON.stringify({ ...refusalAnswer(), ...more })),
  error: null,
});
const SENSELESS: Result = { key: null, answer: null, error: null };

/** A job of some requests that ended, with these results inside of it. */
async function ended(count: number, resultsOf: (keys: readonly string[]) => readonly Result[]) {
  const here = scene();
  const made = await job(here, 'one', count);
  await made.tended();
  here.google.end('succeeded', { resultsFile: null, counts: null, results: resultsOf(keysOf(here)) });
  return { here, ...made };
}

describe('the results of a job', () => {
  it('are whole when every request has its answer, whatever stands beside them', async () => {
    const { here, tended } = await ended(2, (keys) => [
      ...keys.map((key) => answerOf(key)),
      SENSELESS,
      answerOf('nobody'),
    ]);
    expect(await tended()).toMatchObject({ status: 'done', failure: null });
    expect(statesOf(here)).toEqual(['saved', 'saved']);
  });

  it('that are of other jobs alone say nothing of this one, which is looked at again', async () => {
    const { here, tended } = await ended(2, () => [answerOf('nobody')]);
    expect(await tended()).toMatchObject({ status: 'ended', failure: null });
    expect(statesOf(here)).toEqual(['sent', 'sent']);
  });

  it.each([
    ['of other jobs', () => 'nobody'],
    ['of one request', ([first = '']: readonly string[]) => first],
  ])('that go on for ever with those %s are left', async (_, keyOf) => {
    const here = scene();
    const { tended } = await job(here, 'one', 2);
    await tended();
    let read = 0;
    function* endless(keys: readonly string[]) {
      for (; read < 100_000; read++) yield answerOf(keyOf(keys));
    }
    const results = { [Symbol.iterator]: () => endless(keysOf(here)) } as unknown as readonly Result[];
    here.google.end('succeeded', { resultsFile: null, counts: null, results });
    expect(await tended()).toMatchObject({ status: 'ended', failure: null });
    expect(read).toBeLessThan(20_000);
    expect(statesOf(here)).toContain('sent');
  });

  it('are not at their end where a line makes no sense, and a request is without answer', async () => {
    const { here, tended } = await ended(2, ([first = '']) => [answerOf(first), SENSELESS]);
    expect(await tended()).toMatchObject({ status: 'ended', failure: null });
    expect(statesOf(here)).toEqual(['saved', 'sent']);
  });
});

it.each([
  [{ state: 'failed', why: 'input file malformed' }, 'input file malformed', 'unavailable'],
  [
    { state: 'expired', why: null },
    'The job ended as expired, without an answer to this request.',
    'unavailable',
  ],
  [{ state: 'cancelled', why: 'Somebody did it.' }, 'Somebody did it.', 'cancelled'],
] as const)('says of each request of a job that ended as %j why nothing came', async (end, said, as) => {
  const here = scene();
  const { machine, jobId, tended } = await job(here);
  await tended();
  here.google.end(end.state, end);
  await tended();
  const items = await machine.ledger.jobs.items(jobId);
  expect(items.map((item) => item.why)).toEqual([said, said, said]);
  const attempts = [...here.store.attempts.values()];
  expect(attempts.map(({ releasedAs }) => releasedAs)).toEqual([as, as, as]);
});

it('gives everything back of a job that made nothing, though it broke off halfway', async () => {
  const here = scene();
  const { machine, jobId, tended } = await job(here);
  await tended();
  here.google.end('failed');
  const { ledger, journal } = machine.world.books;
  let left = 1;
  const release: typeof ledger.release = async (...asked) => {
    if ((left -= 1) < 0) throw new Failure('disk', 'The ledger is full.', { charged: 'no' });
    return ledger.release(...asked);
  };
  const full: BatchContext = { ...machine.world, books: { ledger: { ...ledger, release }, journal } };
  expect(await advance(jobId, full)).toMatchObject({ failure: { kind: 'disk' } });
  expect(statesOf(here)).toEqual(['released', 'sent', 'sent']);
  expect(await tended()).toMatchObject({ status: 'done', failure: null });
  expect(statesOf(here)).toEqual(['released', 'released', 'released']);
});

describe('answers', () => {
  const LARGE = 'x'.repeat(7 * 1024 * 1024);

  it.each([
    ['small', {}, MOST_AT_ONCE],
    ['so large that two of them take too much memory', { padding: LARGE }, 1],
  ])('that are %s are finished at the same time, or one by one', async (_, more, most) => {
    const { machine, jobId } = await ended(6, (keys) => keys.map((key) => answerOf(key, more)));
    const { ledger, journal } = machine.world.books;
    let now = 0;
    let peak = 0;
    const keep: typeof journal.keep = async (...asked) => {
      peak = Math.max(peak, (now += 1));
      for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
      now -= 1;
      return journal.keep(...asked);
    };
    await advance(jobId, { ...machine.world, books: { ledger, journal: { ...journal, keep } } });
    expect(peak).toBe(most);
  });

  it('that are kept in another place say so', async () => {
    const { machine, jobId } = await ended(1, (keys) => keys.map((key) => answerOf(key)));
    const { ledger, journal } = machine.world.books;
    const said: string[] = [];
    const keep: typeof journal.keep = async (...asked) => ({
      ...(await journal.keep(...asked)),
      remark: 'The disk is nearly full.',
    });
    await advance(jobId, {
      ...machine.world,
      saver: { ...machine.world.saver, remark: (text) => void said.push(text) },
      books: { ledger, journal: { ...journal, keep } },
    });
    expect(said).toEqual(['The disk is nearly full.']);
  });
});

it('is done though its file of requests cannot be removed: the API does that itself', async () => {
  const here = scene();
  const { machine, jobId, tended } = await job(here);
  await tended();
  here.google.end();
  const remove = () => Promise.reject(new Failure('unavailable', 'Overloaded.', { charged: 'no' }));
  const world = { ...machine.world, files: { ...machine.world.files, remove } };
  expect(await advance(jobId, world)).toEqual({ jobId, status: 'done', failure: null });
});

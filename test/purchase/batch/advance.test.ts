import { describe, expect, it } from 'vitest';
import { MOST_JOBS } from '../../../src/core/catalogue/account-limits.ts';
import { Failure } from '../../../src/core/errors.ts';
import type { QuotedTerms } from '../../../src/core/pricing/quoted-terms.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { advance, lookAgain } from '../../../src/purchase/batch/advance.ts';
import {
  failedIn,
  mustCostTheSame,
  resubmit,
  type RepeatWhich,
} from '../../../src/purchase/batch/resubmit.ts';
import { cancel } from '../../../src/purchase/batch/cancel.ts';
import { waitFor } from '../../../src/purchase/batch/wait.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { rejection } from '../../support/failure.ts';
import type { FakeJournal } from '../../support/fakes/journal.ts';
import type { CreateTwist } from '../../support/fakes/batches.ts';
import { scene, type Machine, type Scene } from '../../support/jobs.ts';
import { aRun } from '../../support/purchases.ts';
import { job, keysOf, money, statesOf, theJob } from './support.ts';

async function* behind(text: string, file: AsyncIterable<Uint8Array> | null) {
  yield Buffer.from(text);
  if (file) yield* file;
}

describe('a job', () => {
  it('is held as a whole, submitted once, and settled picture by picture', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const before = await money(machine);
    expect(before.used).toBe(0n);
    expect(before.held).toBeGreaterThan(usd('0.05'));
    expect(await tended()).toEqual({ jobId, status: 'running', failure: null });
    expect(statesOf(here)).toEqual(['sent', 'sent', 'sent']);
    here.google.end();
    expect(await tended()).toEqual({ jobId, status: 'done', failure: null });
    expect(statesOf(here)).toEqual(['saved', 'saved', 'saved']);
    expect(here.google.created).toHaveLength(1);
    expect(here.google.stored.size).toBe(0);
    expect([...here.pictureFiles.files.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual([
      'run-1-1.jpg',
      'run-1-2.jpg',
      'run-1-3.jpg',
    ]);
    const after = await money(machine);
    expect(after.held).toBe(0n);
    expect(after.used).toBeGreaterThan(usd('0.05'));
    expect(machine.answers.every(({ bill }) => bill?.lines[0]?.rate !== undefined)).toBe(true);
    expect(
      machine.answers.flatMap(({ bill }) => bill?.lines ?? []).find(({ meter }) => meter === 'image output')
        ?.rate,
    ).toBe(usd('15'));
  });

  it('puts every answer to the request of its key, whatever the order', async () => {
    const here = scene();
    const { tended } = await job(here);
    await tended();
    here.google.end();
    await tended();
    for (const [index, key] of keysOf(here).entries()) {
      const bytes = here.pictureFiles.files.get(`run-1-${index + 1}.jpg`);
      expect(Buffer.from(bytes ?? []).toString('latin1')).toContain(key);
    }
  });

  it('needs no answer to be done with an error: nothing was charged, and the hold goes back', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const [first = '', second = ''] = keysOf(here);
    here.google.outcomes.set(first, { error: { code: 3, message: 'bad part' } });
    here.google.outcomes.set(second, { error: { code: 4 } });
    await tended();
    here.google.end();
    await tended();
    expect(await machine.ledger.jobs.items(jobId)).toMatchObject([
      { state: 'released', why: 'INVALID_ARGUMENT: bad part' },
      { state: 'unconfirmed', why: 'DEADLINE_EXCEEDED' },
      { state: 'saved', images: 1 },
    ]);
  });

  it('books a refusal by its own usage', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    here.google.outcomes.set(keysOf(here)[0] ?? '', { response: refusalAnswer() });
    await tended();
    here.google.end();
    await tended();
    expect(await theJob(machine, jobId)).toMatchObject({
      stage: 'done',
      items: { saved: 2, refused: 1, open: 0 },
    });
    const refused = machine.answers.find(({ status }) => status === 'refused');
    expect(refused?.bill?.lines.map(({ meter }) => meter)).toEqual(['text input']);
  });
});

it('a job that another process took over in the middle is left to it', async () => {
  const here = scene();
  const { machine, jobId } = await job(here);
  const { books } = machine.world;
  const { jobs } = books.ledger;
  let takes = 0;
  const take: typeof jobs.take = async (id) => ((takes += 1) === 1 ? jobs.take(id) : null);
  const ledger = { ...books.ledger, jobs: { ...jobs, take } };
  const world = { ...machine.world, books: { ...books, ledger } };
  expect(await advance(jobId, world)).toEqual({ jobId, status: 'busy', failure: null });
});

describe('a job whose making was interrupted', () => {
  it.each<CreateTwist>(['lost', 'unheard'])('is found by its name, and made once (%s)', async (twist) => {
    const here = scene();
    const { machine, jobId } = await job(here);
    here.google.twist(twist);
    const until = here.clock.now() + 3_600_000;
    const onLook = async () => here.google.end();
    expect(await waitFor([jobId], { until, onLook }, machine.world)).toMatchObject([{ status: 'done' }]);
    expect(here.google.created).toHaveLength(1);
  });

  it('gives the list ten minutes before it believes that there is no job, and looks once more', async () => {
    const here = scene();
    const { tended, machine, jobId } = await job(here);
    here.google.twist('unheard');
    // The time that the request itself took does not count.
    const looks: number[] = [];
    const find = machine.world.batches.find;
    const world = {
      ...machine.world,
      batches: {
        ...machine.world.batches,
        create: async (...asked: Parameters<typeof machine.world.batches.create>) => {
          here.clock.advance(600_000);
          return machine.world.batches.create(...asked);
        },
        find: (...asked: Parameters<typeof find>) => (looks.push(here.clock.now()), find(...asked)),
      },
    };
    const lostAt = here.clock.now() + 600_000;
    expect(await advance(jobId, world)).toMatchObject({ status: 'queued', failure: null });
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'creating', lostAt });
    here.clock.advance(599_000);
    expect(await advance(jobId, world)).toMatchObject({ status: 'queued', failure: null });
    here.clock.advance(1_000);
    expect(await tended()).toMatchObject({ status: 'running' });
    expect(here.google.created).toHaveLength(1);
    expect(looks).toHaveLength(2);
  });

  it('is not made again while no list can be read', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    here.google.twist('unheard');
    const find = () => Promise.reject(new Failure('unavailable', 'That is no list.', { charged: 'no' }));
    const world = { ...machine.world, batches: { ...machine.world.batches, find } };
    for (let hours = 0; hours < 5; hours++) {
      expect(await advance(jobId, world)).toMatchObject({ status: 'queued', failure: null });
      here.clock.advance(3_600_000);
    }
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'creating', why: 'That is no list.' });
  });

  it('is not made again where the last look before that finds it', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    here.google.twist('lost');
    let looks = 0;
    const find: typeof machine.world.batches.find = async (...asked) =>
      (looks += 1) < 3 ? [] : machine.world.batches.find(...asked);
    const world = { ...machine.world, batches: { ...machine.world.batches, find } };
    await advance(jobId, world);
    here.clock.advance(600_000);
    expect(await advance(jobId, world)).toMatchObject({ status: 'running' });
    expect(here.google.created).toHaveLength(1);
  });

  it('and that turns up when it was made again is fetched and counted like any other', async () => {
    const here = scene();
    const said: string[] = [];
    const { machine, jobId } = await job(here, 'one', 2);
    const saver = { ...machine.world.saver, remark: (text: string) => void said.push(text) };
    here.google.twist('lost');
    let hidden = true;
    const find: typeof machine.world.batches.find = async (...asked) =>
      hidden ? [] : machine.world.batches.find(...asked);
    const world = { ...machine.world, saver, batches: { ...machine.world.batches, find } };
    await advance(jobId, world);
    here.clock.advance(600_000);
    expect(await advance(jobId, world)).toMatchObject({ status: 'running' });
    expect(here.google.created).toHaveLength(2);
    hidden = false;
    here.google.end();
    const until = here.clock.now() + 60_000;
    const all = await waitFor([jobId], { until, onLook: async () => {} }, world);
    expect(all.map(({ status }) => status)).toEqual(['done', 'done']);
    expect(statesOf(here)).toEqual(['saved', 'saved', 'saved', 'saved']);
    expect(here.pictureFiles.files.size).toBe(4);
    expect(said.filter((text) => text.includes('made twice'))).toHaveLength(1);
    expect((await money(machine)).held).toBe(0n);
  });

  it.each([
    ['before the first byte', async () => {}],
    [
      'after the upload',
      async ({ ledger }: Machine, jobId: string) => ledger.jobs.uploaded(jobId, 'files/x'),
    ],
    [
      'before the job was made',
      async ({ ledger }: Machine, jobId: string) => {
        await ledger.jobs.uploaded(jobId, 'files/x');
        await ledger.jobs.creating(jobId);
      },
    ],
    [
      'after the job was made',
      async ({ ledger, world }: Machine, jobId: string) => {
        await advance(jobId, {
          ...world,
          batches: { ...world.batches, get: () => Promise.reject(new Error('killed')) },
        }).catch(() => null);
        await ledger.jobs.creating(jobId).catch(() => null);
      },
    ],
  ])('by the death of its process %s, goes on elsewhere and is charged once', async (_, until) => {
    const here = scene();
    const { machine, jobId } = await job(here);
    await machine.ledger.jobs.take(jobId);
    await until(machine, jobId);
    here.kill('one');
    const other = here.machine('two');
    const next = () =>
      waitFor(
        [jobId],
        { until: here.clock.now() + 3_600_000, onLook: async () => here.google.end() },
        other.world,
      );
    expect(await next()).toMatchObject([{ status: 'done', failure: null }]);
    expect(here.google.created).toHaveLength(1);
    expect(statesOf(here)).toEqual(['saved', 'saved', 'saved']);
  });

  it('waits its turn when the API has no room, and keeps its hold', async () => {
    const here = scene();
    const { tended } = await job(here);
    here.google.twist('busy');
    expect(await tended()).toMatchObject({ status: 'queued', failure: null });
    expect(statesOf(here)).toEqual(['held', 'held', 'held']);
    expect(await tended()).toMatchObject({ status: 'running' });
  });

  it('says why the API does not take it, and can be cancelled', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    here.google.twist('refused');
    expect(await tended()).toMatchObject({ status: 'queued', failure: { kind: 'usage' } });
    const found = await theJob(machine, jobId);
    expect(found).toMatchObject({ why: 'Google did not accept it.' });
    expect(await cancel(found, machine.world)).toBe(true);
    expect(statesOf(here)).toEqual(['released', 'released', 'released']);
    expect((await money(machine)).held).toBe(0n);
  });

  it('is not touched from another API than its own', async () => {
    const here = scene();
    const { jobId, machine } = await job(here);
    const elsewhere = { ...machine.world, baseUrl: 'https://gateway.example' };
    expect(await advance(jobId, elsewhere)).toMatchObject({
      status: 'queued',
      failure: {
        kind: 'usage',
        message: `Job ${jobId.slice(0, 8)} is at https://google.example, and this is https://gateway.example.`,
      },
    });
    expect(here.google.stored.size).toBe(0);
    expect(await theJob(here.machine('two'), jobId)).toMatchObject({ busy: false });
  });

  it('is found by its name when the ledger could not hear that it is made', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const { ledger, journal } = machine.world.books;
    const created = () => Promise.reject(new Failure('disk', 'The ledger is full.'));
    const full = { ledger: { ...ledger, jobs: { ...ledger.jobs, created } }, journal };
    expect((await advance(jobId, { ...machine.world, books: full })).failure).toMatchObject({
      kind: 'disk',
      charged: 'unknown',
      message: `Job ${jobId.slice(0, 8)} is made, and that could not be written down: The ledger is full.`,
      hint: 'Then pixtab batch fetch finds it by its name.',
    });
    expect(await tended()).toMatchObject({ status: 'running', failure: null });
    expect(here.google.created).toHaveLength(1);
  });

  it.each([
    ['is full of jobs that run', { stage: 'running' }, 'queued'],
    ['is full of jobs that may have been made', { stage: 'creating' }, 'queued'],
    ['is full of jobs of whom nobody knows', { stage: 'running', account: null }, 'queued'],
    ['has jobs of another key', { stage: 'running', account: 'google.example#ba9876543210' }, 'running'],
    ['has jobs that ended', { stage: 'ended' }, 'running'],
    ['is to have others that wait as well', { stage: 'uploaded' }, 'running'],
  ] as const)('is made or stays here where the API %s', async (_, facts, status) => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const others = await here.submitted(machine, 1, 'run-2');
    for (const each of others) {
      const other = here.store.jobs.get(each.jobId);
      if (other === undefined) continue;
      for (let n = 0; n < MOST_JOBS; n++) {
        const id = `${each.jobId}-${n}`;
        here.store.jobs.set(id, { ...other, facts: { ...other.facts, jobId: id, ...facts } });
      }
    }
    expect(await tended()).toEqual({ jobId, status, failure: null });
    expect(here.google.created).toHaveLength(status === 'running' ? 1 : 0);
  });

  it('is made only while that may be, and looked at all the same', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const waiting = { ...machine.world, maySubmit: async () => false };
    expect(await advance(jobId, waiting)).toEqual({ jobId, status: 'queued', failure: null });
    expect(here.google.stored.size).toBe(0);
    here.google.twist('busy');
    await tended();
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'uploaded' });
    expect(await advance(jobId, waiting)).toEqual({ jobId, status: 'queued', failure: null });
    expect(here.google.created).toHaveLength(0);
    expect(await advance(jobId, { ...machine.world, maySubmit: async () => true })).toMatchObject({
      status: 'running',
    });
    here.google.end();
    expect(await advance(jobId, waiting)).toEqual({ jobId, status: 'done', failure: null });
  });

  it('is not taken up after Ctrl-C', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.end();
    machine.stop.abort();
    expect(await tended()).toMatchObject({ status: 'running', failure: { kind: 'cancelled' } });
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'running', state: 'pending' });
  });

  it('is only looked at while it runs', async () => {
    const here = scene();
    const { jobId, tended } = await job(here);
    await tended();
    here.google.jobs.forEach((each) => (each.remote = { ...each.remote, state: 'running' }));
    expect(await tended()).toEqual({ jobId, status: 'running', failure: null });
  });
});

describe('a job that is looked at once more', () => {
  async function done(first?: object) {
    const here = scene();
    const made = await job(here);
    if (first) here.google.outcomes.set(keysOf(here)[0] ?? '', first);
    await made.tended();
    here.google.end();
    await made.tended();
    return { here, ...made };
  }

  it('is left to the process that works on it', async () => {
    const { here, machine, jobId } = await done();
    await machine.ledger.jobs.take(jobId);
    const other = here.machine('two');
    expect(await lookAgain(jobId, other.world)).toEqual({ jobId, status: 'busy', failure: null });
    expect(await advance(jobId, other.world)).toEqual({ jobId, status: 'busy', failure: null });
  });

  it('stays as it is where the API does not know it any more', async () => {
    const { here, machine, jobId } = await done({ error: { code: 3 } });
    here.google.jobs.clear();
    expect(await lookAgain(jobId, machine.world)).toEqual({ jobId, status: 'done', failure: null });
    expect(statesOf(here)).toEqual(['released', 'saved', 'saved']);
  });

  it('has nothing to show, and is nowhere, where it was cancelled before it was made', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    await cancel(await theJob(machine, jobId), machine.world);
    const elsewhere = { ...machine.world, baseUrl: 'https://gateway.example' };
    expect(await lookAgain(jobId, elsewhere)).toEqual({ jobId, status: 'done', failure: null });
  });

  it('says what went wrong, and stays for others to look at', async () => {
    const { here, machine, jobId } = await done();
    const get = () => Promise.reject(new Failure('unavailable', 'Overloaded.', { charged: 'no' }));
    const world = { ...machine.world, batches: { ...machine.world.batches, get } };
    expect(await lookAgain(jobId, world)).toMatchObject({
      status: 'done',
      failure: { message: 'Overloaded.' },
    });
    expect(await theJob(here.machine('two'), jobId)).toMatchObject({ busy: false });
  });
});

describe('a job that ends badly', () => {
  it.each([
    ['failed', { why: 'input file malformed' }],
    ['expired', {}],
    ['cancelled', {}],
  ] as const)('as %s with %j has made nothing', async (state, facts) => {
    const here = scene();
    const { tended } = await job(here);
    await tended();
    here.google.end(state, facts);
    expect(await tended()).toMatchObject({ status: 'done' });
    expect(new Set(statesOf(here))).toEqual(new Set(['released']));
  });

  it.each([
    ['failed', { counts: null }],
    ['expired', { counts: null }],
    ['expired', { counts: { total: 3, succeeded: 1, failed: 0 } }],
    ['succeeded', { resultsFile: null }],
    ['succeeded', { resultsFile: null, counts: { total: 3, succeeded: 0, failed: 3 } }],
  ] as const)('as %s with %j is looked at until its results must be gone', async (state, facts) => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.end(state, facts);
    const ended = here.clock.now();
    for (const hours of [0, 1, 46]) {
      here.clock.advance(hours * 3_600_000);
      expect(await tended()).toEqual({ jobId, status: 'ended', failure: null });
      expect(new Set(statesOf(here))).toEqual(new Set(['sent']));
      expect(await theJob(machine, jobId)).toMatchObject({
        stage: 'ended',
        endedAt: ended,
        why: expect.stringMatching(/^The .+ Looked at again until 2026-11-24 12:00 UTC\.$/),
      });
    }
    here.clock.advance(3_600_000);
    expect(await tended()).toMatchObject({ status: 'done' });
    expect(new Set(statesOf(here))).toEqual(new Set(['unconfirmed']));
  });

  it('is over as long ago as the API says', async () => {
    const here = scene();
    const { tended } = await job(here);
    await tended();
    here.google.end('succeeded', { resultsFile: null, endedAt: here.clock.now() - 48 * 3_600_000 });
    expect(await tended()).toMatchObject({ status: 'done' });
  });

  it('brings what turns up after all, to whoever asks for it by name', async () => {
    const here = scene();
    const { jobId, machine, tended } = await job(here);
    const [first = ''] = keysOf(here);
    here.google.outcomes.set(first, { error: { code: 3 } });
    await tended();
    here.google.end('succeeded', { counts: null });
    here.google.breakAfter(null);
    await tended();
    here.google.outcomes.delete(first);
    expect(statesOf(here)).toEqual(['released', 'saved', 'saved']);
    expect(await lookAgain(jobId, machine.world)).toEqual({ jobId, status: 'done', failure: null });
    expect(statesOf(here)).toEqual(['saved', 'saved', 'saved']);
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'done', busy: false });
  });

  it('believes an answer more than an error under the same key', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const [first = ''] = keysOf(here);
    await tended();
    here.google.end();
    const error = `{"key":"${first}","error":{"code":3}}\n`;
    const world = {
      ...machine.world,
      files: {
        ...machine.world.files,
        download: async (name: string, signal: AbortSignal) =>
          behind(error, await machine.world.files.download(name, signal)),
      },
    };
    await advance(jobId, world);
    expect(statesOf(here)).toEqual(['saved', 'saved', 'saved']);
  });

  it('has answers inside of it, where no file is', async () => {
    const here = scene();
    const { tended } = await job(here, 'one', 2);
    const keys = keysOf(here);
    await tended();
    const answer = Buffer.from(JSON.stringify(refusalAnswer()));
    const results = keys.map((key) => ({ key, answer, error: null }));
    here.google.end('succeeded', { resultsFile: null, results });
    expect(await tended()).toMatchObject({ status: 'done' });
    expect(statesOf(here)).toEqual(['saved', 'saved']);
  });

  it('brings what was finished before it was cancelled', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const [, second = '', third = ''] = keysOf(here);
    for (const key of [second, third]) here.google.outcomes.set(key, { error: { code: 1 } });
    await tended();
    const running = await theJob(machine, jobId);
    here.google.jobs.forEach((each) => (each.remote = { ...each.remote, state: 'running' }));
    expect(await cancel(running, machine.world)).toBe(false);
    here.google.end();
    await tended();
    expect(statesOf(here)).toEqual(['saved', 'released', 'released']);
  });

  it('and is unknown to the API is not believed to be gone until it must be', async () => {
    const here = scene();
    const { tended } = await job(here);
    await tended();
    here.google.jobs.clear();
    expect(await tended()).toMatchObject({ status: 'running', failure: null });
    here.clock.advance(10_000);
    expect(await tended()).toMatchObject({
      status: 'running',
      failure: { kind: 'auth', charged: 'unknown' },
    });
    expect(new Set(statesOf(here))).toEqual(new Set(['sent']));
    here.clock.advance(4 * 24 * 3_600_000 - 10_000);
    expect(await tended()).toMatchObject({ status: 'done' });
    expect(new Set(statesOf(here))).toEqual(new Set(['unconfirmed']));
  });
});

describe('fetching', () => {
  it('goes on where it broke off, and books nothing twice', async () => {
    const here = scene();
    const { machine, tended } = await job(here);
    await tended();
    here.google.end();
    here.google.breakAfter(2);
    expect(await tended()).toMatchObject({ status: 'running', failure: { kind: 'unavailable' } });
    expect(statesOf(here)).toEqual(['sent', 'saved', 'saved']);
    here.google.breakAfter(null);
    expect(await tended()).toMatchObject({ status: 'done' });
    expect(machine.answers).toHaveLength(3);
    expect(here.pictureFiles.files.size).toBe(3);
  });

  it('loses nothing to a full disk, and stops there', async () => {
    const here = scene();
    const { tended } = await job(here);
    await tended();
    here.google.end();
    here.pictureFiles.breaks('put', 'no space left');
    expect(await tended()).toMatchObject({ failure: { kind: 'disk', charged: 'yes' } });
    here.pictureFiles.breaks('put', null);
    expect(await tended()).toMatchObject({ status: 'done' });
    expect(statesOf(here)).toEqual(['saved', 'saved', 'saved']);
    expect(here.pictureFiles.files.size).toBe(3);
  });

  it('is done by one of two machines that wait for the same job', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.end();
    const other = here.machine('two');
    const results = await Promise.all([advance(jobId, machine.world), advance(jobId, other.world)]);
    expect(results.map(({ status }) => status).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'busy',
      'done',
    ]);
    expect(await advance(jobId, other.world)).toMatchObject({ status: 'done' });
    expect(here.pictureFiles.files.size).toBe(3);
    expect([...machine.answers, ...other.answers]).toHaveLength(3);
  });

  it('finishes on another machine what the death of the first interrupted', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.end();
    const [first = ''] = keysOf(here);
    await machine.ledger.jobs.take(jobId);
    await machine.ledger.replied(first);
    here.kill('one');
    const other = here.machine('two');
    expect(await advance(jobId, other.world)).toMatchObject({ status: 'done' });
    expect(statesOf(here)).toEqual(['saved', 'saved', 'saved']);
  });

  it('stops at Ctrl-C between two answers and says how to go on', async () => {
    const here = scene();
    const machine = here.machine('one');
    const { world, stop } = machine;
    const [made] = await here.submitted(machine, 40);
    const jobId = made?.jobId ?? '';
    await advance(jobId, world);
    here.google.end();
    let seen = 0;
    const stopping = { ...world, onAnswer: () => void ((seen += 1) === 5 && stop.abort()) };
    expect(await advance(jobId, stopping)).toMatchObject({
      status: 'running',
      failure: { kind: 'cancelled' },
    });
    expect(seen).toBeLessThan(10);
    expect(await advance(jobId, { ...world, stop: new AbortController().signal })).toMatchObject({
      status: 'done',
    });
    expect(here.pictureFiles.files.size).toBe(40);
  });

  it('leaves out lines that make no sense, and counts what they may have cost', async () => {
    const here = scene();
    const machine = here.machine('one');
    const { world } = machine;
    const broken = {
      ...world,
      files: {
        ...world.files,
        download: async (name: string, signal: AbortSignal) =>
          behind('{"key":"nobody","response":{}}\nnot json\n', await world.files.download(name, signal)),
      },
    };
    const [made] = await here.submitted(machine, 2);
    await advance(made?.jobId ?? '', broken);
    here.google.end('succeeded', { counts: { total: 2, succeeded: 2, failed: 0 } });
    here.google.breakAfter(null);
    expect(await advance(made?.jobId ?? '', broken)).toMatchObject({ status: 'done' });
    expect(statesOf(here)).toEqual(['saved', 'saved']);
  });
});

describe('the journal', () => {
  it('brings what an earlier process fetched, and what is damaged there is fetched once more', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const { journal } = machine.world.books;
    await tended();
    here.google.end();
    const [read, damaged] = await machine.ledger.jobs.items(jobId);
    if (!read || !damaged) throw new Error('no items');
    await journal.keep(read.attempt, Buffer.from(JSON.stringify(refusalAnswer('IMAGE_SAFETY'))));
    await journal.keep(damaged.attempt, Buffer.from('x'));
    const kept = machine.world.books.journal as FakeJournal;
    kept.answers.set(damaged.attempt.attemptId, {
      attempt: damaged.attempt,
      body: null,
      status: 'truncated',
    });
    expect(await tended()).toMatchObject({ status: 'done' });
    expect(await machine.ledger.jobs.items(jobId)).toMatchObject([
      { state: 'saved', images: 0 },
      { state: 'saved', images: 1 },
      { state: 'saved', images: 1 },
    ]);
    expect(kept.answers.size).toBe(0);
  });
});

describe('the counts of the API', () => {
  it.each([
    ['all that it made came', 2, 'done', 'unconfirmed'],
    ['more was made than came', 3, 'ended', 'sent'],
  ] as const)('say of results without a request whether %s', async (_, succeeded, status, state) => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const [first = ''] = keysOf(here);
    const { files } = machine.world;
    async function* withoutFirst(file: AsyncIterable<Uint8Array> | null) {
      for await (const line of file ?? []) if (!Buffer.from(line).includes(first)) yield line;
    }
    const download: typeof files.download = async (...asked) => withoutFirst(await files.download(...asked));
    await tended();
    here.google.end('succeeded', { counts: { total: 3, succeeded, failed: 3 - succeeded } });
    const world = { ...machine.world, files: { ...files, download } };
    expect(await advance(jobId, world)).toMatchObject({ status, failure: null });
    expect(statesOf(here)).toEqual([state, 'saved', 'saved']);
  });
});

describe('waiting', () => {
  it('asks less and less often for results that are late, and once more in the end', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.end('succeeded', { resultsFile: null });
    const looks: number[] = [];
    const { batches } = machine.world;
    const get: typeof batches.get = (...asked) => (looks.push(here.clock.now()), batches.get(...asked));
    const until = here.clock.now() + 7_200_000;
    await waitFor(
      [jobId],
      { until, onLook: async () => {} },
      { ...machine.world, batches: { ...batches, get } },
    );
    expect(looks.length).toBeLessThan(40);
    expect(looks.at(-1)).toBe(until);
  });

  it('looks less and less often, up to once a minute, and gives up in time', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    const until = here.clock.now() + 600_000;
    const tended = await waitFor([jobId], { until, onLook: async () => {} }, machine.world);
    expect(tended).toMatchObject([{ status: 'running' }]);
    expect(here.clock.waits.slice(0, 3)).toEqual([2000, 3000, 4500]);
    expect(Math.max(...here.clock.waits)).toBe(60_000);
    expect(here.clock.now()).toBe(until);
  });

  it('goes on looking when the API cannot be reached for a while', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    let looks = 0;
    const shaky = {
      ...machine.world,
      batches: {
        ...machine.world.batches,
        get: (name: string, signal: AbortSignal) =>
          (looks += 1) < 3
            ? Promise.reject(new Failure('unavailable', 'Overloaded.', { charged: 'no' }))
            : machine.world.batches.get(name, signal),
      },
    };
    here.google.end();
    const done = await waitFor([jobId], { until: Number.POSITIVE_INFINITY, onLook: async () => {} }, shaky);
    expect(done).toMatchObject([{ status: 'done', failure: null }]);
  });

  it('stops at Ctrl-C', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    const onLook = async () => machine.stop.abort();
    const done = await waitFor([jobId], { until: Number.POSITIVE_INFINITY, onLook }, machine.world);
    expect(done).toMatchObject([{ status: 'running', failure: { kind: 'cancelled', charged: 'no' } }]);
  });
});

describe('asking again', () => {
  const ask = { refused: false, unconfirmed: false };
  const newIds = () => {
    let n = 0;
    return () => `again-${(n += 1)}`;
  };

  async function ended(here: Scene) {
    const made = await job(here, 'one', 4);
    const [first = '', second = '', third = ''] = keysOf(here);
    here.google.outcomes.set(first, { error: { code: 13 } });
    here.google.outcomes.set(second, { response: refusalAnswer() });
    here.google.outcomes.set(third, { error: { code: 2 } });
    await made.tended();
    here.google.end();
    await made.tended();
    const done = await theJob(made.machine, made.jobId);
    return { ...made, done, first, newId: newIds() };
  }

  type Ended = Awaited<ReturnType<typeof ended>>;
  const repeated = async ({ machine: { world, ledger }, done, newId }: Ended, which: RepeatWhich) => {
    const items = failedIn(await ledger.jobs.items(done.jobId), which);
    return resubmit(done, { items, run: aRun({ runId: 'run-2' }), newId, tier: 1 }, world);
  };

  it('is not for what is not kept any more: nothing is held for it', async () => {
    const here = scene();
    const { machine, done, newId } = await ended(here);
    const items = failedIn(await machine.ledger.jobs.items(done.jobId), ask);
    const forgotten = items.map((item) => ({ ...item, request: null }));
    const run = aRun({ runId: 'run-2' });
    expect(
      await rejection(resubmit(done, { items: forgotten, run, newId, tier: 1 }, machine.world)),
    ).toMatchObject({ kind: 'usage', message: expect.stringContaining('is not kept any more') });
    expect((await money(machine)).held).toBe(0n);
  });

  it('is for what was not charged alone, and only once', async () => {
    const here = scene();
    const job = await ended(here);
    const { machine, done, first } = job;
    const [jobId = ''] = await repeated(job, ask);
    expect(await machine.ledger.jobs.items(jobId)).toMatchObject([
      { attempt: { attemptId: 'again-1', runId: 'run-2', save: { paths: ['run-1-1'] } }, state: 'held' },
    ]);
    expect((await machine.ledger.jobs.items(done.jobId))[0]).toMatchObject({
      attempt: { attemptId: first },
      resubmittedAs: 'again-1',
    });
    expect(await repeated(job, ask)).toEqual([]);
    await advance(jobId, machine.world);
    here.google.end();
    expect(await advance(jobId, machine.world)).toMatchObject({ status: 'done' });
    expect(here.pictureFiles.files.has('run-1-1.jpg')).toBe(true);
  });

  it('is certain that the price still is what it was', async () => {
    const here = scene();
    const { machine, done } = await ended(here);
    const [item] = await machine.ledger.jobs.items(done.jobId);
    const terms = item?.attempt.terms;
    if (!terms) throw new Error('no terms');
    const { attempt } = item;
    expect(() => mustCostTheSame(attempt, '2026-11-22')).not.toThrow();
    const [line, ...lines] = terms.lines;
    const dearer = { ...terms, lines: [{ ...line, rate: usd('99') }, ...lines] } as QuotedTerms;
    for (const plan of [{ ...attempt, terms: dearer }, { ...attempt, lane: 'flex' } as const])
      expect(() => mustCostTheSame(plan, '2026-11-22')).toThrow('not sold any more at the price');
  });

  it('takes refusals and what may be charged where that is said', async () => {
    const here = scene();
    const job = await ended(here);
    const [jobId = ''] = await repeated(job, { refused: true, unconfirmed: true });
    expect(await job.machine.ledger.jobs.items(jobId)).toHaveLength(3);
  });

  it('keeps to the budget', async () => {
    const here = scene();
    const job = await ended(here);
    const { machine, done } = job;
    await machine.ledger.setBudget({
      per: 'run',
      model: null,
      project: null,
      agent: null,
      amount: usd('0.001'),
      zone: 'UTC',
    });
    expect(await rejection(repeated(job, ask))).toMatchObject({ kind: 'budget' });
    expect((await machine.ledger.jobs.items(done.jobId))[0]).toMatchObject({ resubmittedAs: null });
  });
});

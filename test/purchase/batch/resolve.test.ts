import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { advance } from '../../../src/purchase/batch/advance.ts';
import { scene } from '../../support/jobs.ts';
import { job, keysOf, money, statesOf, theJob } from './support.ts';

const MINUTES = 60_000;
const DAYS = 24 * 60 * MINUTES;
const OTHER_KEY = 'google.example#ba9876543210';

describe('a job that is not made yet', () => {
  it.each(['planned', 'uploaded'])(
    'is made with no other key than it was planned with (%s)',
    async (stage) => {
      const here = scene();
      const { machine, jobId, tended } = await job(here);
      if (stage === 'uploaded') {
        here.google.twist('busy');
        await tended();
      }
      expect(await theJob(machine, jobId)).toMatchObject({ stage });
      const id = jobId.slice(0, 8);
      const find = () => expect.unreachable('it is not made, so no list shows it');
      const batches = { ...machine.world.batches, find };
      expect(await advance(jobId, { ...machine.world, batches, account: OTHER_KEY })).toMatchObject({
        status: 'queued',
        failure: {
          kind: 'auth',
          charged: 'no',
          message: `Job ${id} was planned with another key, and is not made with this one.`,
          hint: expect.stringContaining(`pixtab batch cancel ${id}`),
        },
      });
      expect([here.google.created, statesOf(here)]).toEqual([[], ['held', 'held', 'held']]);
      expect(await tended()).toMatchObject({ status: 'running', failure: null });
    },
  );
});

describe('a job that may have been made with another key', () => {
  it('is not made again where the list of this key does not show it, but found by its own', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    here.google.twist('lost');
    const { batches } = machine.world;
    const unseen = { ...batches, find: async () => [] };
    expect(await advance(jobId, { ...machine.world, batches: unseen })).toMatchObject({ status: 'queued' });
    const foreign = { ...machine.world, batches: unseen, account: OTHER_KEY };
    for (const minutes of [10, 60]) {
      here.clock.advance(minutes * MINUTES);
      expect(await advance(jobId, foreign)).toMatchObject({
        status: 'queued',
        failure: {
          kind: 'auth',
          charged: 'unknown',
          message: expect.stringContaining(`Job ${jobId.slice(0, 8)} may`),
        },
      });
    }
    expect(statesOf(here)).toEqual(['sent', 'sent', 'sent']);
    expect(here.google.created).toHaveLength(1);
    expect(await advance(jobId, machine.world)).toMatchObject({ status: 'running', failure: null });
    expect(here.google.created).toHaveLength(1);
  });

  it('is taken up where this key is of the same project', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    here.google.twist('lost');
    const unseen = { ...machine.world.batches, find: async () => [] };
    expect(await advance(jobId, { ...machine.world, batches: unseen })).toMatchObject({ status: 'queued' });
    const foreign = { ...machine.world, account: OTHER_KEY };
    expect(await advance(jobId, foreign)).toMatchObject({ status: 'running', failure: null });
    expect(here.google.created).toHaveLength(1);
  });

  it('is taken up by it even where the list of its own key was believed that there is none', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    here.google.twist('lost', 'busy');
    const unseen = { ...machine.world.batches, find: async () => [] };
    await advance(jobId, { ...machine.world, batches: unseen });
    here.clock.advance(10 * MINUTES);
    await advance(jobId, { ...machine.world, batches: unseen });
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'uploaded' });
    const foreign = { ...machine.world, account: OTHER_KEY };
    expect(await advance(jobId, foreign)).toMatchObject({ status: 'running', failure: null });
    expect(here.google.created).toHaveLength(1);
  });

  it('counts as what may be charged when nothing can come of it any more', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    here.google.twist('unheard');
    await tended();
    const foreign = { ...machine.world, account: OTHER_KEY };
    here.clock.advance(4 * DAYS - 1);
    expect(await advance(jobId, foreign)).toMatchObject({ failure: { kind: 'auth' } });
    here.clock.advance(1);
    // Whoever breaks off there goes on later.
    await machine.ledger.unconfirm(keysOf(here)[0] ?? '', 'It may have been made.');
    expect(await advance(jobId, foreign)).toMatchObject({ status: 'done', failure: null });
    expect(statesOf(here)).toEqual(['unconfirmed', 'unconfirmed', 'unconfirmed']);
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'done', why: expect.stringMatching(/./) });
    expect((await money(machine)).held).toBe(0n);
  });
});

describe('a job whose making is not heard of', () => {
  it('is looked for ten minutes once more where it was made once more', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const { batches } = machine.world;
    here.google.twist('unheard');
    await tended();
    here.clock.advance(10 * MINUTES);
    const killed = { ...batches, create: () => Promise.reject(new Error('killed')) };
    await advance(jobId, { ...machine.world, batches: killed }).catch(() => null);
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'creating' });
    for (const minutes of [1, 9]) {
      here.clock.advance(minutes * MINUTES);
      expect(await tended()).toMatchObject({ status: 'queued', failure: null });
    }
    here.clock.advance(MINUTES);
    expect(await tended()).toMatchObject({ status: 'running', failure: null });
  });

  it('is looked for no longer where it is not known when it was sent', async () => {
    const here = scene();
    const { jobId, tended } = await job(here);
    here.google.twist('unheard');
    await tended();
    Object.assign(here.store.jobs.get(jobId)?.facts ?? {}, { sentAt: null, lostAt: null });
    expect(await tended()).toMatchObject({ status: 'queued', failure: null });
    here.clock.advance(10 * MINUTES);
    expect(await tended()).toMatchObject({ status: 'running', failure: null });
  });

  it('says at once that its key is not taken: no list will be read with it', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    here.google.twist('unheard');
    await tended();
    const find = () => Promise.reject(new Failure('auth', 'That key is not valid.', { charged: 'no' }));
    const world = { ...machine.world, batches: { ...machine.world.batches, find } };
    expect(await advance(jobId, world)).toMatchObject({ status: 'queued', failure: { kind: 'auth' } });
    expect(statesOf(here)).toEqual(['sent', 'sent', 'sent']);
  });
});

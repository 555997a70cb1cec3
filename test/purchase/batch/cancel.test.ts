import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { advance } from '../../../src/purchase/batch/advance.ts';
import { cancel } from '../../../src/purchase/batch/cancel.ts';
import { rejection } from '../../support/failure.ts';
import { scene } from '../../support/jobs.ts';
import { job, money, statesOf, theJob } from './support.ts';

const MINUTES = 60_000;
const DAYS = 24 * 60 * MINUTES;
const OTHER_KEY = 'google.example#ba9876543210';

const overloaded = () => Promise.reject(new Failure('unavailable', 'Overloaded.', { charged: 'no' }));

describe('cancelling', () => {
  it('ends a job by its name whose making was interrupted', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    here.google.twist('lost');
    const find = async () => [];
    const world = { ...machine.world, batches: { ...machine.world.batches, find } };
    expect(await advance(jobId, world)).toMatchObject({ status: 'queued' });
    expect(await cancel(await theJob(machine, jobId), machine.world)).toBe(true);
    expect(new Set(statesOf(here))).toEqual(new Set(['released']));
    expect(await tended()).toMatchObject({ status: 'done' });
  });

  it('keeps the holds of a job that may have been made, and is not shown', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    here.google.twist('unheard');
    await tended();
    expect(await rejection(cancel(await theJob(machine, jobId), machine.world))).toMatchObject({
      kind: 'unavailable',
      message: `It is not clear yet whether job ${jobId.slice(0, 8)} was made.`,
    });
    expect(new Set(statesOf(here))).not.toContain('released');
    expect((await money(machine)).held).toBeGreaterThan(0n);
  });

  it.each([
    ['was made, unheard', ['lost']],
    ['runs', []],
  ] as const)('ends a job that %s, by another key whose list shows it', async (_, twists) => {
    const here = scene();
    const { machine, jobId } = await job(here);
    const { world } = machine;
    here.google.twist(...twists);
    // Its own list does not show it yet.
    await advance(jobId, { ...world, batches: { ...world.batches, find: async () => [] } });
    expect(await cancel(await theJob(machine, jobId), { ...world, account: OTHER_KEY })).toBe(true);
    expect([...here.google.jobs.values()].map(({ remote }) => remote.state)).toEqual(['cancelled']);
    expect(new Set(statesOf(here))).toEqual(new Set(['released']));
  });

  it('names the key as what helps where the list of another one does not show what may have been made', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const foreign = { ...machine.world, account: OTHER_KEY };
    const hidden = {
      kind: 'auth',
      charged: 'unknown',
      message: expect.stringContaining(`Job ${jobId.slice(0, 8)} may have been made with another key`),
      hint: expect.stringContaining('Use a key of the project'),
    };
    here.google.twist('unheard', 'busy');
    await tended();
    expect(await rejection(cancel(await theJob(machine, jobId), foreign))).toMatchObject(hidden);
    expect(statesOf(here)).toEqual(['sent', 'sent', 'sent']);
    here.clock.advance(10 * MINUTES);
    await tended();
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'uploaded', lostAt: expect.any(Number) });
    // Its own list had not shown it, and may by now.
    expect(await advance(jobId, foreign)).toMatchObject({ failure: hidden });
    here.clock.advance(4 * DAYS - 10 * MINUTES - 1);
    expect(await rejection(cancel(await theJob(machine, jobId), foreign))).toMatchObject(hidden);
    expect(statesOf(here)).toEqual(['held', 'held', 'held']);
    here.clock.advance(1);
    expect(await advance(jobId, foreign)).toMatchObject({
      failure: { hint: expect.stringContaining('pixtab batch cancel') },
    });
    expect(await cancel(await theJob(machine, jobId), foreign)).toBe(true);
    expect(statesOf(here)).toEqual(['released', 'released', 'released']);
  });

  it('is no failure where the API took it, and cannot show the job just now', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    const world = { ...machine.world, batches: { ...machine.world.batches, get: overloaded } };
    expect(await cancel(await theJob(machine, jobId), world)).toBe(false);
    expect(await tended()).toMatchObject({ status: 'done' });
    expect(new Set(statesOf(here))).toEqual(new Set(['released']));
  });

  it('ends a job that was given up and shows up after all, which would cost what nobody holds', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    here.google.twist('lost', 'busy');
    const find = async () => [];
    const world = { ...machine.world, batches: { ...machine.world.batches, find } };
    await advance(jobId, world);
    here.clock.advance(600_000);
    expect(await advance(jobId, world)).toMatchObject({ status: 'queued', failure: null });
    expect(statesOf(here)).toEqual(['held', 'held', 'held']);
    expect(await cancel(await theJob(machine, jobId), machine.world)).toBe(true);
    expect([...here.google.jobs.values()].map(({ remote }) => remote.state)).toEqual(['cancelled']);
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'done', batch: 'batches/b1' });
  });

  it('gives the holds of a job back that was given up, and still is not there', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    here.google.twist('unheard', 'busy');
    await tended();
    here.clock.advance(600_000);
    await tended();
    expect(await cancel(await theJob(machine, jobId), machine.world)).toBe(true);
    expect((await money(machine)).held).toBe(0n);
    const elsewhere = { ...machine.world, baseUrl: 'https://gateway.example' };
    expect(await cancel(await theJob(machine, jobId), elsewhere)).toBe(true);
  });

  it('says that the API does not know the job, once it must', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.jobs.clear();
    const found = await theJob(machine, jobId);
    expect(await cancel(found, machine.world)).toBe(false);
    here.clock.advance(10_000);
    expect(await rejection(cancel(found, machine.world))).toMatchObject({ kind: 'auth', charged: 'unknown' });
    expect(statesOf(here)).toEqual(['sent', 'sent', 'sent']);
  });

  it.each([
    ['uploaded', true],
    ['written down alone', false],
  ])(
    'of a job that was %s may be done from anywhere, and gives its holds back once',
    async (_, isUploaded) => {
      const here = scene();
      const { machine, jobId, tended } = await job(here);
      if (isUploaded) {
        here.google.twist('busy');
        await tended();
      }
      const elsewhere = { ...machine.world, baseUrl: 'https://gateway.example' };
      for (let times = 0; times < 2; times++) {
        expect(await cancel(await theJob(machine, jobId), elsewhere)).toBe(true);
        expect(statesOf(here)).toEqual(['released', 'released', 'released']);
        expect(await theJob(machine, jobId)).toMatchObject({
          stage: 'done',
          why: 'cancelled before it was sent',
        });
      }
    },
  );

  it.each(['running', 'creating'] as const)(
    'from another API leaves a job alone that is %s, and to others',
    async (stage) => {
      const here = scene();
      const { machine, jobId, tended } = await job(here);
      if (stage === 'creating') here.google.twist('unheard');
      await tended();
      expect(await theJob(machine, jobId)).toMatchObject({ stage });
      const elsewhere = { ...machine.world, baseUrl: 'https://gateway.example' };
      expect(await rejection(cancel(await theJob(machine, jobId), elsewhere))).toMatchObject({
        kind: 'usage',
        message: expect.stringContaining('is at https://google.example, and this is https://gateway.example'),
      });
      expect(statesOf(here)).toEqual(['sent', 'sent', 'sent']);
      expect(await theJob(here.machine('two'), jobId)).toMatchObject({ stage, busy: false });
    },
  );

  it('is refused while another process works on the job', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    await machine.ledger.jobs.take(jobId);
    const other = here.machine('two');
    expect(await rejection(cancel(await theJob(other, jobId), other.world))).toMatchObject({
      kind: 'usage',
      message: `Another process works on job ${jobId.slice(0, 8)}.`,
    });
    expect(statesOf(here)).toEqual(['sent', 'sent', 'sent']);
  });

  it('asks nobody to end what ended, and fetches it', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.end('succeeded', { resultsFile: null });
    expect(await tended()).toMatchObject({ status: 'ended' });
    const refuse = () => Promise.reject(new Failure('usage', 'It ended.', { charged: 'no' }));
    const { batches } = machine.world;
    const found = await theJob(machine, jobId);
    const asking = (changes: Partial<typeof batches>) =>
      cancel(found, { ...machine.world, batches: { ...batches, cancel: refuse, ...changes } });
    // That it cannot be looked at just now is no failure of cancelling it.
    expect(await asking({ get: overloaded })).toBe(false);
    for (const each of here.google.jobs.values())
      each.remote = { ...each.remote, resultsFile: 'files/batch-b1' };
    expect(await asking({})).toBe(true);
    expect(statesOf(here)).toEqual(['saved', 'saved', 'saved']);
    expect(await asking({})).toBe(true);
  });
});

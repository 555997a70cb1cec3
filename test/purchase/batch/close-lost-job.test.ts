import { describe, expect, it } from 'vitest';
import { advance } from '../../../src/purchase/batch/advance.ts';
import { closeLostJob, isLost } from '../../../src/purchase/batch/close-lost-job.ts';
import { scene } from '../../support/jobs.ts';
import { job, money, statesOf, theJob } from './support.ts';

const GONE = 'http://127.0.0.1:1';
const RUNNING = 'http://127.0.0.1:2';
const GOOGLE = 'https://google.example';
const isSandbox = async (baseUrl: string) => baseUrl === RUNNING;

it.each([
  ['in a sandbox, one of a sandbox that is gone', { sandbox: true, baseUrl: RUNNING }, GONE, true],
  ['in a sandbox, one of a sandbox that runs', { sandbox: true, baseUrl: GONE }, RUNNING, false],
  ['in a sandbox, one of its own', { sandbox: true, baseUrl: GONE }, GONE, false],
  // Whether an API answers says nothing of what it charges.
  ['with an API that costs, none at all', { sandbox: false, baseUrl: GOOGLE }, GONE, false],
])('takes for lost %s', async (_, context, baseUrl, isGone) => {
  expect(await isLost({ baseUrl }, context, { isSandbox })).toBe(isGone);
});

describe('a job of a sandbox that is gone', () => {
  it.each(['planned', 'running'] as const)('gives its holds back (%s)', async (stage) => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    if (stage === 'running') await tended();
    await closeLostJob({ jobId }, machine.world);
    expect(statesOf(here)).toEqual(['released', 'released', 'released']);
    expect(await theJob(machine, jobId)).toMatchObject({
      stage: 'done',
      why: 'The sandbox that it was at is gone.',
    });
    expect((await money(machine)).held).toBe(0n);
  });

  it('keeps what came of it', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.end();
    here.google.breakAfter(2);
    await tended();
    await closeLostJob({ jobId }, machine.world);
    expect(statesOf(here)).toEqual(['released', 'saved', 'saved']);
  });

  it('is left to the process that works on it', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    await machine.ledger.jobs.take(jobId);
    await closeLostJob({ jobId }, here.machine('two').world);
    expect(statesOf(here)).toEqual(['sent', 'sent', 'sent']);
    expect(await theJob(machine, jobId)).toMatchObject({ stage: 'running' });
  });

  it('ends when the sandbox in its place does not know it', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.jobs.clear();
    expect(await advance(jobId, { ...machine.world, sandbox: true })).toMatchObject({ status: 'done' });
    expect(statesOf(here)).toEqual(['released', 'released', 'released']);
  });
});

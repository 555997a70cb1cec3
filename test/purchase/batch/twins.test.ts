import { expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { advance } from '../../../src/purchase/batch/advance.ts';
import { scene } from '../../support/jobs.ts';
import { job, statesOf } from './support.ts';

/** A job that ended, and that was made once more at the API under its name. */
async function madeTwice() {
  const here = scene();
  const made = await job(here, 'one', 2);
  await made.tended();
  here.google.end();
  const [[name, first] = []] = here.google.jobs;
  if (name === undefined || first === undefined) throw new Error('no job');
  here.google.jobs.set('batches/again', {
    ...first,
    remote: { ...first.remote, name: 'batches/again', resultsFile: 'files/batch-again' },
  });
  return { here, ...made };
}

it('tells of a job that was made twice, and under which name its other is counted', async () => {
  const { here, machine, jobId } = await madeTwice();
  const said: string[] = [];
  const removed: string[] = [];
  const { saver, files } = machine.world;
  const world = {
    ...machine.world,
    saver: { ...saver, remark: (text: string) => void said.push(text) },
    files: { ...files, remove: async (name: string) => void removed.push(name) },
  };
  expect(await advance(jobId, world)).toMatchObject({ status: 'done', failure: null });
  const [twin] = await machine.ledger.jobs.list('open');
  expect(said).toEqual([
    `Job ${jobId.slice(0, 8)} was made twice: batches/again is the same once more, and is fetched and counted as job ${twin?.jobId.slice(0, 8)}.`,
  ]);
  expect(await advance(twin?.jobId ?? '', world)).toMatchObject({ status: 'done', failure: null });
  expect(statesOf(here)).toEqual(['saved', 'saved', 'saved', 'saved']);
  expect(said).toHaveLength(1);
  // It has no file of its own.
  expect(removed).toEqual([...here.google.stored.keys()]);
});

it('is done where the list cannot be read just now: all that it brought is there', async () => {
  const { here, machine, jobId } = await madeTwice();
  const find = () => Promise.reject(new Failure('unavailable', 'Overloaded.', { charged: 'no' }));
  const world = { ...machine.world, batches: { ...machine.world.batches, find } };
  expect(await advance(jobId, world)).toEqual({ jobId, status: 'done', failure: null });
  expect(statesOf(here)).toEqual(['saved', 'saved']);
});

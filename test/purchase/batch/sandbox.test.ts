import { expect, it } from 'vitest';
import { googleBatches } from '../../../src/adapters/google/batches.ts';
import { googleFiles } from '../../../src/adapters/google/files.ts';
import { cancel } from '../../../src/purchase/batch/end.ts';
import { tend } from '../../../src/purchase/batch/tend.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { scene } from '../../support/jobs.ts';
import { running, testClock } from '../../sandbox/support.ts';

it('cancels a job that runs already: the sandbox charges nothing, and nothing stays held', async () => {
  const time = testClock();
  await using sandbox = await running({ clock: time, batchMs: 60_000 });
  const connection = { baseUrl: sandbox.url, apiKey: 'AIza-test-key', sandbox: true };
  const here = scene();
  const machine = here.machine('one', {
    baseUrl: sandbox.url,
    batches: googleBatches(connection, { clock: fakeClock() }),
    files: googleFiles(connection, { clock: fakeClock() }),
  });
  const { world, ledger } = machine;
  const [job] = await here.submitted(machine, 3);
  const jobId = job?.jobId ?? '';
  await tend(jobId, world);
  time.advance(40_000);
  await tend(jobId, world);
  const [made] = await ledger.jobs.list('open');
  if (!made) throw new Error('no job');
  expect(made).toMatchObject({ stage: 'running', state: 'running' });
  expect(await cancel(made, world)).toBe(false);
  time.advance(40_000);
  expect(await tend(jobId, world)).toMatchObject({ status: 'done', failure: null });
  const cancelled = { state: 'released', why: 'CANCELLED' };
  expect(await ledger.jobs.items(jobId)).toMatchObject([cancelled, cancelled, cancelled]);
  expect(await (await fetch(`${sandbox.url}/sandbox/meter`)).json()).toMatchObject({ charged: 0 });
});

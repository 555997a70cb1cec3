import { expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { cancel } from '../../../src/purchase/batch/cancel.ts';
import { advance } from '../../../src/purchase/batch/advance.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { scene } from '../../support/jobs.ts';
import { running, testClock } from '../../sandbox/support.ts';
import { SANDBOX } from '../../../src/core/providers/sandbox.ts';
import { providerAt } from '../../support/provider.ts';

it('cancels a job that runs already: the sandbox charges nothing, and nothing stays held', async () => {
  const time = testClock();
  await using sandbox = await running({ clock: time, batchMs: 60_000 });
  const provider = providerAt(sandbox.url, 'AIza-test-key', SANDBOX);
  const here = scene();
  const machine = here.machine('one', {
    baseUrl: sandbox.url,
    batches: googleClient(provider, { clock: fakeClock() }).batches,
    files: googleClient(provider, { clock: fakeClock() }).files,
  });
  const { world, ledger } = machine;
  const [job] = await here.submitted(machine, 3);
  const jobId = job?.jobId ?? '';
  await advance(jobId, world);
  time.advance(40_000);
  await advance(jobId, world);
  const [made] = await ledger.jobs.list('open');
  if (!made) throw new Error('no job');
  expect(made).toMatchObject({ stage: 'running', state: 'running' });
  expect(await cancel(made, world)).toBe(false);
  time.advance(40_000);
  expect(await advance(jobId, world)).toMatchObject({ status: 'done', failure: null });
  const cancelled = { state: 'released', why: 'CANCELLED' };
  expect(await ledger.jobs.items(jobId)).toMatchObject([cancelled, cancelled, cancelled]);
  expect(await (await fetch(`${sandbox.url}/sandbox/meter`)).json()).toMatchObject({ charged: 0 });
});

it('keeps a job and its hold as they are under the key of another project, before and after it ended', async () => {
  const time = testClock();
  await using sandbox = await running({ clock: time });
  const here = scene();
  const keyed = (apiKey: string) => {
    const provider = providerAt(sandbox.url, apiKey, SANDBOX);
    const clock = fakeClock(time.now());
    const batches = googleClient(provider, { clock }).batches;
    const files = googleClient(provider, { clock }).files;
    return { clock: time, baseUrl: sandbox.url, batches, files };
  };
  const machine = here.machine('one', keyed('AIza-mine'));
  const { world, ledger } = machine;
  const [job] = await here.submitted(machine, 2);
  const jobId = job?.jobId ?? '';
  await advance(jobId, world);
  time.advance(60_000);
  const other = { ...world, ...keyed('AIza-other') };
  const foreign = { status: 'running', failure: { kind: 'auth', charged: 'unknown' } };
  expect(await advance(jobId, other)).toMatchObject(foreign);
  const remote = await world.batches.get((await ledger.jobs.list('open'))[0]?.batch ?? '', world.leave);
  await ledger.jobs.take(jobId);
  if (remote) await ledger.jobs.seen(jobId, remote);
  expect(await advance(jobId, other)).toMatchObject(foreign);
  expect((await ledger.jobs.items(jobId)).map(({ state }) => state)).toEqual(['sent', 'sent']);
});

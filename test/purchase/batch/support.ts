import { usd } from '../../../src/core/pricing/money.ts';
import { advance } from '../../../src/purchase/batch/advance.ts';
import type { Machine, Scene } from '../../support/jobs.ts';

/** A job of three requests, at the API or where the twists left it. */
export async function job(here: Scene, name = 'one', count = 3) {
  const machine = here.machine(name);
  const [job] = await here.submitted(machine, count);
  if (!job) throw new Error('no job');
  const { jobId } = job;
  return { machine, jobId, tended: () => advance(jobId, machine.world) };
}

export const keysOf = (here: Scene): string[] => [...here.store.attempts.keys()];
export const statesOf = (here: Scene): string[] =>
  [...here.store.attempts.values()].map(({ state }) => state);
export async function theJob({ ledger }: Machine, jobId: string) {
  const found = (await ledger.jobs.list('all')).find((each) => each.jobId === jobId);
  if (!found) throw new Error('no job');
  return found;
}

/** Held or spent, to the nano-dollar. */
export const money = async ({ ledger }: Machine) => {
  await ledger.setBudget({
    per: 'day',
    model: null,
    project: null,
    agent: null,
    amount: usd('100'),
    zone: 'UTC',
  });
  const [standing] = await ledger.standings();
  return { used: standing?.used, held: standing?.held };
};

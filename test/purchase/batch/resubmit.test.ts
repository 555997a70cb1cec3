import { describe, expect, it } from 'vitest';
import type { JobItem } from '../../../src/ports/index.ts';
import { answerSpace } from '../../../src/core/order/answer-space.ts';
import {
  failedIn,
  mustCostTheSame,
  resubmit,
  stillMissing,
  type RepeatWhich,
} from '../../../src/purchase/batch/resubmit.ts';
import { failure, rejection } from '../../support/failure.ts';
import { scene } from '../../support/jobs.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';
import { aPlan, aRun } from '../../support/purchases.ts';

const item = (facts: Partial<JobItem>) =>
  ({ state: 'saved', images: 0, resubmittedAs: null, attempt: aPlan(), ...facts }) as JobItem;

describe('what is asked for again', () => {
  const RELEASED = item({ state: 'released' });
  const REFUSED = item({ state: 'saved', images: 0 });
  const UNCONFIRMED = item({ state: 'unconfirmed' });
  const others = [
    item({ state: 'saved', images: 1 }),
    item({ state: 'sent' }),
    item({ state: 'settled' }),
    item({ state: 'released', resubmittedAs: 'attempt-2' }),
  ];

  it.each<[string, RepeatWhich, readonly JobItem[]]>([
    ['is what was not charged', { refused: false, unconfirmed: false }, [RELEASED]],
    ['is a refusal where that is said', { refused: true, unconfirmed: false }, [RELEASED, REFUSED]],
    ['may be charged where that is said', { refused: false, unconfirmed: true }, [RELEASED, UNCONFIRMED]],
  ])('%s', (_, which, items) => {
    expect(failedIn([RELEASED, REFUSED, UNCONFIRMED, ...others], which)).toEqual(items);
  });

  it('is nothing that a project has bought again since', async () => {
    const { ledger } = scene().machine('one');
    const numbered = (number: number) => aPlan({ attemptId: `${'a'.repeat(64)}-${number}` });
    await ledger.begin(aRun());
    await ledger.hold([numbered(1), numbered(2), aPlan()]);
    const [bought, missing, other] = [numbered(1), numbered(2), aPlan()].map((attempt) => item({ attempt }));
    if (!bought || !missing || !other) throw new Error('three items');
    expect(await stillMissing([bought, missing, other], { ledger })).toEqual([missing, other]);
  });
});

describe('the price of what is asked for again', () => {
  const plan = aPlan({ model: 'gemini-3.1-flash-lite-image', lane: 'batch', terms: undefined });

  it('is that of the list where the first time noted none', () => {
    expect(() => mustCostTheSame(plan, TODAY)).not.toThrow();
  });

  it('is none in a lane where the model is not sold', () => {
    expect(failure(() => mustCostTheSame({ ...plan, lane: 'priority' }, TODAY))).toMatchObject({
      kind: 'unavailable-model',
      message: 'Nano Banana 2 Lite is not sold any more at the price of that job.',
    });
  });
});

describe('a repeat', () => {
  /** A job that was cancelled before it was made, and what makes the repeat. */
  async function cancelled(count: number) {
    const here = scene();
    const proven: number[] = [];
    const machine = here.machine('one');
    const { journal } = machine.world.books;
    const prove = async (bytes: number): Promise<void> => void proven.push(bytes);
    const world = { ...machine.world, books: { ...machine.world.books, journal: { ...journal, prove } } };
    const [job] = await here.submitted(machine, count);
    if (!job) throw new Error('no job');
    const items = await machine.ledger.jobs.items(job.jobId);
    let number = 0;
    const its = { run: aRun({ runId: 'run-2' }), newId: () => `again-${++number}`, tier: 1 } as const;
    return { job, items, its, world, proven, jobs: machine.ledger.jobs };
  }

  it('counts in the queue for what its share of the first job did, and has room for its answers', async () => {
    const { job, items, its, world, proven, jobs } = await cancelled(4);
    const [jobId] = await resubmit(job, { ...its, items: items.slice(0, 1) }, world);
    const made = (await jobs.list('all')).find((each) => each.jobId === jobId);
    expect(made).toMatchObject({ requests: 1, tokens: Math.ceil(job.tokens / 4), repeats: job.jobId });
    expect(proven).toEqual([answerSpace([anOrder('nano-banana-2-lite')], 1)]);
  });

  it('of nothing is no job', async () => {
    const { job, its, world } = await cancelled(1);
    expect(await resubmit(job, { ...its, items: [] }, world)).toEqual([]);
  });

  it('says which job it is whose requests are forgotten', async () => {
    const { job, items, its, world } = await cancelled(1);
    const forgotten = items.map((each) => ({ ...each, request: null }));
    const long = { ...job, jobId: '0123456789abcdef' };
    expect(await rejection(resubmit(long, { ...its, items: forgotten }, world))).toMatchObject({
      message: expect.stringMatching(/^What job 01234567 asked for is not kept any more/),
    });
  });
});

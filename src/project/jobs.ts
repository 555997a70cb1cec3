import { asFailure, Failure } from '../core/errors.ts';
import type { JobPlan } from '../ports/index.ts';
import { divided, weigher, type Weighed } from '../purchase/batch/plan.ts';
import { tend, type Tended } from '../purchase/batch/advance.ts';
import { waitFor } from '../purchase/batch/wait.ts';
import { adopt, finish } from './recover.ts';
import { ordered, planFor } from './order.ts';
import { pastOf, type OpenJobs } from './history.ts';
import { regain } from './restore.ts';
import { isWhole } from './cleanup.ts';
import { isBatch, type Work } from './actions.ts';
import { NOTHING_APPLIED, type Applied, type ApplyWorld, type BatchLane } from './types.ts';

export interface Submitted {
  readonly jobs: readonly JobPlan[];
  /** What cannot be asked for. */
  readonly failed: readonly Applied[];
}

/** What is bought by batch, as jobs of one model each. Nothing is written down yet. */
export async function jobsOf(work: readonly Work[], world: ApplyWorld): Promise<Submitted> {
  const { batch } = world;
  if (batch === null) return { jobs: [], failed: [] };
  const {
    newId,
    tier,
    world: { batches, baseUrl },
  } = batch;
  const weigh = weigher({ batches });
  const byModel = new Map<string, Weighed[]>();
  const failed: Applied[] = [];
  for (const item of work.filter(isBatch)) {
    const plan = planFor(item, world);
    if (plan === null || item.deed.kind !== 'buy') continue;
    try {
      const { offer } = item.deed;
      // At once, so that no more of its pictures stays in memory than is needed.
      const order = await ordered(item.one, offer, world);
      const weighed = byModel.get(plan.model) ?? [];
      weighed.push(await weigh({ order, quote: offer.quote, plan }));
      byModel.set(plan.model, weighed);
    } catch (error) {
      failed.push({ ...NOTHING_APPLIED, work: item, failure: asFailure(error) });
    }
  }
  const jobs = Array.from(byModel.values(), (weighed) => divided(weighed, { newId, baseUrl, tier }));
  return { jobs: jobs.flat(), failed };
}

/** Brings jobs as far as they go, or waits for them. */
export async function brought(
  made: readonly JobPlan[],
  work: readonly Work[],
  { world, until, onLook }: BatchLane,
): Promise<readonly Tended[]> {
  const own = made.map(({ jobId }) => jobId);
  if (until !== null) {
    const awaited = work.flatMap(({ deed }) => (deed.kind === 'await' ? deed.jobId : []));
    return waitFor([...new Set([...own, ...awaited])], { until, onLook }, world);
  }
  const tended: Tended[] = [];
  for (const jobId of own) tended.push(await tend(jobId, world));
  return tended;
}

/** What is known of jobs after they were looked at. */
export interface Stand {
  readonly tended: readonly Tended[];
  readonly open: OpenJobs;
}

/** What became of pictures that come by batch; never throws. */
export async function arrival(work: Work, { tended, open }: Stand, world: ApplyWorld): Promise<Applied> {
  const nothing = { ...NOTHING_APPLIED, work };
  const { books, places, cwd } = world;
  try {
    const past = await pastOf(work.one.hash, books, open);
    const { sha256 } = await world.saver();
    if (past.kind === 'saved' && (await isWhole(past.image, cwd, places.pictureFiles, sha256))) {
      const { receipt, image } = past;
      return await adopt(work, { kind: 'adopt', receipt, image }, world);
    }
    if (past.kind === 'saved' && (await world.store.get(work.one.hash)) !== null)
      return { ...nothing, image: await regain(work.one, world, { ...work.one.step, source: 'store' }) };
    if (past.kind === 'underWay') {
      const failure = tended.find(({ jobId }) => jobId === past.jobId)?.failure ?? null;
      return { ...nothing, jobId: past.jobId, failure };
    }
    if (past.kind === 'barred') return { ...nothing, failure: past.why };
    if (past.kind === 'answered') return await finish(work, { kind: 'finish', receipt: past.receipt }, world);
    if (past.kind === 'saved') return { ...nothing, failure: displaced(past.image.path) };
    return { ...nothing, failure: await missing(work, world) };
  } catch (error) {
    return { ...nothing, failure: asFailure(error) };
  }
}

const displaced = (path: string): Failure =>
  new Failure('disk', `It was paid for, and ${path} is not as it was saved.`, {
    hint: 'Put that file back and apply again; without it, apply buys the picture once more.',
    charged: 'yes',
  });

/** It did not come, and was not charged. */
async function missing({ deed }: Work, { books }: ApplyWorld): Promise<Failure> {
  const attemptId = deed.kind === 'buy' ? deed.attemptId : '';
  const [receipt] = await books.ledger.receipts({ by: 'attempt', value: attemptId });
  return new Failure('unavailable', receipt?.why ?? 'Its job ended without it.', {
    hint: 'It was not charged: apply again to buy it.',
    charged: 'no',
  });
}

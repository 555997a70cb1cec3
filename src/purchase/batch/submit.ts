import type { Tier } from '../../core/catalogue/account-limits.ts';
import { roomFor } from '../../core/order/answer-space.ts';
import type { Job, RunStart } from '../../ports/index.ts';
import { requestsOf, type PurchaseAsk } from '../send-all.ts';
import { MOST_AT_ONCE } from './collect.ts';
import { jobsFor } from './plan.ts';
import type { BatchWorld } from './types.ts';

export interface Submission extends Pick<PurchaseAsk, 'order' | 'quote' | 'save'> {
  readonly run: RunStart;
  readonly tier: Tier;
}

/** Writes an order down as jobs and holds all of it. Nothing is sent yet: tending the jobs does that. */
export async function submit(
  { tier, ...ask }: Submission,
  { books: { ledger, journal }, batches, baseUrl }: BatchWorld,
  newId: () => string,
): Promise<readonly Job[]> {
  const plans = await jobsFor(requestsOf(ask, newId), { batches, newId, baseUrl, tier });
  await journal.prove(roomFor(ask.order, MOST_AT_ONCE));
  await ledger.begin(ask.run);
  await ledger.jobs.plan(plans);
  const made = new Set(plans.map(({ jobId }) => jobId));
  return (await ledger.jobs.list('open')).filter(({ jobId }) => made.has(jobId));
}

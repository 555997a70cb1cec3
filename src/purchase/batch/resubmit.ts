import { findModel, rateOf, ratesAt } from '../../core/catalogue/catalogue.ts';
import type { Day } from '../../core/catalogue/model.ts';
import { Failure, usageFailure } from '../../core/errors.ts';
import { attemptAfter } from '../../core/manifest/fingerprint.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import type { AttemptPlan, Books, Job, JobItem, NewItem, RunStart } from '../../ports/index.ts';
import { proveAndHold } from '../hold.ts';
import { divided, sizeOf } from './plan.ts';
import { MOST_AT_ONCE } from './collect.ts';
import type { BatchContext, BatchLane } from './types.ts';

/** Which requests are repeated besides those that were certainly not charged. */
export interface RepeatWhich {
  /** Also requests that were answered without a picture: the same prompt may be refused again, and cost again. */
  readonly refused: boolean;
  /** Also requests that may have been charged. */
  readonly unconfirmed: boolean;
}

/** Requests that brought no picture and were not repeated yet. */
export const failedIn = (items: readonly JobItem[], which: RepeatWhich): readonly JobItem[] =>
  items.filter(
    ({ state, images, resubmittedAs }) =>
      resubmittedAs === null &&
      (state === 'released' ||
        (which.refused && state === 'saved' && images === 0) ||
        (which.unconfirmed && state === 'unconfirmed')),
  );

/** Leaves out requests that a project has bought again since: it numbers its attempts as a repeat does. */
export async function stillMissing(
  failed: readonly JobItem[],
  { ledger }: Pick<Books, 'ledger'>,
): Promise<readonly JobItem[]> {
  const missing: JobItem[] = [];
  for (const item of failed) {
    const next = attemptAfter(item.attempt.attemptId);
    const known = next === null ? [] : await ledger.receipts({ by: 'attempt', value: next });
    if (known.length === 0) missing.push(item);
  }
  return missing;
}

/** Refuses a repeat whose price has changed: it is held at the price that was quoted for the first time. */
export function mustCostTheSame({ model: id, lane, size, terms }: AttemptPlan, day: Day): void {
  const listed = findModel(id);
  const rates = ratesAt(terms?.rates ? { ...listed, rates: terms.rates } : listed, lane, day);
  const isSame = terms?.lines.every(({ meter, rate }) => rateOf(rates, meter, size)?.price === rate) ?? true;
  if (rates.length > 0 && isSame) return;
  throw new Failure('unavailable-model', `${listed.name} is not sold any more at the price of that job.`, {
    hint: 'Ask for the pictures anew: pixtab says what they cost now.',
    charged: 'no',
  });
}

const forgotten = ({ jobId }: Job): Failure =>
  usageFailure(
    `What job ${jobId.slice(0, 8)} asked for is not kept any more: prompts until pixtab forget, pictures for a month.`,
    'Ask for it anew.',
  );

/** Which requests are repeated, as what run, and how they become jobs. */
export interface Resubmission extends Pick<BatchLane, 'newId' | 'tier'> {
  readonly items: readonly JobItem[];
  readonly run: RunStart;
}

/** Holds the same requests once more, as new jobs; nothing is sent yet. Resolves to their ids. */
export async function resubmit(
  job: Job,
  { items, run, newId, tier }: Resubmission,
  context: BatchContext,
): Promise<readonly string[]> {
  const { ledger } = context.books;
  const day = dayOf(context.clock.now());
  for (const { attempt } of items) {
    mustCostTheSame(attempt, day);
    for (const path of context.planFor(attempt).paths) await context.saver.pictureFiles.prove(path);
  }
  const [first] = items;
  if (first === undefined) return [];
  const tokens = Math.ceil(job.tokens / job.requests);
  const weighed = items.map(({ attempt, request }) => {
    if (request === null) throw forgotten(job);
    const attemptId = attemptAfter(attempt.attemptId) ?? newId();
    const item: NewItem = {
      attempt: { ...attempt, attemptId, runId: run.runId, account: context.account },
      request,
      instead: attempt.attemptId,
    };
    return { item, bytes: sizeOf(item), tokens };
  });
  const plans = divided(weighed, { newId, tier, context });
  const jobs = plans.map((plan) => ({ ...plan, repeats: job.jobId }));
  const { size, model } = first.attempt;
  await ledger.begin(run);
  const batched = [{ count: items.length, size, model: findModel(model) }];
  await proveAndHold({ attempts: [], jobs, batched }, MOST_AT_ONCE, context.books);
  return jobs.map(({ jobId }) => jobId);
}

import { findModel, rateOf, ratesAt } from '../../core/catalogue/catalogue.ts';
import type { Day } from '../../core/catalogue/model.ts';
import { Failure } from '../../core/errors.ts';
import { attemptAfter } from '../../core/manifest/fingerprint.ts';
import type { AttemptPlan, Books, Job, JobItem, NewItem } from '../../ports/index.ts';
import { divided, sizeOf, type JobsWorld } from './plan.ts';
import type { BatchWorld } from './types.ts';

export interface Again {
  /** Also what was answered without a picture: the same words may be refused again, and cost again. */
  readonly refused: boolean;
  /** Also what may have been charged. */
  readonly unconfirmed: boolean;
}

/** What brought no picture and was not asked for again yet. */
export const failedIn = (items: readonly JobItem[], which: Again): readonly JobItem[] =>
  items.filter(
    ({ state, images, resubmittedAs }) =>
      resubmittedAs === null &&
      (state === 'released' ||
        (which.refused && state === 'saved' && images === 0) ||
        (which.unconfirmed && state === 'unconfirmed')),
  );

/** Without those that a project bought again meanwhile: it asks by number, as we shall. */
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

/** It is held at what it was quoted at, so that must be what it costs. */
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

/** The same requests as new jobs of a run of their own: written down and held, not sent yet. */
export async function again(
  job: Job,
  failed: readonly JobItem[],
  runId: string,
  world: Pick<BatchWorld, 'books' | 'baseUrl'> & Pick<JobsWorld, 'newId' | 'tier'>,
): Promise<readonly string[]> {
  const each = Math.ceil(job.tokens / job.requests);
  const weighed = failed.map(({ attempt, request }) => {
    const item: NewItem = {
      attempt: { ...attempt, attemptId: attemptAfter(attempt.attemptId) ?? world.newId(), runId },
      request,
      instead: attempt.attemptId,
    };
    return { item, bytes: sizeOf(item), tokens: each };
  });
  const plans = divided(weighed, world).map((plan) => ({ ...plan, repeats: job.jobId }));
  await world.books.ledger.jobs.plan(plans);
  return plans.map(({ jobId }) => jobId);
}

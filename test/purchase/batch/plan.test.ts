import { describe, expect, it } from 'vitest';
import { MOST_JOB_BYTES } from '../../../src/core/catalogue/account-limits.ts';
import { divided, planJobs, type Weighed } from '../../../src/purchase/batch/plan.ts';
import type { PurchaseRequest } from '../../../src/purchase/request.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { failure } from '../../support/failure.ts';
import { scene } from '../../support/jobs.ts';
import { anOrder, aPicture, TODAY } from '../../support/pricing.ts';
import { aPlan, aRun } from '../../support/purchases.ts';

const context = scene().machine('one').world;
const lane = { context, newId: () => 'job-1', tier: 1 } as const;

const weighed = (bytes: number): Weighed => ({
  item: { attempt: aPlan({ model: 'gemini-3.1-flash-lite-image' }), request: '{}' },
  bytes,
  tokens: 1,
});

describe('a job', () => {
  it('is as large as the API takes, and not a byte larger', () => {
    expect(divided([weighed(MOST_JOB_BYTES)], lane)).toHaveLength(1);
    expect(failure(() => divided([weighed(1), weighed(MOST_JOB_BYTES + 1)], lane))).toMatchObject({
      kind: 'usage',
      message: 'One request is larger than a job may be.',
      hint: 'Use fewer or smaller input images.',
    });
  });

  it('has a picture in memory once, however many of its requests show it', async () => {
    const order = anOrder('nano-banana-2-lite', { lane: 'batch', inputs: [aPicture] });
    let number = 0;
    const request = () =>
      ({
        offer: { order, quote: quote(order, TODAY) },
        placeFor: async () => aPlan().save,
        attemptId: () => `attempt-${++number}`,
      }) as unknown as PurchaseRequest;
    const { jobs } = await planJobs([request(), request()], aRun(), lane);
    const [first, second] = jobs.flatMap(({ items }) => items.map(({ inputs = [] }) => inputs));
    expect(first).toHaveLength(1);
    expect(second?.[0]).toBe(first?.[0]);
  });
});

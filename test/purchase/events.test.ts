import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { eventsOf } from '../../src/purchase/events.ts';
import type { Recovered } from '../../src/purchase/recover.ts';
import type { PurchaseRequest } from '../../src/purchase/request.ts';
import { nothingFrom } from '../../src/purchase/types.ts';
import { anOrder, TODAY } from '../support/pricing.ts';
import { aBill, aPlan } from '../support/purchases.ts';

/** What programs are told. */
function telling(runId: string | null = 'run-1') {
  const told: Record<string, unknown>[] = [];
  const terminal = { event: (facts: object) => void told.push({ ...facts }) };
  return { told, events: eventsOf({ runId }, { now: () => 0 }, terminal) };
}

function request(name?: string): PurchaseRequest {
  const order = anOrder('nano-banana-2-lite');
  return { name, offer: { order, quote: quote(order, TODAY) } } as unknown as PurchaseRequest;
}

describe('an event', () => {
  it.each([
    ['hero', 'hero'],
    [undefined, null],
  ])('says of a purchase for %s what it is for: %s', (name, wanted) => {
    const { told, events } = telling();
    events.quoted(request(name));
    events.sent(aPlan(), request(name));
    events.result(nothingFrom(aPlan(), new Failure('refused', 'No.')), request(name));
    expect(told.map(({ event, for: purpose }) => [event, purpose])).toEqual([
      ['quote', wanted],
      ['sent', wanted],
      ['done', wanted],
    ]);
  });

  it('says how an attempt ended, and why where it did not go well', () => {
    const { told, events } = telling();
    events.result(nothingFrom(aPlan(), new Failure('refused', 'No.')), request());
    events.result({ ...nothingFrom(aPlan(), new Failure('usage', '')), failure: null }, request());
    expect(told).toMatchObject([
      { outcome: 'refused', why: 'No.' },
      { outcome: 'ok', why: null },
    ]);
  });

  it('says why and when a request is sent again', () => {
    const { told, events } = telling();
    events.retry(aPlan(), new Error('Overloaded.'), 2_000);
    expect(told).toEqual([
      {
        event: 'retry',
        at: '1970-01-01T00:00:00.000Z',
        runId: 'run-1',
        attemptId: 'attempt-1',
        why: 'Overloaded.',
        waitMs: 2_000,
      },
    ]);
  });

  it.each([
    ['its bill', aBill('0.03'), { amount: '0.03', charged: 'yes' }],
    ['that it may be charged', aBill('0.03', { charged: 'unknown' }), { amount: '0.03', charged: 'unknown' }],
    ['that it was not', aBill('0', { charged: 'no' }), { amount: '0', charged: 'no' }],
    ['nothing of a bill that was booked before', null, null],
  ])('of an answer that a job brought says %s', (_, bill, cost) => {
    const { told, events } = telling(null);
    const entry = { attemptId: 'attempt-1' };
    events.recovered({ entry, status: 'done', images: [], bill, failure: null } as unknown as Recovered);
    expect(told).toMatchObject([{ event: 'done', runId: null, attemptId: 'attempt-1', for: null, cost }]);
  });
});

import { describe, expect, it } from 'vitest';
import { broken, CANARY, mutant } from '../../../bench/mutants.mjs';
import { failureOf } from '../../../src/adapters/failures/judge.ts';
import { readReply } from '../../../src/adapters/google/reply.ts';
import { bill } from '../../../src/core/pricing/bill.ts';
import { Failure } from '../../../src/core/errors.ts';
import type { Reply } from '../../../src/core/order/reply.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';
import { providerAt } from '../../support/provider.ts';

const provider = providerAt('https://google.example', CANARY);

const terms = (model: string) => {
  const order = anOrder(model);
  return { model: order.model, lane: order.lane, size: order.size, day: TODAY, quote: quote(order, TODAY) };
};
const TERMS = {
  generateContent: terms('gemini-3-pro-image'),
  predict: terms('imagen-4.0-generate-001'),
};

describe('answers that are broken at random', () => {
  it('never crash, never lose a charge, never pass for a picture, never show the key', () => {
    const product = {
      Failure,
      read: (body: Uint8Array, wire: keyof typeof TERMS) => readReply(body, wire, provider),
      bill: (reply: Reply, wire: keyof typeof TERMS) => bill({ ...TERMS[wire], reply }),
      failureOf: (status: number, body: Uint8Array) =>
        failureOf(
          { stage: 'answered', status, headers: new Headers(), body, broke: null },
          { provider, model: 'm', timeoutMs: 300_000, now: Date.parse(TODAY) },
        ),
    };
    const faults = Array.from({ length: 4_000 }, (_, seed) => ({
      seed,
      rules: broken(mutant(seed), product),
    }));
    expect(faults.filter(({ rules }) => rules.length > 0)).toEqual([]);
  });
});

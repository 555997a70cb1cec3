import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { sum, toDecimal, usd, ZERO } from '../../src/core/pricing/money.ts';
import type { Usd } from '../../src/core/pricing/money.ts';
import { candidate, refusalAnswer } from '../support/answers.ts';
import { aPicture, world } from '../support/fakes/deps.ts';
import type { World } from '../support/fakes/deps.ts';

/** What the API may do with a request, by a name that a counterexample shows. */
const ANSWERS = {
  picture: aPicture('any'),
  chance: refusalAnswer('IMAGE_OTHER'),
  safety: refusalAnswer('IMAGE_SAFETY'),
  prohibited: refusalAnswer('PROHIBITED_CONTENT'),
  text: candidate([{ text: 'Only words.' }]),
  silent: { candidates: [{ content: {}, finishReason: 'NO_IMAGE' }] },
  lost: new Failure('unconfirmed', 'No answer arrived.'),
  overloaded: new Failure('unavailable', 'Overloaded.'),
  limited: new Failure('rate-limited', 'Not now.'),
  gone: new Failure('unavailable-model', 'No such model.'),
  locked: new Failure('auth', 'Key refused.'),
};
type Answer = keyof typeof ANSWERS;

interface Case {
  readonly answers: readonly Answer[];
  readonly count: number;
  readonly concurrency: number;
  readonly refusals: number | null;
  readonly unconfirmed: number;
  readonly fallback: readonly string[];
  readonly maxCost: Usd | null;
}

const names = Object.keys(ANSWERS) as Answer[];
const aCase: fc.Arbitrary<Case> = fc.record({
  answers: fc.array(fc.constantFrom(...names, 'chance', 'safety', 'lost', 'overloaded'), { maxLength: 25 }),
  count: fc.integer({ min: 1, max: 4 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  refusals: fc.option(fc.nat(3)),
  unconfirmed: fc.nat(2),
  fallback: fc.uniqueArray(
    fc.constantFrom('nano-banana-pro', 'nano-banana-2.1', 'imagen-4', 'nano-banana-2'),
    { maxLength: 3 },
  ),
  maxCost: fc.option(
    fc.integer({ min: 30, max: 700 }).map((thousandths) => usd(`0.${String(thousandths).padStart(3, '0')}`)),
  ),
});

/** What the run has spent, may have spent, or holds. */
function committed({ store }: World): Usd {
  return sum(
    [...store.attempts.values()].map(({ state, plan, bill }) => {
      if (state === 'held' || state === 'sent' || state === 'replied') return plan.high;
      return state === 'unconfirmed' ? plan.expected : (bill?.amount ?? ZERO);
    }),
  );
}

async function played({ answers, count, concurrency, refusals, unconfirmed, fallback, maxCost }: Case) {
  const seen: Usd[] = [];
  const sent: Answer[] = [];
  const made: World = world({
    script: Array.from({ length: 100 }, (_, index) => async () => {
      seen.push(committed(made));
      const answer = answers[index] ?? 'picture';
      sent.push(answer);
      return ANSWERS[answer];
    }),
  });
  const flags = [
    ...(refusals === null ? [] : ['--refusal-retries', String(refusals)]),
    ...(unconfirmed === 0 ? [] : ['--retry-unconfirmed', String(unconfirmed)]),
    ...(fallback.length === 0 ? [] : ['--fallback', fallback.join(',')]),
    ...(maxCost === null ? [] : ['--max-cost', toDecimal(maxCost)]),
  ];
  const ran = await made.pixtab(
    'a cat',
    '-n',
    String(count),
    '--concurrency',
    String(concurrency),
    '--json',
    ...flags,
  );
  return { ...made, ...ran, seen, sent, document: JSON.parse(ran.stdout) };
}

const runs = { numRuns: 150 };

describe('however the answers come', () => {
  it('never commits more than --max-cost in all', async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (asked) => {
        const { maxCost } = asked;
        fc.pre(maxCost !== null);
        const { seen } = await played(asked);
        for (const amount of seen) expect(amount).toBeLessThanOrEqual(maxCost ?? ZERO);
      }),
      runs,
    );
  });

  it('sends nothing after an unknown outcome without the flag, once what was under way has ended', async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (asked) => {
        const { sent } = await played({ ...asked, unconfirmed: 0, concurrency: 1 });
        const lost = sent.indexOf('lost');
        expect(lost === -1 || lost === sent.length - 1).toBe(true);
      }),
      runs,
    );
  });

  it('reports every request once: the steps add up to the cost, and the cost to the ledger', async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (asked) => {
        const { document, store, code } = await played(asked);
        if (document.cost === null) return;
        const amounts = (rows: readonly { amount: string }[]) => sum(rows.map(({ amount }) => usd(amount)));
        const cost = usd(document.cost.amount);
        expect(amounts(document.steps.map(({ cost }: { cost: { amount: string } }) => cost))).toBe(cost);
        const attempts = [...store.attempts.values()];
        const counted = attempts.map(({ state, plan, bill }) =>
          state === 'unconfirmed' ? plan.expected : (bill?.amount ?? ZERO),
        );
        expect(sum(counted)).toBe(cost);
        const isUnknown = attempts.some(
          ({ state, bill }) => state === 'unconfirmed' || bill?.charged === 'unknown',
        );
        expect(document.cost.charged === 'unknown').toBe(isUnknown);
        expect(code === 0).toBe(document.images.length === asked.count);
        expect(document.images.length).toBe(
          document.steps.reduce((all: number, { delivered }: { delivered: number }) => all + delivered, 0),
        );
      }),
      runs,
    );
  });

  it('never says that nothing was charged when something was, or may have been', async () => {
    const free = new Set(['usage', 'budget', 'rate-limited', 'unavailable', 'unavailable-model']);
    await fc.assert(
      fc.asyncProperty(aCase, async (asked) => {
        const { document, store } = await played(asked);
        if (!free.has(document.outcome)) return;
        const states = [...store.attempts.values()];
        expect(
          states.filter(({ state, bill }) => state === 'unconfirmed' || (bill?.amount ?? ZERO) > ZERO),
        ).toEqual([]);
      }),
      runs,
    );
  });
});

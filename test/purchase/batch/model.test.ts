import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sum, usd, ZERO } from '../../../src/core/pricing/money.ts';
import { isCertainlyFree } from '../../../src/core/policy/rpc.ts';
import type { AttemptState } from '../../../src/core/policy/attempt-state.ts';
import { advance } from '../../../src/purchase/batch/advance.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { scene, type Machine } from '../../support/jobs.ts';

type Fate = 'picture' | 'refusal' | 'senseless' | 'missing' | number;

const fate = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fate>('picture') },
  fc.constantFrom<Fate>('refusal', 'senseless', 'missing'),
  fc.constantFrom<Fate>(1, 2, 3, 4, 5, 8, 13, 14, 99),
);

/** What happens to whoever fetches, after so many answers. */
const mishap = fc.record({
  kind: fc.constantFrom('breaks off', 'dies', 'is told to stop', 'finds the disk full'),
  after: fc.nat(4),
});

function lineOf(fate: Fate): object | null {
  if (fate === 'refusal') return { response: refusalAnswer() };
  if (fate === 'senseless') return { response: { odd: true } };
  if (fate === 'missing') return {};
  return fate === 'picture' ? null : { error: { code: fate } };
}

/** Where a line is missing, nobody knows whether the results came to their end, and an error proves nothing. */
function stateOf(fate: Fate, isWhole: boolean): AttemptState {
  if (fate === 'picture' || fate === 'refusal') return 'saved';
  if (typeof fate === 'string' || !isWhole) return 'unconfirmed';
  return isCertainlyFree({ code: fate, message: '' }) ? 'released' : 'unconfirmed';
}

async function standing({ ledger }: Machine) {
  const [standing] = await ledger.standings();
  if (!standing) throw new Error('no budget');
  return standing;
}

it('holds a job whole, settles it request by request, and gives back the rest, whatever comes of each and whoever dies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { minLength: 1, maxLength: 7 }),
      fc.array(mishap, { maxLength: 4 }),
      async (fates, mishaps) => {
        const here = scene();
        const first = here.machine('0');
        await first.ledger.setBudget({
          per: 'month',
          model: null,
          project: null,
          agent: null,
          amount: usd('9'),
          zone: 'UTC',
        });
        const [job] = await here.submitted(first, fates.length);
        const jobId = job?.jobId ?? '';
        const plans = (await first.ledger.jobs.items(jobId)).map(({ attempt }) => attempt);
        const whole = sum(plans.map(({ high }) => high));
        expect(await standing(first)).toMatchObject({ held: whole, used: ZERO });

        for (const [index, { attemptId }] of plans.entries()) {
          const line = lineOf(fates[index] ?? 'picture');
          if (line) here.google.outcomes.set(attemptId, line);
        }
        await advance(jobId, first.world);
        expect(await standing(first)).toMatchObject({ held: whole, used: ZERO });
        here.google.end();

        const machines = [first];
        for (const [index, { kind, after }] of mishaps.entries()) {
          const name = String(index + 1);
          const machine = here.machine(name);
          machines.push(machine);
          let seen = 0;
          const onAnswer: typeof machine.world.onAnswer = (answer) => {
            machine.world.onAnswer(answer);
            if ((seen += 1) <= after) return;
            if (kind === 'is told to stop') machine.stop.abort();
            if (kind === 'dies') throw new Error('killed');
          };
          if (kind === 'breaks off') here.google.breakAfter(after);
          if (kind === 'finds the disk full') here.pictureFiles.breaks('put', 'no space left');
          await advance(jobId, { ...machine.world, onAnswer }).catch(() => null);
          here.google.breakAfter(null);
          here.pictureFiles.breaks('put', null);
          if (kind === 'dies') here.kill(name);
          const { held, used } = await standing(machine);
          expect(held + used).toBeLessThanOrEqual(whole);
        }

        const last = here.machine('last');
        const isWhole = !fates.includes('missing');
        const status = isWhole ? 'done' : 'ended';
        expect(await advance(jobId, last.world)).toMatchObject({ status, failure: null });
        here.clock.advance(48 * 3_600_000);
        expect(await advance(jobId, last.world)).toMatchObject({ status: 'done', failure: null });
        const items = await last.ledger.jobs.items(jobId);
        expect(items.map(({ state }) => state)).toEqual(fates.map((fate) => stateOf(fate, isWhole)));
        expect(here.google.created).toHaveLength(1);
        const pictures = fates.filter((fate) => fate === 'picture').length;
        expect(here.pictureFiles.files.size).toBe(pictures);

        const bills = await Promise.all(
          plans.map(async ({ attemptId }) => {
            const [receipt] = await last.ledger.receipts({ by: 'attempt', value: attemptId });
            return receipt?.bill?.amount ?? ZERO;
          }),
        );
        const unknown = items.filter(({ state }) => state === 'unconfirmed');
        const counted = sum([...bills, ...unknown.map(({ attempt }) => attempt.expected)]);
        expect(await standing(last)).toMatchObject({ held: ZERO, used: counted });
        expect(await last.ledger.contradictions()).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

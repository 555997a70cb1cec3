import { describe, expect, it } from 'vitest';
import type { Budget } from '../../src/core/policy/budget.ts';
import { ATTEMPT_STATES } from '../../src/core/policy/attempt-state.ts';
import type { AttemptState } from '../../src/core/policy/attempt-state.ts';
import { Failure } from '../../src/core/errors.ts';
import { ENOUGH_BILLS, LATEST_BILLS } from '../../src/core/pricing/price-history.ts';
import type { Bill } from '../../src/core/pricing/types.ts';
import { usd } from '../../src/core/pricing/money.ts';
import { totalOf, type SpendAxis } from '../../src/core/pricing/spend.ts';
import type { AttemptPlan, Ledger } from '../../src/ports/index.ts';
import type { FakeClock } from './fakes/clock.ts';
import { aBill, anImage, aPlan, aRun, theirTerms } from './purchases.ts';

/** One shared record and the processes that write to it. */
export interface LedgerWorld extends AsyncDisposable {
  readonly clock: FakeClock;
  /** Opens the record as a process of that number; the same number is the same process. */
  process(pid: number): Ledger;
  kill(pid: number): void;
  /** The journal keeps an answer. */
  answered(attemptId: string): void;
}

const A_DAY = 86_400_000;
const ALL = { since: null, until: null };

/** What every ledger must do, whatever it is made of. */
export function ledgerContract(name: string, open: () => Promise<LedgerWorld>): void {
  describe(`${name}, as a ledger`, () => {
    lifeOfAnAttempt(open);
    budgets(open);
    deadProcesses(open);
    lookingBack(open);
    forgetting(open);
  });
}

function forgetting(open: () => Promise<LedgerWorld>): void {
  /** One attempt in each of these states, held at the same moment. */
  async function attemptsIn(world: LedgerWorld, states: readonly AttemptState[]): Promise<Ledger> {
    const ledger = world.process(1);
    await ledger.begin(aRun());
    const ids = states.map((state) => [`in-${state}`, state] as const);
    await ledger.hold(ids.map(([attemptId]) => aPlan({ attemptId })));
    for (const [attemptId, state] of ids) {
      if (state === 'held') continue;
      if (state === 'released') await ledger.release(attemptId, 'not sent', 'cancelled');
      else await ledger.sending(attemptId);
      if (state === 'unconfirmed') await ledger.unconfirm(attemptId, 'nobody knows');
      if (state === 'settled' || state === 'saved') await ledger.settle(attemptId, aBill('0.03'));
      if (state === 'saved') await ledger.saved(attemptId, [anImage()]);
    }
    return ledger;
  }
  const promptsOf = async (ledger: Ledger) =>
    Object.fromEntries(
      (await ledger.receipts({ by: 'run', value: 'run-1' })).map(({ attempt, state }) => [
        state,
        attempt.prompt,
      ]),
    );

  it('forgets what finished requests asked for, and not a cent of what they cost', async () => {
    await using world = await open();
    const ledger = await attemptsIn(world, ['held', 'sent', 'settled', 'saved', 'released', 'unconfirmed']);
    await ledger.setBudget(budget('1/month'));
    const sums = async () => [
      await ledger.standings(),
      totalOf(await ledger.spending({ by: 'model', ...ALL })),
    ];
    const before = await sums();
    const { prompt } = aPlan();
    world.answered('in-settled');
    world.clock.advance(1000);
    const now = world.clock.now();
    expect(await ledger.forgettable(now)).toEqual({ prompts: 3, pictures: 0, bytes: 0 });
    expect(await ledger.forget(now)).toEqual({ prompts: 3, pictures: 0, bytes: 0 });
    const some = { held: prompt, sent: prompt, settled: prompt, saved: '', released: '', unconfirmed: '' };
    expect(await promptsOf(ledger)).toEqual(some);
    expect(await sums()).toEqual(before);
    expect(await ledger.savedImages()).toHaveLength(1);
    expect(await ledger.contradictions()).toEqual([]);
    expect(await ledger.forgettable(now)).toMatchObject({ prompts: 0 });
  });

  it('forgets what is booked and has no answer left to read', async () => {
    await using world = await open();
    const ledger = await attemptsIn(world, ['settled']);
    world.clock.advance(1000);
    expect(await ledger.forget(world.clock.now())).toMatchObject({ prompts: 1 });
  });

  it('leaves alone what is not older', async () => {
    await using world = await open();
    const ledger = await attemptsIn(world, ['saved']);
    expect(await ledger.forget(world.clock.now())).toMatchObject({ prompts: 0 });
    expect(await promptsOf(ledger)).toEqual({ saved: aPlan().prompt });
  });
}

function lifeOfAnAttempt(open: () => Promise<LedgerWorld>): void {
  it('settles them all, though they all write at once', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    const plans = Array.from({ length: 16 }, (_, index) => aPlan({ attemptId: `attempt-${index + 1}` }));
    await ledger.hold(plans);
    await Promise.all(
      plans.map(async ({ attemptId }) => {
        await ledger.sending(attemptId);
        await ledger.replied(attemptId);
        await ledger.settle(attemptId, aBill('0.035'));
        await ledger.saved(attemptId, [anImage({ path: `${attemptId}.png` })]);
      }),
    );
    expect(await ledger.savedImages()).toHaveLength(16);
  });

  it('goes on with a run that another process begins again under its name', async () => {
    await using world = await open();
    const first = world.process(1);
    await first.begin(aRun({ project: 'shop', labels: ['spring'], maxCost: usd('0.05') }));
    await first.hold([aPlan()]);
    await first.end('run-1', 'cancelled');
    const other = world.process(2);
    await other.begin(aRun({ project: 'shop', labels: ['spring'], maxCost: usd('0.06') }));
    const next = aPlan({ attemptId: 'attempt-2' });
    // The hold of the first is still there: both belong to one run, and to one limit.
    await expect(other.hold([next])).rejects.toMatchObject({ kind: 'budget' });
    await first.release('attempt-1', 'not sent', 'cancelled');
    await other.hold([next]);
    const receipts = await other.receipts({ by: 'run', value: 'run-1' });
    expect(receipts.map(({ attempt }) => attempt.attemptId)).toEqual(['attempt-1', 'attempt-2']);
    expect(receipts[0]?.run).toMatchObject({ project: 'shop', maxCost: usd('0.06'), outcome: null });
    expect(await other.contradictions()).toEqual([]);
  });

  it('follows a purchase from its hold to its pictures', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun({ labels: ['spring', 'draft', 'spring'], project: 'shop' }));
    await ledger.hold([aPlan({ terms: theirTerms() })]);
    await ledger.sending('attempt-1');
    await ledger.replied('attempt-1');
    world.clock.advance(2000);
    await ledger.settle('attempt-1', aBill('0.0336'));
    await ledger.saved(
      'attempt-1',
      [anImage(), anImage({ path: '/elsewhere/b.png' })],
      ['It came smaller.', 'From another model.'],
    );
    await ledger.end('run-1', 'ok');

    const [receipt, ...others] = await ledger.receipts({ by: 'attempt', value: 'attempt-1' });
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({
      run: { runId: 'run-1', project: 'shop', labels: ['draft', 'spring'], outcome: 'ok' },
      attempt: aPlan({ terms: theirTerms() }),
      state: 'saved',
      differences: ['It came smaller.', 'From another model.'],
      heldAt: world.clock.now() - 2000,
      bill: { ...aBill('0.0336'), settledAt: world.clock.now() },
    });
    expect(receipt?.images.map(({ absolutePath }) => absolutePath)).toEqual([
      '/home/ada/out/lighthouse.png',
      '/elsewhere/b.png',
    ]);
    expect(await ledger.contradictions()).toEqual([]);
  });

  it('knows the drafts of a sheet by their files, and counts the sheet alone', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    await ledger.hold([aPlan({ save: { ...aPlan().save, sheet: { columns: 2, rows: 1 } } })]);
    await ledger.sending('attempt-1');
    await ledger.settle('attempt-1', aBill('0.0336'));
    const cells = [1, 2].map((cell) => ({
      ...anImage({ path: `cell-${cell}.png`, sha256: `${cell}`.repeat(64) }),
      cell,
    }));
    const extra = anImage({ path: 'extra.png', sha256: 'e'.repeat(64) });
    await ledger.saved('attempt-1', [{ ...anImage(), cells }, extra]);

    const all = [...cells, extra, anImage()].map(({ sha256 }) => sha256);
    for (const value of all) {
      const [receipt] = await ledger.receipts({ by: 'sha256', value });
      expect(receipt?.attempt.save.sheet).toEqual({ columns: 2, rows: 1 });
      expect(receipt?.images.map(({ path, cells = [] }) => [path, cells.map(({ cell }) => cell)])).toEqual([
        [anImage().path, [1, 2]],
        ['extra.png', []],
      ]);
    }
    expect((await ledger.savedImages()).map(({ sha256 }) => sha256).toSorted()).toEqual(all.toSorted());
    const counts = async () => {
      const whole = { since: null, until: null };
      const slices = [
        ...(await ledger.spending({ by: 'model', ...whole })),
        ...(await ledger.spending({ by: 'run', ...whole })),
      ];
      return slices.map(({ images }) => images);
    };
    expect(await counts()).toEqual([2, 2]);
    await ledger.saved('attempt-1', [{ ...anImage(), cells }, extra]);
    expect(await counts()).toEqual([2, 2]);
    expect(await ledger.contradictions()).toEqual([]);
  });

  it('keeps amounts to the nano-dollar, far beyond what a number could', async () => {
    await using world = await open();
    const ledger = await bought(world, { high: usd('9000000.123456789'), low: usd('0.000000001') });
    await ledger.settle('attempt-1', aBill('9000000.123456789'));
    const [receipt] = await ledger.receipts({ by: 'run', value: 'run-1' });
    expect(receipt?.attempt.low).toBe(1n);
    expect(receipt?.bill?.amount).toBe(9_000_000_123_456_789n);
    expect(totalOf(await ledger.spending({ by: 'model', ...ALL })).settled).toBe(9_000_000_123_456_789n);
  });

  it('sends again what was certainly not charged, with the same hold', async () => {
    await using world = await open();
    const ledger = await bought(world, {});
    await ledger.unsent('attempt-1');
    await ledger.sending('attempt-1');
    expect(await stateOf(ledger)).toBe('sent');
  });

  it('gives a hold back when nothing was charged, and says why', async () => {
    await using world = await open();
    const ledger = await bought(world, {});
    await ledger.release('attempt-1', 'the key was refused', 'unavailable');
    const [receipt] = await ledger.receipts({ by: 'attempt', value: 'attempt-1' });
    expect(receipt).toMatchObject({ state: 'released', why: 'the key was refused', bill: null });
    expect(receipt?.releasedAs).toBe('unavailable');
    expect(totalOf(await ledger.spending({ by: 'lane', ...ALL }))).toMatchObject({
      settled: 0n,
      unconfirmed: 0n,
    });
  });

  it('counts what nobody can know at the expected price, until an answer turns up', async () => {
    await using world = await open();
    const ledger = await bought(world, {});
    await ledger.unconfirm('attempt-1', 'the connection broke');
    const unknown = totalOf(await ledger.spending({ by: 'model', ...ALL }));
    expect(unknown).toMatchObject({
      settled: 0n,
      unconfirmed: usd('0.03'),
      unconfirmedRequests: 1,
      requests: 0,
    });

    await ledger.settle('attempt-1', aBill('0.0333'));
    const known = totalOf(await ledger.spending({ by: 'model', ...ALL }));
    expect(known).toMatchObject({
      settled: usd('0.0333'),
      unconfirmed: 0n,
      unconfirmedRequests: 0,
      requests: 1,
    });
    expect(await ledger.contradictions()).toEqual([]);
  });

  it.each([
    ['yes', aBill('0.0336'), { settled: usd('0.0336'), requests: 1 }],
    ['no', null, { settled: 0n, requests: 0 }],
  ] as const)('takes %s from somebody who knows whether it was charged', async (charged, bill, sums) => {
    await using world = await open();
    const ledger = await attemptIn(world, 'unconfirmed');
    world.clock.advance(A_DAY);
    await ledger.decide('attempt-1', bill, 'ada');
    const [receipt] = await ledger.receipts({ by: 'attempt', value: 'attempt-1' });
    const decision = { charged, who: 'ada', at: world.clock.now() };
    expect(receipt).toMatchObject({ decision, bill: bill ?? null });
    const all = totalOf(await ledger.spending({ by: 'model', ...ALL }));
    expect(all).toMatchObject({ ...sums, unconfirmed: 0n, unconfirmedRequests: 0 });
    expect(await ledger.contradictions()).toEqual([]);
  });

  it('keeps why an answer brought no picture, until one is found in it', async () => {
    await using world = await open();
    const ledger = await bought(world, {});
    const refusal = async () =>
      (await ledger.receipts({ by: 'attempt', value: 'attempt-1' })).map((one) => one.refusal);
    await ledger.settle('attempt-1', aBill('0.01'), 'IMAGE_SAFETY');
    await ledger.saved('attempt-1', []);
    expect(await refusal()).toEqual(['IMAGE_SAFETY']);
    await ledger.saved('attempt-1', [anImage()]);
    expect(await refusal()).toEqual([null]);
  });

  const legal: Record<AttemptState, readonly string[]> = {
    held: ['sending', 'release'],
    sent: ['unsent', 'replied', 'settle', 'release', 'unconfirm'],
    replied: ['settle', 'unconfirm'],
    settled: ['saved'],
    saved: ['saved'],
    released: ['settle'],
    unconfirmed: ['settle', 'charge', 'absolve'],
  };
  const steps: Record<string, (ledger: Ledger) => Promise<void>> = {
    sending: (ledger) => ledger.sending('attempt-1'),
    unsent: (ledger) => ledger.unsent('attempt-1'),
    replied: (ledger) => ledger.replied('attempt-1'),
    settle: (ledger) => ledger.settle('attempt-1', aBill('0.03')),
    saved: (ledger) => ledger.saved('attempt-1', [anImage()]),
    release: (ledger) => ledger.release('attempt-1', 'because', 'unavailable'),
    unconfirm: (ledger) => ledger.unconfirm('attempt-1', 'because'),
    charge: (ledger) => ledger.decide('attempt-1', aBill('0.03'), 'ada'),
    absolve: (ledger) => ledger.decide('attempt-1', null, 'ada'),
  };

  it.each(ATTEMPT_STATES)('allows from %s the steps that make sense, and no other', async (state) => {
    for (const [step, run] of Object.entries(steps)) {
      await using world = await open();
      const ledger = await attemptIn(world, state);
      const outcome = await run(ledger).then(() => 'done', failureKind);
      expect(outcome, `${step} from ${state}`).toBe(legal[state].includes(step) ? 'done' : 'bug');
      expect(await ledger.contradictions()).toEqual([]);
    }
  });

  it('sends nothing on the strength of a hold that another process took, and books an answer all the same', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    await ledger.hold([aPlan({ attemptId: 'held' }), aPlan({ attemptId: 'sent' })]);
    await ledger.sending('sent');
    // It lives, and was only taken for dead: it was suspended, or its clock is another.
    world.kill(1);
    const other = world.process(2);
    await other.begin(aRun({ runId: 'run-2' }));
    await other.hold([]);
    const stateNow = async (value: string) => (await other.receipts({ by: 'attempt', value }))[0]?.state;
    expect(await stateNow('held')).toBe('released');
    expect(await stateNow('sent')).toBe('unconfirmed');
    await expect(ledger.sending('held')).rejects.toMatchObject({ kind: 'unavailable', charged: 'no' });
    await ledger.release('held', 'nothing was sent', 'unavailable');
    await ledger.replied('sent');
    expect(await stateNow('sent')).toBe('unconfirmed');
    await ledger.settle('sent', aBill('0.0336'));
    await ledger.saved('sent', [anImage()]);
    expect(await stateNow('sent')).toBe('saved');
    await ledger.settle('sent', aBill('0.0336'));
    expect(totalOf(await ledger.spending({ by: 'model', ...ALL }))).toMatchObject({
      settled: usd('0.0336'),
      unconfirmed: 0n,
      requests: 1,
    });
    expect(await ledger.contradictions()).toEqual([]);
  });

  it('refuses a step for an attempt that it does not know', async () => {
    await using world = await open();
    await expect(world.process(1).sending('attempt-9')).rejects.toMatchObject({ kind: 'bug' });
  });

  it('holds all of the attempts or none', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    const twice = [aPlan({ attemptId: 'a' }), aPlan({ attemptId: 'b' }), aPlan({ attemptId: 'c' })];
    await ledger.setBudget(budget('0.11/day'));
    await expect(ledger.hold(twice)).rejects.toMatchObject({ kind: 'budget' });
    expect(await ledger.receipts({ by: 'run', value: 'run-1' })).toEqual([]);
    await ledger.hold(twice.slice(1));
    expect(await ledger.receipts({ by: 'run', value: 'run-1' })).toHaveLength(2);
  });
}

function budgets(open: () => Promise<LedgerWorld>): void {
  it('spends a budget to the last nano-dollar, and not one further', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    await ledger.setBudget(budget('0.080000001/day'));
    await ledger.hold([aPlan({ attemptId: 'a', high: usd('0.04') })]);
    await expect(ledger.hold([aPlan({ attemptId: 'b', high: usd('0.040000002') })])).rejects.toThrow(
      'The budget of $0.080000001 a day has $0.040000001 left and this would cost up to $0.040000002',
    );
    await ledger.hold([aPlan({ attemptId: 'c', high: usd('0.040000001') })]);
  });

  it('counts what is held, settled and unconfirmed, and not what was released', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    await ledger.setBudget(budget('1/day'));
    for (const state of ['held', 'replied', 'settled', 'saved', 'released', 'unconfirmed'] as const) {
      await reach(ledger, aPlan({ attemptId: state }), state);
    }
    const [standing] = await ledger.standings();
    // Two at the high, two bills of 0.035, one at the expected price.
    expect(standing).toMatchObject({ held: usd('0.08'), used: usd('0.10') });
  });

  it('starts afresh when the day or the month of the budget’s own time zone ends', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    await ledger.setBudget({ ...budget('0.05/day'), zone: 'Asia/Kolkata' });
    // 2026-11-22T12:00Z is 17:30 in India: the day has six and a half hours to go.
    await ledger.hold([aPlan({ attemptId: 'a' })]);
    world.clock.advance(6.5 * 3_600_000 - 1);
    await expect(ledger.hold([aPlan({ attemptId: 'b' })])).rejects.toThrow('2026-11-23 00:00 Asia/Kolkata');
    world.clock.advance(1);
    await ledger.hold([aPlan({ attemptId: 'b' })]);

    await ledger.removeBudget({ per: 'day', model: null, project: null, agent: null });
    await ledger.setBudget({ ...budget('0.10/month'), zone: 'UTC' });
    await expect(ledger.hold([aPlan({ attemptId: 'c', high: usd('0.03') })])).rejects.toThrow(
      '2026-12-01 00:00',
    );
    world.clock.advance(9 * A_DAY);
    await ledger.hold([aPlan({ attemptId: 'c', high: usd('0.03') })]);
  });

  it('counts for a day what is of that day, though the clock was set back from the next', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    await ledger.setBudget(budget('1/day'));
    world.clock.advance(A_DAY / 2);
    await reach(ledger, aPlan({ attemptId: 'a' }), 'settled');
    await reach(ledger, aPlan({ attemptId: 'b' }), 'held');
    expect((await ledger.standings())[0]).toMatchObject({ used: usd('0.035'), held: usd('0.04') });
    world.clock.advance(-1);
    expect((await ledger.standings())[0]).toMatchObject({ used: 0n, held: 0n });
  });

  it('never passes a day’s budget when the clock jumps back and forth', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    await ledger.setBudget(budget('0.10/day'));
    const jumps = [1, -3, 5, -2, 0.5, -1.5, 30, -30, 365, -366, -1, 2].map((days) => days * A_DAY);
    for (const [index, jump] of jumps.flatMap((jump) => [jump, 0, 0, 0]).entries()) {
      world.clock.advance(jump);
      await ledger.hold([aPlan({ attemptId: `a${index}` })]).catch(() => undefined);
    }
    const held = new Map<string, number>();
    for (const { heldAt } of await ledger.receipts({ by: 'run', value: 'run-1' })) {
      const day = new Date(heldAt).toISOString().slice(0, 10);
      held.set(day, (held.get(day) ?? 0) + 1);
    }
    expect(held.size).toBeGreaterThan(5);
    expect([...held.values()].every((count) => count === 2)).toBe(true);
  });

  it('limits a run by its own budget and by --max-cost, over all of its holds', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun({ maxCost: usd('0.10') }));
    await ledger.begin(aRun({ runId: 'run-2' }));
    await ledger.hold([aPlan({ attemptId: 'a' })]);
    await ledger.hold([aPlan({ attemptId: 'b' })]);
    await expect(ledger.hold([aPlan({ attemptId: 'c' })])).rejects.toThrow(
      /^--max-cost \$0\.10 has \$0\.02 left/,
    );

    await ledger.setBudget(budget('0.05/run'));
    await ledger.hold([aPlan({ attemptId: 'd', runId: 'run-2' })]);
    await expect(ledger.hold([aPlan({ attemptId: 'e', runId: 'run-2' })])).rejects.toThrow('$0.05 a run');
  });

  it('asks only the budgets of the model and the project', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun({ project: 'shop' }));
    await ledger.begin(aRun({ runId: 'run-2', project: 'blog' }));
    await ledger.begin(aRun({ runId: 'run-3' }));
    await ledger.setBudget({ ...budget('0.05/day'), model: 'large-model' });
    await ledger.setBudget({ ...budget('0.05/month'), project: 'shop' });
    await ledger.hold([aPlan({ attemptId: 'a' })]);
    await expect(ledger.hold([aPlan({ attemptId: 'b' })])).rejects.toThrow('$0.05 a month in project shop');
    await ledger.hold([aPlan({ attemptId: 'c', runId: 'run-2' }), aPlan({ attemptId: 'd', runId: 'run-2' })]);
    await ledger.hold([large('e')]);
    await expect(ledger.hold([large('f')])).rejects.toThrow('$0.05 a day for large-model');
  });

  it('names the narrowest of several budgets', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    for (const text of ['0.03/month', '0.02/day', '0.035/run']) await ledger.setBudget(budget(text));
    await expect(ledger.hold([aPlan()])).rejects.toThrow('The budget of $0.02 a day');
  });

  it('keeps one budget for each scope', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.setBudget(budget('20/day'));
    await ledger.setBudget(budget('30/day'));
    await ledger.setBudget({ ...budget('5/day'), project: 'shop' });
    const amounts = (await ledger.standings()).map(({ budget }) => budget.amount);
    expect(new Set(amounts)).toEqual(new Set([usd('5'), usd('30')]));

    const scope = { per: 'day', model: null, project: 'shop', agent: null } as const;
    expect(await ledger.removeBudget(scope)).toBe(true);
    expect(await ledger.removeBudget(scope)).toBe(false);
    expect(await ledger.standings()).toHaveLength(1);
  });
}

function deadProcesses(open: () => Promise<LedgerWorld>): void {
  const fates = [
    ['held', false, 'released'],
    ['sent', false, 'unconfirmed'],
    ['sent', true, 'replied'],
    ['replied', true, 'replied'],
    ['replied', false, 'unconfirmed'],
    ['settled', true, 'settled'],
    ['unconfirmed', false, 'unconfirmed'],
  ] as const;
  it.each(fates)(
    'makes of an attempt that was %s (answer kept: %s) when its process died: %s',
    async (before, kept, after) => {
      await using world = await open();
      await attemptIn(world, before);
      if (kept) world.answered('attempt-1');
      world.kill(1);
      const other = world.process(2);
      await other.begin(aRun({ runId: 'run-2' }));
      await other.hold([aPlan({ attemptId: 'attempt-2', runId: 'run-2' })]);
      expect(await stateOf(other)).toBe(after);
      expect(await other.contradictions()).toEqual([]);
    },
  );

  it('leaves the holds of living processes alone', async () => {
    await using world = await open();
    await attemptIn(world, 'sent');
    const other = world.process(2);
    await other.begin(aRun({ runId: 'run-2' }));
    await other.hold([aPlan({ attemptId: 'attempt-2', runId: 'run-2' })]);
    expect(await stateOf(other)).toBe('sent');
  });

  it('takes nobody for dead who took an attempt over from a process that is', async () => {
    await using world = await open();
    await attemptIn(world, 'sent');
    world.answered('attempt-1');
    world.kill(1);
    const [second, third] = [world.process(2), world.process(3)];
    for (const [number, ledger] of [second, third].entries()) {
      await ledger.begin(aRun({ runId: `run-${number + 2}` }));
      await ledger.hold([aPlan({ attemptId: `attempt-${number + 2}`, runId: `run-${number + 2}` })]);
    }
    for (const [number, ledger] of [second, third].entries()) await ledger.sending(`attempt-${number + 2}`);
    expect(await stateOf(third)).toBe('replied');
  });

  it('lets the next purchase have what a dead process held', async () => {
    await using world = await open();
    const first = world.process(1);
    await first.begin(aRun());
    await first.setBudget(budget('0.05/day'));
    await first.hold([aPlan()]);
    const other = world.process(2);
    await other.begin(aRun({ runId: 'run-2' }));
    const plan = aPlan({ attemptId: 'attempt-2', runId: 'run-2' });
    await expect(other.hold([plan])).rejects.toMatchObject({ kind: 'budget' });
    world.kill(1);
    await other.hold([plan]);
  });

  it('keeps what was reclaimed although the purchase that reclaimed it was refused', async () => {
    await using world = await open();
    const other = world.process(2);
    await other.begin(aRun({ runId: 'run-2' }));
    await attemptIn(world, 'held');
    world.kill(1);
    await other.setBudget(budget('0.01/day'));
    const plan = aPlan({ attemptId: 'attempt-2', runId: 'run-2' });
    await expect(other.hold([plan])).rejects.toMatchObject({ kind: 'budget' });
    expect(await stateOf(other)).toBe('released');
  });

  it('hands an attempt over to one process, once the one that made it is dead', async () => {
    await using world = await open();
    await attemptIn(world, 'replied');
    world.answered('attempt-1');
    const [second, third] = [world.process(2), world.process(3)];
    expect(await second.claim(aPlan())).toBeNull();
    world.kill(1);
    expect(await second.abandoned(['attempt-1', 'attempt-9'])).toEqual(['attempt-1', 'attempt-9']);
    expect(await second.claim(aPlan())).toBe('replied');
    expect(await third.abandoned(['attempt-1'])).toEqual([]);
    expect(await second.claim(aPlan())).toBe('replied');
    expect(await third.claim(aPlan())).toBeNull();
    await second.settle('attempt-1', aBill('0.03'));
    expect(await second.claim(aPlan())).toBe('settled');
  });

  it('lets anybody finish what its process, which lives on, could not', async () => {
    await using world = await open();
    const first = world.process(1);
    await attemptIn(world, 'settled');
    world.answered('attempt-1');
    const second = world.process(2);
    expect(await second.claim(aPlan())).toBeNull();
    await first.handOver('attempt-1');
    expect(await second.abandoned(['attempt-1'])).toEqual(['attempt-1']);
    expect(await second.claim(aPlan())).toBe('settled');
    expect(await first.claim(aPlan())).toBeNull();
    await first.handOver('attempt-1');
    expect(await first.claim(aPlan())).toBeNull();
    await second.saved('attempt-1', [anImage()]);
    expect(await stateOf(first)).toBe('saved');
  });

  it.each(['held', 'sent', 'replied'] as const)(
    'hands nothing over that is %s: whoever finds a hold that nobody has ends it',
    async (state) => {
      await using world = await open();
      const [first, second] = [world.process(1), world.process(2)];
      await attemptIn(world, state);
      await first.handOver('attempt-1');
      expect(await second.claim(aPlan())).toBeNull();
      expect(await stateOf(second)).toBe(state);
    },
  );

  it('enters again what only the journal still knows', async () => {
    await using world = await open();
    const ledger = world.process(1);
    expect(await ledger.claim(aPlan())).toBe('replied');
    await ledger.settle('attempt-1', aBill('0.03'));
    expect(totalOf(await ledger.spending({ by: 'time', ...ALL })).settled).toBe(usd('0.03'));
    expect(await ledger.contradictions()).toEqual([]);
  });
}

const large = (attemptId: string): AttemptPlan => aPlan({ attemptId, runId: 'run-3', model: 'large-model' });

function lookingBack(open: () => Promise<LedgerWorld>): void {
  it('sums up what was spent along every axis', async () => {
    await using world = await open();
    const ledger = await shop(world);
    const along = async (by: SpendAxis): Promise<unknown> => {
      const totals = new Map<string, [bigint, bigint]>();
      for (const { key, settled, unconfirmed } of await ledger.spending({ by, ...ALL })) {
        const [a, b] = totals.get(key) ?? [0n, 0n];
        totals.set(key, [a + settled, b + unconfirmed]);
      }
      return Object.fromEntries(totals);
    };
    const [bill, expected] = [usd('0.035'), usd('0.03')];
    expect(await along('model')).toEqual({ 'small-model': [bill, expected], 'large-model': [bill, 0n] });
    expect(await along('project')).toEqual({ shop: [bill, expected], '': [bill, 0n] });
    expect(await along('lane')).toEqual({ now: [bill * 2n, 0n], flex: [0n, expected] });
    expect(await along('run')).toEqual({ shop: [bill, expected], none: [bill, 0n] });
    expect(await along('gateway')).toEqual({ '': [bill * 2n, expected] });
    expect(await along('account')).toEqual({ 'api#1': [bill, 0n], '': [bill, expected] });
    expect(await along('refusal')).toEqual({ '': [bill * 2n, expected] });
    expect(await along('labels')).toEqual({ '["draft","spring"]': [bill, expected], '[]': [bill, 0n] });
    const noon = Date.parse('2026-11-22T12:00:00Z');
    expect(await along('time')).toEqual({ [noon]: [bill, expected], [noon + A_DAY]: [bill, 0n] });
  });

  it('narrows spending by time, model, project, lane and label', async () => {
    await using world = await open();
    const ledger = await shop(world);
    const noon = Date.parse('2026-11-22T12:00:00Z');
    const count = async (filter: object): Promise<number> => {
      const { requests, unconfirmedRequests } = totalOf(
        await ledger.spending({ by: 'model', ...ALL, ...filter }),
      );
      return requests + unconfirmedRequests;
    };
    expect(await count({})).toBe(3);
    expect(await count({ since: noon + A_DAY })).toBe(1);
    expect(await count({ until: noon + A_DAY })).toBe(2);
    expect(await count({ since: noon, until: noon })).toBe(0);
    expect(await count({ model: 'large-model' })).toBe(1);
    expect(await count({ project: 'shop' })).toBe(2);
    expect(await count({ lane: 'flex' })).toBe(1);
    expect(await count({ label: 'draft' })).toBe(2);
    expect(await count({ label: 'dra' })).toBe(0);
    expect(await count({ run: 'shop' })).toBe(2);
    expect(await count({ only: ['unconfirmed'] })).toBe(1);
    expect(await count({ only: ['refused'] })).toBe(0);
  });

  it('counts from any moment on, also within a quarter of an hour', async () => {
    await using world = await open();
    const ledger = await shop(world);
    const since = world.clock.now() + 60_000;
    world.clock.advance(120_000);
    await reach(ledger, aPlan({ attemptId: 'late', runId: 'none' }), 'saved');
    const requests = async (range: object): Promise<number> =>
      totalOf(await ledger.spending({ by: 'model', ...ALL, ...range })).requests;
    expect(await requests({ since })).toBe(1);
    expect(await requests({ until: since })).toBe(2);
  });

  it.each(['time', 'run'] as const)('tells what is held from what is spent, by %s', async (by) => {
    await using world = await open();
    const ledger = await shop(world);
    await ledger.begin(aRun({ runId: 'late', project: 'shop' }));
    await reach(ledger, aPlan({ attemptId: 'e', runId: 'late' }), 'sent');
    const { held, settled } = totalOf(await ledger.spending({ by, ...ALL, project: 'shop' }));
    expect([held, settled]).toEqual([usd('0.04'), usd('0.035')]);
    expect(totalOf(await ledger.spending({ by, ...ALL, label: 'draft' })).held).toBe(0n);
  });

  it('lists requests, the newest first and a page at a time', async () => {
    await using world = await open();
    const ledger = await shop(world);
    const ids = async (filter: object): Promise<readonly string[]> =>
      (await ledger.history({ ...ALL, limit: 9, ...filter })).map(({ attempt }) => attempt.attemptId);
    expect(await ids({})).toEqual(['d', 'c', 'b', 'a']);
    expect(await ids({ limit: 2 })).toEqual(['d', 'c']);
    expect(await ids({ limit: 2, after: 'c' })).toEqual(['b', 'a']);
    expect(await ids({ project: 'shop', after: 'b' })).toEqual(['a']);
    expect(await ids({ only: ['refused', 'unconfirmed'] })).toEqual(['b']);
    expect(await ids({ lane: 'batch' })).toEqual([]);
    expect(await ids({ skip: 1, limit: 2 })).toEqual(['c', 'b']);
    expect(await ids({ skip: 4 })).toEqual([]);
  });

  it('finds requests by words of their prompts, and counts and sums up those alone', async () => {
    await using world = await open();
    const ledger = await shop(world);
    const prompts = { e: 'A red Boat, at dusk', f: '100% a_boat', g: 'a boot' };
    for (const [attemptId, prompt] of Object.entries(prompts))
      await reach(ledger, aPlan({ attemptId, prompt, runId: 'none' }), 'saved');
    const found = async (...words: readonly string[]) => {
      const filter = { ...ALL, words };
      const rows = await ledger.history({ ...filter, limit: 9 });
      const { requests } = totalOf(await ledger.spending({ ...filter, by: 'time' }));
      expect([await ledger.count(filter), requests]).toEqual([rows.length, rows.length]);
      return rows.map(({ attempt }) => attempt.attemptId);
    };
    expect(await found('boat')).toEqual(['f', 'e']);
    expect(await found('DUSK', 'red')).toEqual(['e']);
    expect(await found('100%', 'a_b')).toEqual(['f']);
    expect(await found('boat', 'boot')).toEqual([]);
    expect(await ledger.count(ALL)).toBe(7);
  });

  it('knows every project and label that requests were filed under', async () => {
    await using world = await open();
    const { projects, labels } = await (await shop(world)).filings();
    expect([projects, labels.toSorted()]).toEqual([['shop'], ['draft', 'spring']]);
  });

  it('compares quotes with bills', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    for (const [attemptId, amount] of [
      ['a', '0.03'],
      ['b', '0.05'],
      ['c', '0.02'],
      ['d', '0.019'],
    ] as const) {
      await ledger.hold([aPlan({ attemptId })]);
      await ledger.sending(attemptId);
      await ledger.settle(attemptId, aBill(amount));
      await ledger.saved(attemptId, [anImage({ path: `${attemptId}.png` })]);
    }
    // A refusal costs less than a picture and says nothing about the price of one.
    await reach(ledger, aPlan({ attemptId: 'e' }), 'settled');
    await ledger.saved('e', []);
    expect(await ledger.accuracy(ALL)).toEqual([
      {
        model: 'small-model',
        bills: 4,
        quoted: usd('0.12'),
        billed: usd('0.119'),
        inside: 2,
        worst: { attemptId: 'b', quoted: usd('0.03'), billed: usd('0.05') },
      },
    ]);
    expect(await ledger.accuracy({ since: world.clock.now() + 1, until: null })).toEqual([]);
  });

  it('knows what the latest pictures of a model took, once there are enough', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    const buy = async (attemptId: string, facts: Partial<AttemptPlan>, bill: Bill): Promise<void> => {
      await ledger.hold([aPlan({ attemptId, ...facts })]);
      await ledger.sending(attemptId);
      await ledger.settle(attemptId, bill);
      await ledger.saved(attemptId, [anImage({ path: `${attemptId}.png` })]);
      world.clock.advance(1000);
    };
    const line = (meter: 'image output' | 'thinking', quantity: number) => {
      const rate = usd('30');
      return { meter, quantity, unit: 'token' as const, rate, per: 1_000_000, amount: usd('0') };
    };
    const thought = (tokens: number) =>
      aBill('0', { lines: [line('image output', 1120), ...(tokens > 0 ? [line('thinking', tokens)] : [])] });
    // None of these says anything about it.
    await buy('large', { size: '2K' }, thought(9999));
    await buy('other', { model: 'large-model' }, thought(9999));
    await buy('estimated', {}, { ...thought(9999), basis: 'estimated' });
    await reach(ledger, aPlan({ attemptId: 'refused' }), 'settled');
    for (let n = 1; n < ENOUGH_BILLS; n++) await buy(`n${n}`, {}, thought(n % 2 === 0 ? 100 : 0));
    expect(await ledger.priceHistory('small-model', '1K')).toBeNull();
    await buy('last', {}, thought(100));
    expect(await ledger.priceHistory('small-model', '1K')).toEqual({
      pictures: ENOUGH_BILLS,
      quantities: { 'image output': 1120 * ENOUGH_BILLS, thinking: 100 * (ENOUGH_BILLS / 2) },
    });
    for (let n = 0; n < LATEST_BILLS; n++) await buy(`later${n}`, {}, thought(7));
    expect(await ledger.priceHistory('small-model', '1K')).toEqual({
      pictures: LATEST_BILLS,
      quantities: { 'image output': 1120 * LATEST_BILLS, thinking: 7 * LATEST_BILLS },
    });
  });

  it('finds the receipt of a picture by its path, its bytes and its run', async () => {
    await using world = await open();
    const ledger = await shop(world);
    const ids = async (by: 'path' | 'sha256' | 'run', value: string): Promise<readonly string[]> =>
      (await ledger.receipts({ by, value })).map(({ attempt }) => attempt.attemptId);
    expect(await ids('path', '/home/ada/a.png')).toEqual(['a']);
    expect(await ids('sha256', 'ab'.repeat(32))).toEqual(['a', 'c']);
    expect(await ids('run', 'none')).toEqual(['c', 'd']);
    expect(await ids('path', 'a.png')).toEqual([]);
  });

  it('lists the newest picture of every path, and none that went to stdout', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.begin(aRun());
    for (const [attemptId, path] of [
      ['a', 'x.png'],
      ['b', 'x.png'],
      ['c', '-'],
    ] as const) {
      await reach(ledger, aPlan({ attemptId }), 'settled');
      await ledger.saved(attemptId, [anImage({ path, bytes: attemptId.charCodeAt(0) })]);
      world.clock.advance(1000);
    }
    expect(await ledger.savedImages()).toMatchObject([
      { absolutePath: '/home/ada/x.png', bytes: 98, attemptId: 'b' },
    ]);
  });
}

async function shop(world: LedgerWorld): Promise<Ledger> {
  const ledger = world.process(1);
  await ledger.begin(aRun({ runId: 'shop', project: 'shop', labels: ['spring', 'draft'] }));
  await ledger.begin(aRun({ runId: 'none' }));
  await reach(ledger, aPlan({ attemptId: 'a', runId: 'shop', account: 'api#1' }), 'saved');
  await reach(ledger, aPlan({ attemptId: 'b', runId: 'shop', lane: 'flex' }), 'unconfirmed');
  world.clock.advance(A_DAY);
  await reach(ledger, aPlan({ attemptId: 'c', runId: 'none', model: 'large-model' }), 'saved');
  await reach(ledger, aPlan({ attemptId: 'd', runId: 'none' }), 'released');
  return ledger;
}

function budget(text: string): Budget {
  const [amount = '', per = ''] = text.split('/');
  const period = (['run', 'day', 'month'] as const).find((one) => one === per);
  if (period === undefined) throw new TypeError(`no period: ${text}`);
  return { per: period, model: null, project: null, agent: null, amount: usd(amount), zone: 'UTC' };
}

/** A ledger of process 1 with one attempt under way. */
async function bought(world: LedgerWorld, facts: Partial<AttemptPlan>): Promise<Ledger> {
  const ledger = world.process(1);
  await ledger.begin(aRun());
  await ledger.hold([aPlan(facts)]);
  await ledger.sending('attempt-1');
  return ledger;
}

async function attemptIn(world: LedgerWorld, state: AttemptState): Promise<Ledger> {
  const ledger = world.process(1);
  await ledger.begin(aRun());
  await reach(ledger, aPlan(), state);
  return ledger;
}

/** Walks an attempt to a state by the shortest way. */
async function reach(ledger: Ledger, plan: AttemptPlan, state: AttemptState): Promise<void> {
  const { attemptId } = plan;
  await ledger.hold([plan]);
  if (state === 'held') return;
  if (state === 'released') return ledger.release(attemptId, 'because', 'unavailable');
  await ledger.sending(attemptId);
  if (state === 'sent') return;
  if (state === 'unconfirmed') return ledger.unconfirm(attemptId, 'because');
  await ledger.replied(attemptId);
  if (state === 'replied') return;
  await ledger.settle(attemptId, aBill('0.035'));
  if (state === 'saved') await ledger.saved(attemptId, [anImage({ path: `${attemptId}.png` })]);
}

async function stateOf(ledger: Ledger): Promise<AttemptState | undefined> {
  const [receipt] = await ledger.receipts({ by: 'attempt', value: 'attempt-1' });
  return receipt?.state;
}

const failureKind = (error: unknown): string => (error instanceof Failure ? error.kind : String(error));

import { describe, expect, it } from 'vitest';
import type { Budget } from '../../src/core/policy/budget.ts';
import { usd } from '../../src/core/pricing/money.ts';
import { totalOf } from '../../src/core/pricing/spend.ts';
import type { Ledger, RunStart } from '../../src/ports/index.ts';
import type { LedgerWorld } from './ledger.contract.ts';
import { aBill, anImage, aPlan, aRun } from './purchases.ts';

const ALL = { since: null, until: null };
const ONCE = { key: 'cover', order: 'hash of the order' };

/** What every ledger must do for agents: keep them to their allowance, and buy once under a key. */
export function agentsContract(name: string, open: () => Promise<LedgerWorld>): void {
  describe(`${name}, with agents`, () => {
    allowances(open);
    keys(open);
    quotes(open);
  });
}

function allowances(open: () => Promise<LedgerWorld>): void {
  it('holds nothing for an agent without an allowance, whatever budgets there are besides', async () => {
    await using world = await open();
    const ledger = world.process(1);
    const others: readonly Partial<Budget>[] = [
      { agent: null },
      { agent: 'claude' },
      { agent: 'gemini', per: 'run' },
      { agent: 'gemini', model: 'small-model' },
      { agent: 'gemini', project: 'shop' },
    ];
    for (const budget of others) await ledger.setBudget(allowance(budget));
    await ledger.begin(byAgent({ agent: 'gemini' }));
    await expect(ledger.hold([aPlan()])).rejects.toMatchObject({
      kind: 'budget',
      charged: 'no',
      message: 'Agent gemini has no allowance, so it buys nothing.',
    });
    await ledger.setBudget(allowance({ agent: 'gemini' }));
    await ledger.hold([aPlan()]);
  });

  it('spends an allowance in total to the last nano-dollar, over all days, and never starts it again', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.setBudget(allowance({ amount: usd('0.075') }));
    await ledger.begin(byAgent());
    await bought(ledger, 'a', '0.035');
    world.clock.advance(400 * 86_400_000);
    await expect(ledger.hold([aPlan({ attemptId: 'b', high: usd('0.040000001') })])).rejects.toThrow(
      'The budget of $0.075 in total for agent claude has $0.04 left and this would cost up to $0.040000001.',
    );
    await ledger.hold([aPlan({ attemptId: 'b', high: usd('0.04') })]);
    expect(await ledger.standings()).toMatchObject([{ used: usd('0.035'), held: usd('0.04'), window: null }]);
  });

  it('counts for an allowance what that agent bought alone', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.setBudget(allowance());
    await ledger.setBudget(allowance({ agent: 'gemini', per: 'day' }));
    await ledger.begin(aRun());
    await bought(ledger, 'a', '0.035');
    await ledger.begin(byAgent({ runId: 'run-2', agent: 'gemini' }));
    await bought(ledger, 'b', '0.03', 'run-2');
    const used = (await ledger.standings()).map(({ budget, used }) => [budget.agent, used]);
    expect(new Map(used.map(([agent, used]) => [agent, used]))).toEqual(
      new Map([
        ['claude', 0n],
        ['gemini', usd('0.03')],
      ]),
    );
    expect(totalOf(await ledger.spending({ by: 'model', ...ALL, agent: 'gemini' })).settled).toBe(
      usd('0.03'),
    );
    expect((await ledger.history({ ...ALL, agent: 'gemini', limit: 9 })).map(({ run }) => run.agent)).toEqual(
      ['gemini'],
    );
    const byName = (await ledger.spending({ by: 'agent', ...ALL })).map(({ key, settled }) => [key, settled]);
    expect(new Map(byName.map(([key, settled]) => [key, settled]))).toEqual(
      new Map([
        ['', usd('0.035')],
        ['gemini', usd('0.03')],
      ]),
    );
    expect((await ledger.filings()).agents).toEqual(['gemini']);
    expect(await ledger.contradictions()).toEqual([]);
  });

  it('counts what is unconfirmed, and gives back what was not charged', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.setBudget(allowance({ amount: usd('0.08') }));
    await ledger.begin(byAgent());
    await ledger.hold([aPlan({ attemptId: 'a' }), aPlan({ attemptId: 'b' })]);
    await ledger.sending('a');
    await ledger.unconfirm('a', 'no answer');
    await ledger.release('b', 'not sent', 'unavailable');
    expect(await ledger.standings()).toMatchObject([{ used: usd('0.03'), held: 0n }]);
  });

  it('is one purse for any number of processes', async () => {
    await using world = await open();
    const [one, two] = [world.process(1), world.process(2)];
    await one.setBudget(allowance({ amount: usd('0.10') }));
    const holds = Array.from({ length: 6 }, async (_, index) => {
      const ledger = index % 2 === 0 ? one : two;
      const ids = { runId: `run-${index}`, attemptId: `attempt-${index}` };
      await ledger.begin(byAgent({ runId: ids.runId }));
      return ledger.hold([aPlan(ids)]).then(
        () => 'held',
        () => 'refused',
      );
    });
    expect((await Promise.all(holds)).filter((end) => end === 'held')).toHaveLength(2);
  });
}

function keys(open: () => Promise<LedgerWorld>): void {
  it('knows nothing of a key before something is held under it', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.setBudget(allowance({ amount: usd('0.01') }));
    await ledger.begin(byAgent({ once: ONCE }));
    await expect(ledger.hold([aPlan()])).rejects.toMatchObject({ kind: 'budget' });
    expect(await ledger.runOfKey('claude', ONCE.key)).toBeNull();
  });

  it('holds once under a key, from two processes at once', async () => {
    await using world = await open();
    await world.process(1).setBudget(allowance());
    const ends = [1, 2].map(async (pid) => {
      const ledger = world.process(pid);
      await ledger.begin(byAgent({ runId: `run-${pid}`, once: ONCE }));
      return ledger.hold([aPlan({ runId: `run-${pid}`, attemptId: `attempt-${pid}` })]).then(
        () => 'held',
        (error: unknown) => error,
      );
    });
    const [first, second] = await Promise.all(ends);
    expect([first, second]).toContainEqual('held');
    expect([first, second]).toContainEqual(expect.objectContaining({ kind: 'unavailable', charged: 'no' }));
    const winner = first === 'held' ? 'run-1' : 'run-2';
    expect(await world.process(1).runOfKey('claude', ONCE.key)).toEqual({
      runId: winner,
      order: ONCE.order,
      isSpent: true,
    });
  });

  it.each(['settled', 'unconfirmed', 'dead while it was sent'])(
    'buys nothing more under a key that is %s',
    async (state) => {
      await using world = await open();
      const gone = world.process(1);
      await gone.setBudget(allowance());
      await gone.begin(byAgent({ once: ONCE }));
      await gone.hold([aPlan()]);
      await gone.sending('attempt-1');
      if (state === 'settled') await gone.settle('attempt-1', aBill('0.03'));
      if (state === 'unconfirmed') await gone.unconfirm('attempt-1', 'no answer');
      world.kill(1);
      const ledger = world.process(2);
      await ledger.begin(byAgent({ runId: 'run-2', once: ONCE }));
      await expect(ledger.hold([aPlan({ runId: 'run-2', attemptId: 'b' })])).rejects.toMatchObject({
        kind: 'unavailable',
      });
      expect(await ledger.runOfKey('claude', ONCE.key)).toMatchObject({ runId: 'run-1', isSpent: true });
    },
  );

  it('leaves a key free of which nothing was charged: released, or held by a process that died', async () => {
    await using world = await open();
    const gone = world.process(1);
    await gone.setBudget(allowance());
    await gone.begin(byAgent({ once: ONCE }));
    await gone.hold([aPlan()]);
    await gone.release('attempt-1', 'rate limit', 'rate-limited');
    await gone.begin(byAgent({ runId: 'run-2', once: ONCE }));
    await gone.hold([aPlan({ runId: 'run-2', attemptId: 'b' })]);
    world.kill(1);
    const ledger = world.process(2);
    await ledger.begin(byAgent({ runId: 'run-3', once: ONCE }));
    await ledger.hold([aPlan({ runId: 'run-3', attemptId: 'c' })]);
    expect(await ledger.runOfKey('claude', ONCE.key)).toMatchObject({ runId: 'run-3', isSpent: true });
  });

  it('refuses another order under a key, even where nothing was charged for the first', async () => {
    await using world = await open();
    const ledger = world.process(1);
    await ledger.setBudget(allowance());
    await ledger.begin(byAgent({ once: ONCE }));
    await ledger.hold([aPlan()]);
    await ledger.release('attempt-1', 'rate limit', 'rate-limited');
    await ledger.begin(byAgent({ runId: 'run-2', once: { ...ONCE, order: 'another' } }));
    await expect(ledger.hold([aPlan({ runId: 'run-2', attemptId: 'b' })])).rejects.toMatchObject({
      kind: 'usage',
      message: 'The idempotency key "cover" stands for another order.',
    });
  });

  it('keeps the keys of agents apart, and writes them into receipts', async () => {
    await using world = await open();
    const ledger = world.process(1);
    for (const agent of ['claude', 'gemini']) {
      await ledger.setBudget(allowance({ agent }));
      await ledger.begin(byAgent({ runId: agent, agent, once: { ...ONCE, order: agent } }));
      await ledger.hold([aPlan({ runId: agent, attemptId: agent })]);
    }
    const [receipt] = await ledger.receipts({ by: 'run', value: 'gemini' });
    expect(receipt?.run).toMatchObject({ agent: 'gemini', once: { key: 'cover', order: 'gemini' } });
  });
}

function quotes(open: () => Promise<LedgerWorld>): void {
  it('signs quotes with what the first process brought, from two at once and after a restart', async () => {
    await using world = await open();
    const secrets = await Promise.all([1, 2].map((pid) => world.process(pid).quoteSecret(`of ${pid}`)));
    expect(['of 1', 'of 2']).toContain(secrets[0]);
    expect(secrets[1]).toBe(secrets[0]);
    world.kill(1);
    expect(await world.process(3).quoteSecret('of 3')).toBe(secrets[0]);
  });
}

const byAgent = (facts: Partial<RunStart> = {}): RunStart => aRun({ agent: 'claude', ...facts });

function allowance(facts: Partial<Budget> = {}): Budget {
  const scope = { per: 'total', model: null, project: null, agent: 'claude' } as const;
  return { ...scope, amount: usd('1'), zone: 'UTC', ...facts };
}

async function bought(ledger: Ledger, attemptId: string, amount: string, runId = 'run-1'): Promise<void> {
  await ledger.hold([aPlan({ attemptId, runId })]);
  await ledger.sending(attemptId);
  await ledger.replied(attemptId);
  await ledger.settle(attemptId, aBill(amount));
  await ledger.saved(attemptId, [anImage({ path: `${attemptId}.png` })]);
}

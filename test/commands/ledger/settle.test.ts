import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { world } from '../../support/fakes/deps.ts';

const LOST = new Failure('unconfirmed', 'The connection broke.');

/** Two requests of one run that may have been charged, and one that was. */
async function lost() {
  const all = world({ script: [LOST, LOST] });
  const { stderr } = await all.pixtab('a cat', '-n', '2', '--label', 'spring');
  await all.pixtab('a dog');
  const ids = [...all.store.attempts.keys()];
  const [attempt] = all.store.attempts.values();
  if (attempt === undefined) throw new Error('nothing was asked for');
  const totalOf = async () =>
    JSON.parse((await all.pixtab('spend', '--json', '--label', 'spring')).stdout).total;
  return { ...all, ids, stderr, runId: attempt.plan.runId, expected: attempt.plan.expected, totalOf };
}

describe('settle', () => {
  it('is named with the ids where something may have been charged', async () => {
    const { stderr, ids } = await lost();
    expect(stderr).toContain(
      `of ${ids
        .slice(0, 2)
        .map((id) => id.slice(0, 8))
        .join(', ')}: pixtab settle`,
    );
  });

  it('writes down what is known, who said it and when, and the sums follow', async () => {
    const { pixtab, ids, totalOf } = await lost();
    expect(await pixtab('settle', ids[0]?.slice(0, 8) ?? '', '--charged', '0.05')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^settled \S{8}: charged \$0\.05, as ada says$/m),
    });
    expect(await totalOf()).toMatchObject({ settled: '0.05', requests: 1, unconfirmedRequests: 1 });
    await pixtab('settle', ids[1] ?? '', '--not-charged');
    expect(await totalOf()).toMatchObject({ settled: '0.05', unconfirmed: '0', unconfirmedRequests: 0 });
    const { stdout } = await pixtab('history', ids[0] ?? '');
    expect(stdout).toMatch(/^settled +by ada on 2026-11-22T12:00:00\.000Z: charged$/m);
    expect(stdout).toMatch(/^paid +\$0\.05 \(estimated\)$/m);
    const { rows } = JSON.parse((await pixtab('history', '--label', 'spring', '--json')).stdout);
    expect(rows).toMatchObject([
      { outcome: 'unconfirmed', charged: 'no', cost: { amount: '0' } },
      { outcome: 'unconfirmed', charged: 'yes', cost: { amount: '0.05' } },
    ]);
  });

  it('settles all of a run at what each was expected to cost', async () => {
    const { pixtab, runId, expected, totalOf } = await lost();
    const { code, stdout } = await pixtab('settle', runId, '--charged', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).receipts).toMatchObject([
      { settledBy: { charged: 'yes', who: 'ada', at: '2026-11-22T12:00:00.000Z' } },
      { settledBy: { charged: 'yes' } },
    ]);
    expect(await totalOf()).toMatchObject({ settled: String(Number(expected * 2n) / 1e9), requests: 2 });
  });

  it.each([
    [[], 'takes either --charged or --not-charged'],
    [['--charged', '--not-charged'], 'takes either --charged or --not-charged'],
    [['--charged', '0.05'], 'These are 2 requests, and --charged $0.05 is said of one'],
    [['--charged', 'zzz'], '--charged takes dollars, such as 0.04, not "zzz".\n  Write the id before it.'],
  ])('of a run with %j is refused', async (flags, said) => {
    const { pixtab, runId } = await lost();
    const { code, stderr } = await pixtab('settle', runId, ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  it('settles nothing where the start of an id names requests of several runs', async () => {
    const { pixtab, store } = world({ script: [LOST, LOST] });
    await pixtab('a cat', '--label', 'spring');
    await pixtab('a dog', '--label', 'spring');
    const [first = '', second = ''] = store.attempts.keys();
    const { code, stderr } = await pixtab('settle', '0', '--not-charged');
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Name one of them: ${first}, ${second}`)]);
    const { total } = JSON.parse((await pixtab('spend', '--json')).stdout);
    expect(total).toMatchObject({ unconfirmedRequests: 2 });
  });

  it('refuses what is known already, and says how', async () => {
    const { pixtab, ids } = await lost();
    const again = () => pixtab('settle', ids[0] ?? '', '--not-charged');
    expect(await again()).toMatchObject({ code: 0 });
    expect((await again()).stderr).toContain('ada settled it on 2026-11-22T12:00:00.000Z: not charged.');
    expect((await pixtab('settle', ids[2] ?? '', '--charged')).stderr).toMatch(/is known: \$0\.03/);
    expect((await pixtab('settle', 'zzz', '--charged')).stderr).toContain('No request begins with "zzz"');
  });

  it('leaves to recover what an answer says', async () => {
    const { pixtab, ids, store, journal } = await lost();
    const plan = store.attempts.get(ids[0] ?? '')?.plan;
    if (plan) await journal.keep(plan, Buffer.from('{}'));
    const { code, stderr } = await pixtab('settle', ids[0] ?? '', '--not-charged');
    expect([code, stderr]).toEqual([2, expect.stringContaining('pixtab recover reads it')]);
  });
});

it('recover --list names what may have been charged, and why it waits', async () => {
  const { pixtab, ids } = await lost();
  const { code, stdout } = await pixtab('recover', '--list');
  expect(code).toBe(0);
  const id = ids[1]?.slice(0, 8) ?? '';
  expect(stdout).toMatch(
    new RegExp(`^${id} .*for "a cat" +unconfirmed: The conn.* pixtab settle ${id}$`, 'm'),
  );
  const { requests } = JSON.parse((await pixtab('recover', '--list', '--json')).stdout);
  expect(requests).toMatchObject([
    { attemptId: ids[1] },
    { attemptId: ids[0], reason: 'The connection broke.' },
  ]);
});

it.each(['batch', 'prompt', 'prices', 'receipt', 'budget'])(
  '%s alone lists, instead of asking for more',
  async (command) => {
    expect((await world().pixtab(command)).code).toBe(0);
  },
);

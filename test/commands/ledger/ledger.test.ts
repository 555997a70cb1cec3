import { describe, expect, it } from 'vitest';
import { usd } from '../../../src/core/pricing/money.ts';
import type { Ledgers, LedgerWay } from '../../../src/ports/index.ts';
import { fakeCheckup } from '../../support/fakes/checkup.ts';
import { world } from '../../support/fakes/deps.ts';

const PLACE = '/home/ada/state/ledger.db';

function over(ledgers: Partial<Ledgers> = {}, facts: object = {}) {
  const { ledger } = fakeCheckup();
  return world({
    deps: {
      checkup: async () => fakeCheckup({ ledger: async (which) => ({ ...(await ledger(which)), ...facts }) }),
      ledgers: async () => ({
        look: async () => ({ place: PLACE, version: 15, requests: 1234 }),
        copy: async () => Promise.reject(new Error('nobody asked for a copy')),
        ...ledgers,
      }),
    },
  });
}

describe('ledger', () => {
  it('says where the ledger is, and what is in it', async () => {
    const { pixtab } = over();
    expect(await pixtab('ledger')).toEqual({
      code: 0,
      stdout: PLACE,
      stderr: '1,234 requests, version 15 of its tables.',
    });
    expect(JSON.parse((await pixtab('ledger', '--json')).stdout)).toMatchObject({
      schema: 'pixtab.ledger/1',
      place: PLACE,
      state: 'current',
      version: 15,
      requests: 1234,
      contradictions: null,
      copy: null,
    });
  });

  it('says that there is none yet', async () => {
    const { pixtab } = over({ look: async () => null }, { state: 'none' });
    expect(await pixtab('ledger')).toMatchObject({ code: 0, stderr: expect.stringContaining('none yet') });
    expect(JSON.parse((await pixtab('ledger', '--json')).stdout)).toMatchObject({
      state: 'none',
      version: null,
      requests: null,
    });
  });

  it('ends with the exit code of verify where the ledger contradicts itself, and lists how', async () => {
    const { pixtab } = over({}, { contradictions: ['The sums differ.'] });
    expect(await pixtab('ledger', 'check')).toMatchObject({
      code: 11,
      stdout: 'The sums differ.',
      stderr: expect.stringContaining('has a contradiction in it'),
    });
    expect(JSON.parse((await pixtab('ledger', 'check', '--json')).stdout)).toMatchObject({
      outcome: 'disk',
      exitCode: 11,
      contradictions: ['The sums differ.'],
      error: { kind: 'disk' },
    });
    expect(await over().pixtab('ledger', 'check')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `${PLACE} is sound.`,
    });
  });

  it('copies the ledger in use unless another is named, and prints what both add up to', async () => {
    const ways: Omit<LedgerWay, 'onRows'>[] = [];
    const { pixtab } = over({
      copy: async (_, { from, to }) => {
        ways.push({ from, to });
        return {
          from: PLACE,
          to: 'postgres://ada@db/shop',
          settled: usd('0.000000001'),
          unconfirmed: usd('0'),
          held: usd('2'),
          rows: { runs: 1, attempts: 2000 },
        };
      },
    });
    const { code, stdout, stderr } = await pixtab('ledger', 'copy', '--to', 'postgres://ada:geheim@db/shop');
    expect(code).toBe(0);
    expect(stdout).toMatch(/held +\$2\.00/);
    expect(stdout).toMatch(/attempts +2,000/);
    expect(stderr).toContain('was copied to postgres://ada@db/shop');
    expect(stdout + stderr).not.toContain('geheim');
    const document = JSON.parse(
      (await pixtab('ledger', 'copy', '--from', 'a', '--to', 'b', '--json')).stdout,
    );
    expect(document.copy).toEqual({
      from: PLACE,
      to: 'postgres://ada@db/shop',
      settled: '0.000000001',
      unconfirmed: '0',
      held: '2',
      rows: { runs: 1, attempts: 2000 },
    });
    expect(ways).toEqual([
      { from: undefined, to: 'postgres://ada:geheim@db/shop' },
      { from: 'a', to: 'b' },
    ]);
  });

  it.each([
    [['copy'], 'needs --to'],
    [['check', '--to', 'b'], '--from and --to belong to pixtab ledger copy'],
    [['move'], 'Did you mean pixtab ledger copy?'],
  ])('%j is refused', async (words, says) => {
    const { code, stderr } = await over().pixtab('ledger', ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});

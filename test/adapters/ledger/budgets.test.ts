import { expect, it } from 'vitest';
import { standings } from '../../../src/adapters/ledger/budgets.ts';
import type { Queries } from '../../../src/adapters/ledger/queries.ts';
import { windows } from '../../../src/core/policy/budget.ts';

const BUDGET = { per: 'day', model: null, project: null, agent: null, amount_nano: 1n, zone: 'UTC' };

it('fails once where neither what is spent nor what is held can be read', async () => {
  const damaged: Partial<Queries> = {
    all: () => [BUDGET],
    get: async () => {
      throw new Error('database disk image is malformed');
    },
  };
  const left: unknown[] = [];
  const alone = (error: unknown) => void left.push(error);
  process.on('unhandledRejection', alone);
  try {
    await expect(standings(damaged as Queries, 0, windows())).rejects.toThrow('malformed');
    await new Promise((resolve) => setImmediate(resolve));
    expect(left).toEqual([]);
  } finally {
    process.off('unhandledRejection', alone);
  }
});

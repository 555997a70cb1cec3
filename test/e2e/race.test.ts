import { expect, it } from 'vitest';
import { nano } from '../../bench/place.mjs';
import { race } from '../../bench/race.mjs';

// The long version is bench/race.mjs: 64 processes and a dollar.
it('admits exactly what fits into a budget, however many processes ask at once', async () => {
  const result = await race({ processes: 5, dollars: '0.12' });
  const { high, first, second, last, heldByThen, budget, left } = result;

  // While all of them ask, the holds stand: as many as fit, and not one more.
  expect(BigInt(first)).toBe(nano('0.12') / high);
  expect(heldByThen).toBe(BigInt(first) * high);
  // In the end, what is left is too little for one more.
  expect(budget).toBe(nano('0.24'));
  expect(left).toBeGreaterThanOrEqual(0n);
  expect(left).toBeLessThan(high);
  // Whoever was not served was refused for the budget, and for nothing else.
  expect(result.otherwise).toEqual([]);

  // The sandbox's account is the ledger's, to the nano-dollar.
  expect(result.metered).toBeLessThanOrEqual(budget);
  expect(result.used).toBe(result.metered);
  expect(nano(result.spent.settled)).toBe(result.metered);
  expect(result.spent.unconfirmed).toBe('0');
  expect(result.charged).toBe(first + second + last);
  expect(result.pictures).toBe(result.charged);
  expect([result.held, result.waiting, result.verified]).toEqual([0n, 0, 0]);
});

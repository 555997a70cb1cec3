import { expect, it } from 'vitest';
import { killing, without } from '../../bench/kill.mjs';

// The long version is bench/kill.mjs: hundreds of kills.
it('loses no picture and no cent to kill -9, and recovers everything once', async () => {
  const result = await killing({ kills: 6 });
  const { saved = 0, unconfirmed = 0, ...others } = result.states;

  const lost = without(result.charges, result.bills);
  if (lost === null) throw new Error('a bill that the sandbox never charged');
  // An answer that died with its process: nobody can know of it, so it is counted.
  expect(lost.length).toBeLessThanOrEqual(unconfirmed);
  expect(result.bills).toHaveLength(saved);
  expect(result.pictures).toBe(saved);
  // Given back: what was held and never sent.
  expect(Object.keys(others).filter((state) => state !== 'released')).toEqual([]);

  expect([result.holds, result.verified]).toEqual([0, 0]);
  expect(result.recovered).toBe(result.waiting);
  expect([result.again, result.picturesAfterAgain]).toEqual([0, result.pictures]);
  // Or it would have proved nothing.
  expect(saved).toBeGreaterThan(0);
  for (const stage of ['held', 'sent', 'answers'] as const) expect(result.met[stage]).toBeGreaterThan(0);
});

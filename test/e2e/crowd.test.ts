import { expect, it } from 'vitest';
import { crowd } from '../../bench/crowd.mjs';
import { crowded, CROWDS } from '../../bench/crowds.mjs';

// The long version is bench/crowd.mjs: 200 processes.
it('lets every process through, however many buy at once', async () => {
  const { failed, metered, settled, ...result } = await crowd({ processes: 12 });
  expect(failed).toEqual([]);
  expect(result).toMatchObject({
    bought: 12,
    charged: 12,
    pictures: 12,
    requests: 12,
    unconfirmedRequests: 0,
    waiting: 0,
  });
  expect(settled).toBe(metered);
});

// The long version is bench/crowds.mjs: as many as one likes.
it.each(CROWDS)('keeps every law where half of a crowd is killed: %s', async (scene) => {
  const { wrong, charged } = await crowded({ scene, processes: 4, kills: 2 });
  expect(wrong).toEqual([]);
  // Or it would have proved nothing.
  expect(charged).toBeGreaterThan(0);
});

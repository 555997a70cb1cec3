import { expect, it } from 'vitest';
import { crowd } from '../../bench/crowd.mjs';

// The long version is bench/crowd.mjs: 200 processes.
it('lets every process through, however many buy at once', async () => {
  const { failed, metered, settled, ...result } = await crowd({ processes: 48 });
  expect(failed).toEqual([]);
  expect(result).toMatchObject({
    bought: 48,
    charged: 48,
    pictures: 48,
    requests: 48,
    unconfirmedRequests: 0,
    waiting: 0,
  });
  expect(settled).toBe(metered);
}, 240_000);

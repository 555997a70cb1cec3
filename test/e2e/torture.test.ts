import { expect, it } from 'vitest';
import { torture } from '../../bench/torture.mjs';
import { lacks } from '../support/lacks.ts';

// The long version is bench/torture.mjs: thousands of points, over every door.
it.skipIf(lacks('a C compiler on Linux'))(
  'keeps every law where a call to the system fails, or the process dies there',
  async () => {
    const { points, broken } = await torture({
      points: 12,
      seed: 3,
      workers: 1,
      // A lock that nobody gives is waited for, a minute and more.
      kinds: ['open', 'write', 'flush', 'name', 'connect', 'send', 'receive'],
      doors: ['generate', 'edit', 'apply'],
    });
    expect(broken).toEqual([]);
    expect(points).toBeGreaterThan(8);
  },
);

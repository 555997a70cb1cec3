import { expect, it } from 'vitest';
import { misplaced, prove, torture } from '../../bench/torture.mjs';
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
      kinds: ['open', 'look', 'read', 'write', 'flush', 'name', 'map', 'connect', 'send', 'receive'],
      doors: ['generate', 'edit', 'apply'],
    });
    expect(broken).toEqual([]);
    expect(points).toBeGreaterThan(8);
  },
);

it('knows where to break each law', async () => {
  expect(await misplaced()).toEqual([]);
});

// All of them are broken by `npm run torture -- prove`.
it.skipIf(lacks('a C compiler on Linux'))('sees that a law is broken where it is', async () => {
  expect(await prove(['a connection that was lost counts as free'], () => {})).toBe(0);
});

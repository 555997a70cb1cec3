import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../../bench/process.mjs';
import { lacks } from '../support/lacks.ts';
import { ownLedger, team, type Machine } from './team.ts';

const IN_BUCKET = { PIXTAB_JOURNAL: 'store', PIXTAB_STORE: 's3://pictures/shop' };
const PICTURES = 3;

interface Status {
  readonly counts: Readonly<Record<string, number>>;
  readonly held: string;
  readonly spent: string;
}

const status = async (here: Machine): Promise<Status> => (await here.run(['queue', '--json'])).json<Status>();

describe.skipIf(lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES'))(
  'a queue whose store is a bucket',
  () => {
    it('has what a worker paid for that died before it was saved finished by one of another machine', async () => {
      await using shop = await team();
      const settings = { ...IN_BUCKET, ...ownLedger() };
      const [home, one, other] = await Promise.all([
        shop.machine(settings),
        shop.machine(settings),
        shop.machine(settings),
      ]);
      const ids = Array.from({ length: PICTURES }, (_, n) => `p${n},picture ${n}`);
      for (const { dir } of [home, other])
        await writeFile(join(dir, 'pixtab.csv'), ['id,prompt', ...ids].join('\n'));
      await home.run(['queue', 'add']);

      // The bucket has the answer, and the worker does not hear of it.
      shop.bucket.refusals.set('PUT', 'stalled');
      const victim = one.start(['work', '--concurrency', '1']);
      await until('an answer is in the bucket', () => shop.bucket.objects.size === 1, victim);
      shop.bucket.refusals.clear();
      const survivor = other.start(['work', '--until-empty', '--concurrency', '2']);
      await until(
        'all others are bought',
        async () => (await status(home)).counts['done'] === PICTURES - 1,
        survivor,
      );
      victim.child.kill('SIGKILL');
      await victim.ran;
      await one.burn();

      const { code, stderr } = await survivor.ran;
      expect([code, stderr]).toEqual([0, expect.stringContaining('of an earlier worker')]);
      const { counts, held, spent } = await status(home);
      expect(counts).toMatchObject({ done: PICTURES, unconfirmed: 0, waiting: 0, working: 0 });
      expect([held, spent]).toEqual(['0', shop.sandbox.meter().total]);
      expect(shop.sandbox.meter().charged).toBe(PICTURES);
      // An original for each picture, and no answer any more.
      const keys = [...shop.bucket.objects.keys()];
      expect(keys.filter((key) => key.includes('/journal/'))).toEqual([]);
      expect(keys).toHaveLength(PICTURES);
      expect((await home.run(['apply'])).stderr).toContain(`0 to buy, ${PICTURES} at no cost`);
      expect((await home.pictures()).filter((path) => path.endsWith('.jpg'))).toHaveLength(PICTURES);
      expect((await home.run(['ledger', 'check'])).code).toBe(0);
    });
  },
);

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacks } from '../support/lacks.ts';
import { ownLedger, team } from './team.ts';

const STORE = 's3://pictures/shop';

describe.skipIf(lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES'))('the bucket of queue add', () => {
  it('has what workers buy who name no store, at once and by batch', async () => {
    await using shop = await team();
    // The gate lets no file through.
    const settings = { ...ownLedger(), PIXTAB_BASE_URL: shop.sandbox.url };
    const [home, worker] = await Promise.all([shop.machine(settings), shop.machine(settings)]);
    const pictures = ['id,prompt', 'p0,a mill', 'p1,a barn', 'p2,a bridge'];
    await writeFile(join(home.dir, 'pixtab.csv'), pictures.join('\n'));
    await home.run(['queue', 'add', '--lane', 'mixed', '--urgent', 'p0', '--store', STORE]);
    expect((await worker.run(['work', '--until-empty', '--wait'])).code).toBe(0);
    expect(shop.bucket.objects.size).toBe(3);
    const applied = await home.run(['apply', '--store', STORE]);
    expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('0 to buy, 3 at no cost')]);
    expect(shop.sandbox.meter().charged).toBe(3);
    expect((await home.pictures()).filter((path) => path.endsWith('.jpg'))).toHaveLength(3);
  });
});

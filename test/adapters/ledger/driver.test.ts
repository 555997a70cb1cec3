import { expect, it } from 'vitest';
import { openSqlite } from '../../../src/adapters/ledger/driver.ts';

it('says in a sentence that there is no SQLite for this platform, and which Node has its own', async () => {
  const load = () =>
    Promise.reject(new Error('/dist/sqlite/linux-arm-glibc.node: cannot open shared object file'));
  await expect(openSqlite(':memory:', load)).rejects.toMatchObject({
    kind: 'usage',
    charged: 'no',
    message: `pixtab keeps its books in SQLite, and has none for ${process.platform} on ${process.arch}.`,
    hint: expect.stringContaining('Node 22.16'),
  });
});

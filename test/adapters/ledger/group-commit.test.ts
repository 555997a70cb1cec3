import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/ledger/database.ts';
import { groups, type Writing } from '../../../src/adapters/ledger/group-commit.ts';
import { tempDir } from '../../support/tempdir.ts';

const patience = (): number => 1;

/** A database of numbers that counts its commits. */
function counter(failing?: 'commit') {
  let commits = 0;
  const transaction = async (work: () => Promise<void>): Promise<void> => {
    await work();
    if (failing) throw new Error('the disk is full');
    commits += 1;
  };
  const writing: Writing = { transaction, exec: () => {} };
  return { writing, commits: () => commits };
}

describe('writes of one moment', () => {
  it('are one transaction, and each gets its own result', async () => {
    const { writing, commits } = counter();
    const { add } = groups(writing);
    expect(await Promise.all([1, 2, 3].map((n) => add(() => n * 10, patience)))).toEqual([10, 20, 30]);
    expect(commits()).toBe(1);
    expect(await add(() => 'later', patience)).toBe('later');
    expect(commits()).toBe(2);
  });

  it('all fail when the transaction cannot be kept', async () => {
    const { add } = groups(counter('commit').writing);
    const all = await Promise.allSettled([1, 2].map((n) => add(() => n, patience)));
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('wait as long as the most patient of them', async () => {
    let asked = 0;
    const writing: Writing = {
      ...counter().writing,
      transaction: async (work, patience) => {
        asked = patience();
        await work();
      },
    };
    const { add } = groups(writing);
    await Promise.all(
      [5, 70, 20].map((ms) =>
        add(
          () => ms,
          () => ms,
        ),
      ),
    );
    expect(asked).toBe(70);
  });

  it('are kept or undone alone: one that fails takes no other with it', async () => {
    await using folder = await tempDir();
    const database = await openDatabase(folder.at('t.db'));
    database.exec('CREATE TABLE t (n INTEGER) STRICT');
    const insert = (n: number, fails = false) =>
      database.transaction(() => {
        database.run('INSERT INTO t VALUES (?)', n);
        if (fails) throw new Error(`no ${n}`);
        return n;
      });
    const all = await Promise.allSettled([insert(1), insert(2, true), insert(3)]);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(database.all('SELECT n FROM t')).toEqual([{ n: 1n }, { n: 3n }]);
    await database.close();
  });

  it('are done before the database is closed', async () => {
    await using folder = await tempDir();
    const database = await openDatabase(folder.at('t.db'));
    database.exec('CREATE TABLE t (n INTEGER) STRICT');
    const waiting = database.transaction(() => database.run('INSERT INTO t VALUES (1)'));
    await database.close();
    expect(await waiting).toBe(1);
    const again = await openDatabase(folder.at('t.db'));
    expect(again.all('SELECT n FROM t')).toEqual([{ n: 1n }]);
    await again.close();
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/ledger/database.ts';
import type { Database } from '../../../src/adapters/ledger/database.ts';
import { count, money, text, textOrNull, word } from '../../../src/adapters/ledger/row.ts';
import { tempDir } from '../../support/tempdir.ts';

async function scratch(path: string): Promise<Database> {
  const database = await openDatabase(path);
  database.exec('CREATE TABLE t (n INTEGER, s TEXT, b BLOB) STRICT');
  return database;
}

describe('the database', () => {
  it('gives every 64-bit integer back as it was', async () => {
    await using folder = await tempDir();
    const database = await scratch(folder.at('t.db'));
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
        expect(database.get('SELECT ? AS n', n)).toEqual({ n });
      }),
    );
    await database.close();
  });

  it('takes booleans, dates and whole numbers for what they mean', async () => {
    await using folder = await tempDir();
    const database = await scratch(folder.at('t.db'));
    database.run('INSERT INTO t VALUES (?, ?, NULL)', true, new Date('2026-11-22T12:00:00Z'));
    database.run('INSERT INTO t VALUES (?, ?, ?)', 1_795_348_800_000, '', Uint8Array.of(1, 2));
    expect(database.all('SELECT n, s FROM t')).toEqual([
      { n: 1n, s: '2026-11-22T12:00:00.000Z' },
      { n: 1_795_348_800_000n, s: '' },
    ]);
    expect(database.get('SELECT n FROM t WHERE n = 7')).toBeUndefined();
    await database.close();
  });

  it('keeps the whole of a text with a NUL in it, and a sign in its place', async () => {
    await using folder = await tempDir();
    const database = await scratch(folder.at('t.db'));
    database.run('INSERT INTO t VALUES (1, ?, NULL)', 'a\0b');
    expect(database.get('SELECT s FROM t')).toEqual({ s: 'a\uFFFDb' });
    await database.close();
  });

  it('reads a column that a table got since it was last asked for', async () => {
    await using folder = await tempDir();
    const database = await scratch(folder.at('t.db'));
    database.run('INSERT INTO t VALUES (1, NULL, NULL)');
    expect(database.all('SELECT * FROM t')).toEqual([{ n: 1n, s: null, b: null }]);
    database.exec("ALTER TABLE t ADD COLUMN late TEXT DEFAULT 'late'");
    expect(database.all('SELECT * FROM t')).toEqual([{ n: 1n, s: null, b: null, late: 'late' }]);
    await database.close();
  });

  it('refuses a fraction where whole numbers are kept', async () => {
    await using folder = await tempDir();
    const database = await scratch(folder.at('t.db'));
    expect(() => database.run('INSERT INTO t VALUES (?, NULL, NULL)', 0.5)).toThrow('REAL');
    await database.close();
  });

  it('does all of a transaction or none', async () => {
    await using folder = await tempDir();
    const database = await scratch(folder.at('t.db'));
    const half = (): never => {
      database.run('INSERT INTO t VALUES (1, NULL, NULL)');
      throw new Error('half way');
    };
    await expect(database.transaction(half)).rejects.toThrow('half way');
    expect(await database.transaction(() => database.run('INSERT INTO t VALUES (2, NULL, NULL)'))).toBe(1);
    expect(database.all('SELECT n FROM t')).toEqual([{ n: 2n }]);
    await database.close();
  });

  it('rejects where several things that are asked at once fail, and leaves none of them alone', async () => {
    await using folder = await tempDir();
    const database = await scratch(folder.at('t.db'));
    const left: unknown[] = [];
    const alone = (error: unknown) => void left.push(error);
    process.on('unhandledRejection', alone);
    try {
      const twice = database.transaction(async (queries) => {
        const wrong = async () => queries.run('INSERT INTO t VALUES (?, NULL, NULL)', 0.5);
        await Promise.all([wrong(), queries.run('INSERT INTO t VALUES (?, NULL, NULL)', 0.5)]);
      });
      await expect(twice).rejects.toThrow('REAL');
      await new Promise((resolve) => setImmediate(resolve));
      expect(left).toEqual([]);
    } finally {
      process.off('unhandledRejection', alone);
    }
    await database.close();
  });

  it('waits for its turn to write, and lets others of this process work meanwhile', async () => {
    await using folder = await tempDir();
    const database = await scratch(folder.at('t.db'));
    const other = await openDatabase(folder.at('t.db'));
    other.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (1, NULL, NULL)');
    const order: string[] = [];
    const waiting = database.transaction(() => {
      order.push('written');
      return database.all('SELECT n FROM t');
    });
    await new Promise((resolve) => setImmediate(resolve));
    order.push('released');
    other.exec('COMMIT');
    expect(await waiting).toEqual([{ n: 1n }]);
    expect(order).toEqual(['released', 'written']);
    await other.close();
    await database.close();
  });

  it('asks ever less often for its turn, at moments nobody can foresee, and gives up when its patience ends', async () => {
    await using folder = await tempDir();
    const naps: number[] = [];
    const patience = 3_000;
    const chances = [0, 0.999, 0.25];
    const clock = {
      now: () => 0,
      sleep: async (ms: number) => void naps.push(ms),
      random: () => chances[naps.length % chances.length] ?? 0.5,
    };
    const database = await openDatabase(folder.at('t.db'), clock);
    const other = await scratch(folder.at('t.db'));
    other.exec('BEGIN IMMEDIATE');
    await expect(database.transaction(() => 'never', { patience: () => patience })).rejects.toMatchObject({
      errcode: 5,
    });
    const waited = naps.reduce((sum, nap) => sum + nap, 0);
    expect(waited).toBeGreaterThanOrEqual(3_000);
    expect(waited).toBeLessThan(3_200);
    expect(naps[0]).toBeLessThan(2);
    expect(Math.max(...naps)).toBeLessThanOrEqual(150);
    expect(new Set(naps.slice(-3)).size).toBe(3);
    other.exec('COMMIT');
    expect(await database.transaction(() => 'at last', { patience: () => patience })).toBe('at last');
    await other.close();
    await database.close();
  });

  it('gives up at once when its patience ends early', async () => {
    await using folder = await tempDir();
    let patience = 600_000;
    let naps = 0;
    const sleep = async () => {
      naps += 1;
      if (naps === 100) patience = 2_000;
    };
    const database = await openDatabase(folder.at('t.db'), { now: () => 0, sleep, random: () => 0.5 });
    const other = await scratch(folder.at('t.db'));
    other.exec('BEGIN IMMEDIATE');
    await expect(database.transaction(() => 'never', { patience: () => patience })).rejects.toMatchObject({
      errcode: 5,
    });
    expect(naps).toBe(100);
    await other.close();
    await database.close();
  });

  it('sees one moment throughout a snapshot, and keeps no writer waiting', async () => {
    await using folder = await tempDir();
    const database = await scratch(folder.at('t.db'));
    database.exec('PRAGMA journal_mode = WAL');
    const other = await openDatabase(folder.at('t.db'));
    await database.snapshot(() => {
      expect(database.all('SELECT * FROM t')).toHaveLength(0);
      other.run('INSERT INTO t VALUES (1, NULL, NULL)');
      expect(database.all('SELECT * FROM t')).toHaveLength(0);
    });
    expect(database.all('SELECT * FROM t')).toHaveLength(1);
    await other.close();
    await database.close();
  });
});

describe('a row', () => {
  const row = { n: 5n, s: 'now', nothing: null };
  it('is read by the type of its columns', () => {
    expect([money(row, 'n'), count(row, 'n'), text(row, 's'), textOrNull(row, 'nothing')]).toEqual([
      5n,
      5,
      'now',
      null,
    ]);
    expect(word(row, 's', ['now', 'flex'])).toBe('now');
  });

  it('does not pass for another type', () => {
    expect(() => text(row, 'n')).toThrow('column "n" holds bigint');
    expect(() => money(row, 's')).toThrow('column "s" holds "now"');
    expect(() => text(row, 'missing')).toThrow('column "missing"');
    expect(() => word(row, 's', ['batch'])).toThrow('column "s" holds "now"');
  });
});

import * as nodeFs from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pictureFiles } from '../../src/adapters/files/picture-files.ts';
import { googleClient } from '../../src/adapters/google/client.ts';
import { journal } from '../../src/adapters/journal/journal.ts';
import { sqliteLedger } from '../support/sqlite.ts';
import { pictureAnswer } from '../support/answers.ts';
import { sendOptions } from '../support/api.contract.ts';
import { answer, emulator } from '../support/emulator.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { anOrder } from '../support/pricing.ts';
import { providerAt } from '../support/provider.ts';
import { aBill, anImage, aPlan, aRun } from '../support/purchases.ts';
import { onConnection, replaceOn } from '../support/connections.ts';
import { tempDir } from '../support/tempdir.ts';

// Counts, never times: a machine may be slow, but it does not do more.

const PICTURE = Buffer.alloc(1_000_000, 'picture ');

afterEach(() => void vi.restoreAllMocks());

/** How often SQLite is asked to run something, and how often it has to wait for the disk. */
function countedStatements() {
  const asked: string[] = [];
  const connections = onConnection((database) => {
    const [exec, prepare] = [database.exec.bind(database), database.prepare.bind(database)];
    replaceOn(database, 'exec', (sql) => {
      asked.push(sql);
      exec(sql);
    });
    replaceOn(database, 'prepare', (sql) => {
      const statement = prepare(sql);
      for (const name of ['run', 'get', 'all'] as const) {
        const run = statement[name].bind(statement);
        replaceOn(statement, name, (...values: readonly unknown[]) => {
          asked.push(sql);
          return run(...values);
        });
      }
      return statement;
    });
  });
  return {
    writes: () => asked.filter((sql) => sql.includes('BEGIN IMMEDIATE')).length,
    statements: () => asked.length,
    forget: () => void asked.splice(0),
    [Symbol.dispose]: () => connections[Symbol.dispose](),
  };
}

/** The platform's files; counts those that are opened, and those that are flushed. */
function countedFiles() {
  const counts = { opened: 0, flushed: 0 };
  const open: typeof nodeFs.open = async (...args) => {
    counts.opened += 1;
    const file = await nodeFs.open(...args);
    const sync = file.sync.bind(file);
    file.sync = () => {
      counts.flushed += 1;
      return sync();
    };
    return file;
  };
  return { fs: { ...nodeFs, open }, counts };
}

describe('one picture', () => {
  it('takes few statements of the ledger, and a wait for the disk for each step that must not be lost', async () => {
    await using folder = await tempDir();
    using asked = countedStatements();
    const ledger = sqliteLedger(folder.at('ledger.db'), {
      clock: fakeClock(),
      owner: { id: 'owner', host: 'host', pid: 1, startedAt: '1' },
      isAlive: () => true,
      hasAnswer: () => false,
      every: () => () => {},
    });
    const buy = async (attemptId: string) => {
      await ledger.hold([aPlan({ attemptId })]);
      await ledger.sending(attemptId);
      await ledger.settle(attemptId, aBill('0.03'));
      await ledger.saved(attemptId, [anImage()]);
    };
    await ledger.begin(aRun());
    await buy('first');
    asked.forget();
    await buy('second');
    expect(asked.writes()).toBe(4);
    expect(asked.statements()).toBeLessThanOrEqual(39);
    await ledger.close();
  });

  it('opens few files, and flushes the answer, the picture and their folders', async () => {
    await using folder = await tempDir();
    const { fs, counts } = countedFiles();
    const answers = journal(folder.path, fs);
    const { attemptId } = aPlan();
    await answers.keep(aPlan(), PICTURE);
    await pictureFiles(fs).put(folder.at('picture.jpg'), PICTURE, { replace: false });
    await answers.remove(attemptId);
    expect(counts).toEqual({ opened: 4, flushed: 4 });
  });

  it('is copied once as it arrives, and once as it is decoded', async () => {
    await using google = await emulator(answer(pictureAnswer(PICTURE)));
    const { images } = googleClient(providerAt(google.baseUrl), { clock: fakeClock() });
    const concat = vi.spyOn(Buffer, 'concat');
    const from = vi.spyOn(Buffer, 'from');
    const { body } = await images.send(anOrder('gemini-3-pro-image'), sendOptions());
    images.read(body, 'generateContent');
    const copied = [...concat.mock.results, ...from.mock.results].map(({ value }) => value as Buffer);
    const bytes = copied.reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes).toBeGreaterThan(PICTURE.byteLength);
    expect(bytes).toBeLessThan(1.1 * (body.byteLength + PICTURE.byteLength));
  });
});

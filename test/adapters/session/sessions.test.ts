import { readdir, stat, writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { sessionFile } from '../../../src/adapters/session/file.ts';
import { sessionsIn } from '../../../src/adapters/session/sessions.ts';
import { postgres } from '../../../src/adapters/ledger/postgres/postgres.ts';
import { openDatabase } from '../../../src/adapters/ledger/database.ts';
import { asked, came, sessionsContract } from '../../support/sessions.contract.ts';
import { freshSchema } from '../../support/postgres.ts';
import { tempDir } from '../../support/tempdir.ts';
import { lacks } from '../../support/lacks.ts';

const sessions = (path: string) => sessionsIn(sessionFile(path));

const folders = await tempDir();
const schema = await freshSchema();
afterAll(async () => {
  await folders[Symbol.asyncDispose]();
  await schema[Symbol.asyncDispose]();
});
let files = 0;
sessionsContract('the file', async () => sessions(folders.at(`${(files += 1)}`, 'sessions.db')));
sessionsContract('the server', async () => {
  await schema.empty();
  return sessionsIn(postgres({ ...schema, session: schema.session() }, 'sessions'));
});

const DAY_MS = 86_400_000;

describe('the file of the sessions', () => {
  it('is not made for those who only look', async () => {
    await using folder = await tempDir();
    const book = sessions(folder.at('state', 'sessions.db'));
    expect([await book.load('sky'), await book.latest()]).toEqual([null, null]);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is written by nobody who only looks', async () => {
    await using folder = await tempDir();
    const path = folder.at('sessions.db');
    await sessions(path).begin(asked({ id: 'one' }));
    await sessions(path).finish('one', came);
    const witness = await openDatabase(path);
    const before = witness.get('PRAGMA data_version');
    expect(await sessions(path).load(asked().session)).toHaveLength(1);
    expect(witness.get('PRAGMA data_version')).toEqual(before);
    await witness.close();
  });

  it.skipIf(lacks('files as POSIX has them'))('may be read by its owner alone', async () => {
    await using folder = await tempDir();
    await sessions(folder.at('state', 'sessions.db')).begin(asked());
    expect((await stat(folder.at('state', 'sessions.db'))).mode & 0o077).toBe(0);
    expect((await stat(folder.at('state'))).mode & 0o077).toBe(0);
  });

  it('may be made and written by many at once, and every turn has its place', async () => {
    await using folder = await tempDir();
    const path = folder.at('sessions.db');
    const many = Array.from({ length: 12 }, (_, number) => String(number));
    const places = await Promise.all(
      many.map(async (id) => {
        const book = sessions(path);
        await book.begin(asked({ id }));
        return book.finish(id, came);
      }),
    );
    const names = places.map((place) => place?.name);
    expect(new Set(names).size).toBe(many.length);
    for (const [at, id] of many.entries()) {
      expect(await sessions(path).load(names[at] ?? '')).toMatchObject([{ id }]);
    }
  });

  it.each([
    ['a turn is gone', "DELETE FROM turns WHERE id = 'one'", 'a turn before the others is missing'],
    ['the last turn is gone', "DELETE FROM turns WHERE id = 'two'", 'a turn before the others is missing'],
    [
      'a turn is another thing',
      `UPDATE turns SET asked = '{"model":7}' WHERE id = 'one'`,
      'turn 1 cannot be read',
    ],
    ['an answer is none', `UPDATE turns SET outcome = '[]' WHERE id = 'two'`, 'turn 2 cannot be read'],
  ])('says of a session what is damaged where %s, and lets go of it', async (_, change, damage) => {
    await using folder = await tempDir();
    const path = folder.at('sessions.db');
    const book = sessions(path);
    for (const [at, id] of ['one', 'two'].entries()) {
      const last = at === 0 ? null : 'one';
      await book.begin(asked({ id, after: last, seen: last }));
      await book.finish(id, came);
    }
    const database = await openDatabase(path);
    database.exec('PRAGMA foreign_keys = OFF');
    database.run(change);
    await database.close();
    expect(await book.list()).toMatchObject([{ name: 'sky', damage }]);
    await expect(book.load('sky')).rejects.toMatchObject({
      kind: 'usage',
      message: 'Session sky is damaged, and cannot be gone on with.',
      hint: expect.stringContaining('pixtab session rm sky'),
    });
    expect(await book.remove('sky')).toBe(true);
    expect([await book.list(), await book.load('sky')]).toEqual([[], null]);
  });

  it('keeps no turn that nothing goes back to', async () => {
    await using folder = await tempDir();
    const path = folder.at('sessions.db');
    for (const id of ['one', 'two', 'three']) {
      await sessions(path).begin(asked({ id, seen: undefined }));
      await sessions(path).finish(id, came);
    }
    const database = await openDatabase(path);
    expect(database.all('SELECT id FROM turns')).toEqual([{ id: 'three' }]);
    await database.close();
  });

  it('forgets after a month what was asked and never answered', async () => {
    await using folder = await tempDir();
    const book = sessions(folder.at('sessions.db'));
    await book.begin(asked({ id: 'old', at: 0 }));
    await book.begin(asked({ id: 'young', at: 29 * DAY_MS }));
    await book.begin(asked({ id: 'now', at: 31 * DAY_MS }));
    expect(await book.finish('old', came)).toBeNull();
    expect(await book.finish('young', came)).not.toBeNull();
  });

  it('finds a name for a session of its own however long that of the other is', async () => {
    await using folder = await tempDir();
    const book = sessions(folder.at('sessions.db'));
    const session = 'x'.repeat(60);
    for (const id of ['one', 'two']) await book.begin(asked({ id, session }));
    await book.finish('one', came);
    expect(await book.finish('two', came)).toEqual({ begunIn: session, name: `${'x'.repeat(58)}-2` });
  });

  it('is named when it is damaged, and nothing is sent then', async () => {
    await using folder = await tempDir();
    const path = folder.at('sessions.db');
    await writeFile(path, 'a shopping list\n'.repeat(600));
    const book = sessions(path);
    await expect(book.load('sky')).rejects.toThrow(`The sessions in ${path} cannot be used`);
    await expect(book.begin(asked())).rejects.toMatchObject({ kind: 'usage', charged: 'no' });
    await expect(book.finish('one', came)).rejects.toMatchObject({ kind: 'disk', charged: 'yes' });
  });

  it('is left to a newer pixtab that wrote it', async () => {
    await using folder = await tempDir();
    const path = folder.at('sessions.db');
    const database = await openDatabase(path);
    database.exec('PRAGMA user_version = 99');
    await database.close();
    await expect(sessions(path).load('sky')).rejects.toThrow('written by a newer pixtab');
  });
});

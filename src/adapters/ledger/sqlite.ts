import { join } from 'node:path';
import type { Clock } from '../../ports/index.ts';
import { systemClock } from '../clock.ts';
import { openDatabase, type Database } from './database.ts';
import { ledgerTrouble } from './errors.ts';
import { SINCE } from './migrations.ts';
import { APPLICATION_ID, folderOf, LEDGER, openLedger, pragma, sizeOf } from './open-ledger.ts';
import type { Backend, Part } from './queries.ts';

/** A ledger in one file, shared by all processes of this machine. Its clock is the machine's. */
export function sqlite(path: string, { now }: Pick<Clock, 'now'>, part: Part = 'ledger'): Backend {
  const clock = { ...systemClock(), now };
  return {
    shown: path,
    async open() {
      const database = await openLedger(path, { clock });
      // A power cut that loses slots costs no money, so nothing waits for the disk.
      if (part === 'slots') database.exec('PRAGMA synchronous = NORMAL');
      return database;
    },
    async look() {
      if (!(await sizeOf(path))) return null;
      const database = await openDatabase(path, clock);
      database.exec('PRAGMA query_only = ON');
      if (isReadable(database)) return database;
      await database.close();
      return null;
    },
    trouble: (error, charged) => ledgerTrouble(error, path, charged),
  };
}

const isReadable = (database: Database): boolean =>
  pragma(database, 'application_id') === APPLICATION_ID && pragma(database, 'user_version') >= SINCE.jobs;

/** The file of a ledger in its folder. */
export const ledgerFile = (folder: string, { sandbox }: { readonly sandbox: boolean }): string =>
  join(folderOf(sandbox, folder), LEDGER);

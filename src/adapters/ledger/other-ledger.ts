import { join } from 'node:path';
import { usageFailure } from '../../core/errors.ts';
import type { OtherLedger } from '../../ports/index.ts';
import { openDatabase } from './database.ts';
import { ledgerTrouble } from './errors.ts';
import { MIGRATIONS } from './migrations.ts';
import { APPLICATION_ID, LEDGER, pragma, sizeOf } from './open-ledger.ts';
import { history } from './receipts.ts';

/** Opens the ledger of another machine, in its folder or as a file, to read in it; nothing in it changes. */
export async function otherLedger(path: string): Promise<OtherLedger> {
  const file = path.endsWith('.db') ? path : join(path, LEDGER);
  if (!(await sizeOf(file)))
    throw usageFailure(`--ledger ${path}: there is no ledger.`, 'It takes the folder that ledger.db is in.');
  const database = await openDatabase(file);
  try {
    database.exec('PRAGMA query_only = ON');
    const version = pragma(database, 'user_version');
    if (pragma(database, 'application_id') !== APPLICATION_ID)
      throw usageFailure(`--ledger ${path} is no ledger of pixtab.`);
    if (version !== MIGRATIONS.length) {
      const hint =
        version > MIGRATIONS.length
          ? 'Bring pixtab up to date here.'
          : 'Run pixtab spend there with this release; it brings the ledger up to date.';
      throw usageFailure(`--ledger ${path} was written by another release of pixtab.`, hint);
    }
  } catch (error) {
    await database.close();
    throw ledgerTrouble(error, file, 'no');
  }
  return {
    history: (query) => database.snapshot(() => history(database, query, '')),
    close: () => database.close(),
  };
}

import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from './mkdir.ts';
import { isBusy } from '../ledger/database.ts';

/**
 * Takes a folder for this process alone, until it is given back; null while another process has it. The operating system
 * keeps the lock, by way of SQLite, so that whoever is killed leaves none behind.
 */
export async function lockFolder(folder: string, locks: string): Promise<(() => void) | null> {
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  const path = join(locks, `${name}.lock`);
  try {
    await makeFolder(dirname(path), { mode: 0o700 });
    const { default: Sqlite } = await import('libsql');
    const lock = new Sqlite(path);
    try {
      lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
      return () => lock.close();
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (error) {
    if (isBusy(error)) return null;
    // The ledger is opened next, and says why nothing can be written.
    return () => {};
  }
}

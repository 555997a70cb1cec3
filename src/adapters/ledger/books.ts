import { join } from 'node:path';
import type { Account, Books, Clock, Slots } from '../../ports/index.ts';
import { journal } from '../journal/journal.ts';
import { isAlive, thisProcess, type Owner } from './owner.ts';
import { folderOf, LEDGER } from './open-ledger.ts';
import { sqliteLedger, sqliteSlots } from './sqlite.ts';

/** The books in the state folder, the ledger elsewhere where that is said. The sandbox has books of its own. */
export function books(
  { sandbox }: { readonly sandbox: boolean },
  state: string,
  clock: Pick<Clock, 'now'>,
  {
    ledger = state,
    leave,
    owner = thisProcess(),
  }: { readonly ledger?: string; readonly leave?: AbortSignal; readonly owner?: Owner } = {},
): Books {
  const answers = journal(join(folderOf(sandbox, state), 'journal'));
  const path = join(folderOf(sandbox, ledger), LEDGER);
  return {
    ledger: sqliteLedger(path, {
      clock,
      leave,
      owner,
      isAlive,
      hasAnswer: (attemptId) => answers.has(attemptId),
    }),
    journal: answers,
  };
}

/** The slots, in the file of the same ledger. */
export function slots(
  { sandbox, account }: { readonly sandbox: boolean; readonly account: Account },
  ledger: string,
  clock: Pick<Clock, 'now'>,
): Slots {
  return sqliteSlots(join(folderOf(sandbox, ledger), LEDGER), account, clock);
}

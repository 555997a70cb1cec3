import { join } from 'node:path';
import type { Books, Clock } from '../ports.ts';
import { journal } from './journal.ts';
import { isAlive, thisProcess } from './ledger/owner.ts';
import { sqliteLedger } from './ledger/sqlite.ts';

/** The books in the state folder; what the sandbox takes is written to books of its own. */
export function books(
  { sandbox }: { readonly sandbox: boolean },
  state: string,
  clock: Pick<Clock, 'now'>,
): Books {
  const folder = sandbox ? join(state, 'sandbox') : state;
  const answers = journal(join(folder, 'journal'));
  const path = join(folder, 'ledger.db');
  return {
    ledger: sqliteLedger(path, {
      clock,
      owner: thisProcess(),
      isAlive,
      hasAnswer: (attemptId) => answers.has(attemptId),
    }),
    journal: answers,
  };
}

import { join } from 'node:path';
import type { Books, Clock } from '../../ports/index.ts';
import { journal } from '../journal/journal.ts';
import { ledgerIn } from './ledger.ts';
import { folderOf } from './open-ledger.ts';
import { isAlive, thisProcess, type Owner } from './owner.ts';
import type { Backend } from './queries.ts';
import { ledgerFile, sqlite } from './sqlite.ts';

/** The books in the state folder, the ledger elsewhere where that is said. */
export function books(
  which: { readonly sandbox: boolean },
  state: string,
  clock: Pick<Clock, 'now'>,
  {
    ledger = sqlite(ledgerFile(state, which), clock),
    leave,
    owner = thisProcess(),
  }: { readonly ledger?: Backend; readonly leave?: AbortSignal; readonly owner?: Owner } = {},
): Books {
  const answers = journal(join(folderOf(which.sandbox, state), 'journal'));
  const hasAnswer = (attemptId: string): boolean => answers.has(attemptId);
  return { ledger: ledgerIn(ledger, { leave, owner, isAlive, hasAnswer }), journal: answers };
}

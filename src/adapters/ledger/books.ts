import { join } from 'node:path';
import type { Books, Clock } from '../../ports/index.ts';
import { journal, type FileJournal, type LocalJournal } from '../journal/journal.ts';
import type { Keeping } from '../journal/shared-journal.ts';
import { ledgerIn } from './ledger.ts';
import { folderOf } from './open-ledger.ts';
import { isAlive, thisProcess, type Owner } from './owner.ts';
import type { Backend } from './queries.ts';
import { ledgerFile, sqlite } from './sqlite.ts';

export interface BooksOptions {
  readonly ledger?: Backend;
  readonly leave?: AbortSignal;
  readonly owner?: Owner;
  /** As a ledger has it. */
  readonly unheard?: Set<string>;
  /** Keeps answers elsewhere too. */
  readonly around?: (answers: LocalJournal, keeping: Keeping) => FileJournal;
}

/** The books in the state folder, the ledger elsewhere where that is said. */
export function books(
  which: { readonly sandbox: boolean },
  state: string,
  clock: Pick<Clock, 'now'>,
  {
    ledger = sqlite(ledgerFile(state, which), clock),
    leave,
    owner = thisProcess(),
    unheard,
    around = (answers) => answers,
  }: BooksOptions = {},
): Books {
  const answers = around(journal(join(folderOf(which.sandbox, state), 'journal')), { owner, isAlive });
  const hasAnswer = (attemptId: string): boolean => answers.has(attemptId);
  return { ledger: ledgerIn(ledger, { leave, owner, isAlive, hasAnswer, unheard }), journal: answers };
}

import { join } from 'node:path';
import type { Books, Clock } from '../../ports/index.ts';
import { isServer } from '../config/folders.ts';
import { journal } from '../journal/journal.ts';
import { ledgerIn } from './ledger.ts';
import { folderOf } from './open-ledger.ts';
import { isAlive, thisProcess, type Owner } from './owner.ts';
import type { Backend, Part } from './queries.ts';
import { ledgerFile, sqlite } from './sqlite.ts';

/** Real and sandbox books never meet. */
interface Which {
  readonly sandbox: boolean;
}

/** Where the parts of a ledger are kept. */
export type Shelf = (which: Which, part?: Part) => Backend;

/** All that one process keeps in one place: a folder, or the address of a server. */
export async function shelfAt(
  place: string,
  clock: Pick<Clock, 'now'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Shelf> {
  // Loaded by those alone who have a server.
  if (isServer(place)) return (await import('./postgres/shelf.ts')).serverShelf(place, env);
  return (which, part) => sqlite(ledgerFile(place, which), clock, part);
}

/** The books in the state folder, the ledger elsewhere where that is said. */
export function books(
  which: Which,
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

import { join } from 'node:path';
import { usageFailure } from '../../core/errors.ts';
import type { Queue } from '../../ports/index.ts';
import { journal } from '../journal/journal.ts';
import { folderOf } from '../ledger/open-ledger.ts';
import { isAlive, type Owner } from '../ledger/owner.ts';
import type { Shelf } from '../ledger/shelf.ts';

/** The queue beside a ledger. Its engine is loaded by those alone who have one. */
export async function queueBeside(
  which: { readonly sandbox: boolean },
  { shelf, state, owner }: { readonly shelf: Shelf; readonly state: string; readonly owner: Owner },
): Promise<Queue> {
  const { beside } = shelf;
  if (beside === undefined)
    throw usageFailure(
      'A queue needs a ledger at a PostgreSQL server, and this one is a file.',
      'Set PIXTAB_LEDGER=postgres://user@host/database; docs/teams.md says more.',
    );
  const { engineIn } = await import('./engine.ts');
  const { queueIn } = await import('./queue.ts');
  let engine: ReturnType<typeof engineIn> | undefined;
  const tickets = beside(which, 'queue', (schema) => (engine = engineIn(schema)).steps);
  if (engine === undefined) throw new TypeError('the engine has no schema');
  const answers = journal(join(folderOf(which.sandbox, state), 'journal'));
  const hasAnswer = (attemptId: string): boolean => answers.has(attemptId);
  return queueIn({ ledger: shelf(which), tickets, engine }, { owner, isAlive, hasAnswer });
}

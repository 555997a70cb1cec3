import type { Clock } from '../../ports/index.ts';
import { isServer } from '../config/folders.ts';
import type { Backend, Part } from './queries.ts';
import { ledgerFile, sqlite } from './sqlite.ts';

/** Real and sandbox books never meet. */
interface Which {
  readonly sandbox: boolean;
}

/** Where the parts of a ledger are kept. */
export interface Shelf {
  (which: Which, part?: Part): Backend;
  /** What lies beside a ledger in a schema of its own, made by these steps; left out where it is no server. */
  readonly beside?:
    | ((which: Which, name: string, steps: (schema: string) => readonly string[]) => Backend)
    | undefined;
}

/** All that one process keeps in one place: a folder, or the address of a server. */
export async function shelfAt(
  place: string,
  clock: Pick<Clock, 'now'>,
  env: Readonly<Record<string, string | undefined>>,
  /** Who named the place, for messages. */
  named?: string,
): Promise<Shelf> {
  // Loaded by those alone who have a server.
  if (isServer(place)) return (await import('./postgres/server-shelf.ts')).serverShelf(place, env, named);
  return (which, part) => sqlite(ledgerFile(place, which), clock, part);
}

import { basename, dirname, join, resolve } from 'node:path';
import { usageFailure } from '../../core/errors.ts';
import type { Clock, Ledgers } from '../../ports/index.ts';
import { isServer } from '../config/folders.ts';
import { journal } from '../journal/journal.ts';
import { copyLedger, stockOf } from './copy.ts';
import { folderOf, LEDGER } from './open-ledger.ts';
import { isAlive, thisProcess } from './owner.ts';
import type { Backend } from './queries.ts';
import { shelfAt, type Shelf } from './shelf.ts';
import { sqlite } from './sqlite.ts';

interface Surroundings {
  /** Where this user's ledger is. */
  readonly inUse: Shelf;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Pick<Clock, 'now'>;
  /** The folder of the journal. */
  readonly state: string;
}

/** The ledger in use, and others that it is copied from and to. */
export function ledgersOf({ inUse, env, cwd, clock, state }: Surroundings): Ledgers {
  async function at(place: string, flag: string, which: { readonly sandbox: boolean }): Promise<Backend> {
    if (isServer(place)) return (await shelfAt(place, clock, env, flag))(which);
    const path = resolve(cwd, place);
    if (!path.endsWith('.db')) {
      refuseMixed(path, flag, which);
      return (await shelfAt(path, clock, env))(which);
    }
    if (flag === '--to')
      throw usageFailure(`--to ${place} is a file.`, `It takes the folder that ${LEDGER} will be in.`);
    if (!which.sandbox) refuseMixed(dirname(path), flag, which);
    return sqlite(path, clock);
  }

  return {
    async look(which) {
      const backend = inUse(which);
      try {
        const connection = await backend.look();
        if (connection === null) return null;
        try {
          return { place: backend.shown, ...(await connection.snapshot(stockOf)) };
        } finally {
          await connection.close();
        }
      } catch (error) {
        throw backend.trouble(error, 'no');
      }
    },
    async copy(which, { from, to, onRows }) {
      const source = from === undefined ? inUse(which) : await at(from, '--from', which);
      const target = await at(to, '--to', which);
      if (source.shown === target.shown)
        throw usageFailure(`--to names the ledger that is copied, ${source.shown}.`, 'Name another place.');
      await refuseMissing(source);
      const answers = journal(join(folderOf(which.sandbox, state), 'journal'));
      const hasAnswer = (attemptId: string): boolean => answers.has(attemptId);
      const mortality = { owner: thisProcess(), isAlive, hasAnswer };
      const totals = await copyLedger({ from: source, to: target, mortality, onRows });
      return { from: source.shown, to: target.shown, ...totals };
    },
  };
}

/** Opening a ledger makes one, so whether there is one is looked at first. */
async function refuseMissing(backend: Backend): Promise<void> {
  try {
    const connection = await backend.look();
    if (connection !== null) return await connection.close();
  } catch (error) {
    throw backend.trouble(error, 'no');
  }
  throw usageFailure(
    `--from: there is no ledger at ${backend.shown}.`,
    `It takes the folder that ${LEDGER} is in, such a file, or postgres://…; pixtab ledger says where yours is.`,
  );
}

/** The books of the sandbox lie in a folder of this name within those of real money. */
function refuseMixed(folder: string, flag: string, { sandbox }: { readonly sandbox: boolean }): void {
  if (basename(folder) !== 'sandbox') return;
  throw usageFailure(
    `${flag}: ${folder} is where a sandbox has its ledger.`,
    sandbox ? 'Name the folder above it.' : 'With --sandbox and the folder above it, that one is meant.',
  );
}

import { windows } from '../../core/budget.ts';
import type { Charged } from '../../core/errors.ts';
import type { Clock, Ledger } from '../../ports.ts';
import { insertBill, insertHeld, take } from './attempts.ts';
import { refusalOf, removeBudget, setBudget, standings } from './budgets.ts';
import { abandoned, claim } from './claim.ts';
import { contradictions } from './contradictions.ts';
import type { Database } from './database.ts';
import { insertImages, newestImages } from './images.ts';
import { openLedger } from './open.ts';
import { receipts } from './receipts.ts';
import { reclaim } from './reclaim.ts';
import type { Mortality } from './reclaim.ts';
import { accuracy, habit, spending } from './reports.ts';
import { endRun, insertRun } from './runs.ts';
import { ledgerTrouble } from './trouble.ts';

export interface LedgerOptions extends Mortality {
  readonly clock: Pick<Clock, 'now'>;
}

/** The ledger in one SQLite file, shared by all processes of this machine. Opened at the first call. */
export function sqliteLedger(path: string, options: LedgerOptions): Ledger {
  const { clock, owner } = options;
  const windowOf = windows();
  let opening: Promise<Database> | undefined;

  async function open(): Promise<Database> {
    const database = await openLedger(path);
    // Nothing is written for those who only look, unless there is something to reclaim.
    if (database.get('SELECT 1 FROM holds') !== undefined) {
      await database.transaction(() => reclaim(database, options, clock.now()));
    }
    return database;
  }

  /** `charged` is what is true of the money should the ledger fail here. */
  async function on<T>(charged: Charged, work: (database: Database) => T | Promise<T>): Promise<T> {
    try {
      opening ??= open();
      return await work(await opening);
    } catch (error) {
      throw ledgerTrouble(error, path, charged);
    }
  }

  function write<T>(charged: Charged, work: (database: Database, now: number) => T): Promise<T> {
    return on(charged, (database) => database.transaction(() => work(database, clock.now())));
  }

  function read<T>(work: (database: Database, now: number) => T): Promise<T> {
    return on('no', (database) => database.snapshot(() => work(database, clock.now())));
  }

  return {
    begin: (run) => write('no', (database) => insertRun(database, run)),
    async hold(attempts) {
      // Asked before the lock is taken too: statements and calendars get ready while nobody waits for them.
      await read((database, now) => refusalOf(database, attempts, now, windowOf));
      const refused = await write('no', (database, now) => {
        reclaim(database, options, now);
        const refused = refusalOf(database, attempts, now, windowOf);
        if (refused === null) for (const plan of attempts) insertHeld(database, plan, owner, now);
        return refused;
      });
      // Thrown outside the transaction, so that what was reclaimed stays so.
      if (refused !== null) throw refused;
    },
    sending: (attemptId) => write('no', (database, now) => void take(database, attemptId, 'sending', now)),
    unsent: (attemptId) => write('no', (database, now) => void take(database, attemptId, 'unsent', now)),
    replied: (attemptId) => write('yes', (database, now) => void take(database, attemptId, 'replied', now)),
    settle: (attemptId, bill) =>
      write(bill.charged, (database, now) => {
        insertBill(database, take(database, attemptId, 'settle', now), bill, now);
      }),
    saved: (attemptId, images) =>
      write('yes', (database, now) => {
        insertImages(database, take(database, attemptId, 'saved', now), images, now);
      }),
    release: (attemptId, why) =>
      write('no', (database, now) => void take(database, attemptId, 'release', now, why)),
    unconfirm: (attemptId, why) =>
      write('unknown', (database, now) => void take(database, attemptId, 'unconfirm', now, why)),
    end: (runId, outcome) => write('no', (database, now) => endRun(database, runId, outcome, now)),

    claim: (plan) => write('yes', (database, now) => claim(database, plan, options, now)),
    setBudget: (budget) => write('no', (database, now) => setBudget(database, budget, now)),
    removeBudget: (scope) => write('no', (database) => removeBudget(database, scope)),

    standings: () => read((database, now) => standings(database, now, windowOf)),
    spending: (query) => read((database) => spending(database, query)),
    accuracy: (range) => read((database) => accuracy(database, range)),
    habit: (model, size) => read((database) => habit(database, model, size)),
    receipts: (query) => read((database) => receipts(database, query)),
    savedImages: () => read(newestImages),
    abandoned: (attemptIds) => read((database, now) => abandoned(database, attemptIds, options, now)),
    contradictions: () => read(contradictions),

    close() {
      // Nothing is to be closed when it was never opened, or could not be.
      void opening?.then((database) => database.close()).catch(() => undefined);
      opening = undefined;
    },
  };
}

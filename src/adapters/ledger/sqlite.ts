import { resolve } from 'node:path';
import type { Charged } from '../../core/errors.ts';
import type { Clock, Ledger } from '../../ports.ts';
import { insertBill, insertHeld, take } from './attempts.ts';
import { refusalOf, removeBudget, setBudget, standings } from './budgets.ts';
import type { Database } from './database.ts';
import { openLedger } from './open.ts';
import { reclaim } from './reclaim.ts';
import type { Mortality } from './reclaim.ts';
import { text } from './row.ts';
import { book } from './spending.ts';
import { ledgerTrouble } from './trouble.ts';

export interface LedgerOptions extends Mortality {
  readonly clock: Pick<Clock, 'now'>;
}

/** The ledger in one SQLite file, shared by all processes of this machine. Opened at the first call. */
export function sqliteLedger(path: string, options: LedgerOptions): Ledger {
  const { clock, owner } = options;
  let opening: Promise<Database> | undefined;

  async function open(): Promise<Database> {
    const database = await openLedger(path);
    write(database, () => reclaim(database, options, clock.now()));
    return database;
  }

  /** `charged` is what is true of the money should the ledger fail here. */
  async function on<T>(charged: Charged, work: (database: Database, now: number) => T): Promise<T> {
    try {
      opening ??= open();
      const database = await opening;
      return work(database, clock.now());
    } catch (error) {
      throw ledgerTrouble(error, path, charged);
    }
  }

  const write = <T>(database: Database, work: () => T): T => database.transaction(work);

  return {
    begin: (run) =>
      on('no', (database, now) => {
        database.run(
          `INSERT INTO runs (run_id, command, project, labels, max_cost_nano, started_ms) VALUES (?, ?, ?, ?, ?, ?)`,
          run.runId,
          run.command,
          run.project,
          JSON.stringify([...new Set(run.labels)].sort()),
          run.maxCost ?? null,
          now,
        );
      }),

    async hold(attempts) {
      const refused = await on('no', (database, now) =>
        database.transaction(() => {
          reclaim(database, options, now);
          const refused = refusalOf(database, attempts, now);
          if (refused === null) for (const plan of attempts) insertHeld(database, plan, owner, now);
          return refused;
        }),
      );
      // Thrown outside, so that what was reclaimed stays so.
      if (refused !== null) throw refused;
    },

    sending: (attemptId) =>
      on('no', (database, now) => database.transaction(() => void take(database, attemptId, 'sending', now))),

    unsent: (attemptId) =>
      on('no', (database, now) => database.transaction(() => void take(database, attemptId, 'unsent', now))),

    replied: (attemptId) =>
      on('yes', (database, now) =>
        database.transaction(() => void take(database, attemptId, 'replied', now)),
      ),

    settle: (attemptId, bill) =>
      on(bill.charged, (database, now) =>
        database.transaction(() => {
          insertBill(database, take(database, attemptId, 'settle', now), bill, now);
        }),
      ),

    saved: (attemptId, images) =>
      on('yes', (database, now) =>
        database.transaction(() => {
          const attempt = take(database, attemptId, 'saved', now);
          const { cwd } = JSON.parse(text(attempt, 'save_plan')) as { readonly cwd: string };
          for (const [index, image] of images.entries()) {
            database.run(
              `INSERT INTO images (attempt_id, n, path, shown_path, sha256, bytes, mime_type, width, height, saved_ms)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
              attemptId,
              index + 1,
              resolve(cwd, image.path),
              image.path,
              image.sha256,
              image.bytes,
              image.mimeType,
              image.width,
              image.height,
              now,
            );
          }
          book(database, attempt, { images: images.length });
        }),
      ),

    release: (attemptId, why) =>
      on('no', (database, now) =>
        database.transaction(() => void take(database, attemptId, 'release', now, why)),
      ),

    unconfirm: (attemptId, why) =>
      on('unknown', (database, now) =>
        database.transaction(() => void take(database, attemptId, 'unconfirm', now, why)),
      ),

    end: (runId, outcome) =>
      on('no', (database, now) => {
        database.run('UPDATE runs SET ended_ms = ?, outcome = ? WHERE run_id = ?', now, outcome, runId);
      }),

    setBudget: (budget) => on('no', (database, now) => setBudget(database, budget, now)),
    removeBudget: (scope) => on('no', (database) => removeBudget(database, scope)),
    standings: () => on('no', standings),

    close() {
      // Nothing to close when it was never opened, or could not be.
      void opening?.then((database) => database.close()).catch(() => undefined);
      opening = undefined;
    },
  };
}

import type { Lane } from '../../core/catalogue/model.ts';
import { QUEUE_SHORT } from '../../core/policy/queue.ts';
import { windows } from '../../core/policy/budget.ts';
import { sum } from '../../core/pricing/money.ts';
import type { Queue, QueueBar } from '../../ports/index.ts';
import type { Backend, Connection, EarlyWork, TransactionOptions, Work } from '../ledger/queries.ts';
import { inputBytes } from '../ledger/job-inputs.ts';
import { orphans, reclaim, type Mortality } from '../ledger/reclaim.ts';
import { money, text, textOrNull, word } from '../ledger/row.ts';
import { dropUnusedPictures } from '../ledger/forget.ts';
import { addItems, pastOf } from './add.ts';
import type { Engine } from './engine.ts';
import { gatherJobs, openJobs } from './gather.ts';
import { IN_JOB, itemOf, jobsIn, PLACES, WHOLE } from './rows.ts';
import { statusOf } from './status.ts';
import { finished, giveBack, sweep, takeItems, type Hands } from './take.ts';

/** Where a queue is: the ledger that it is part of, and the schema of its engine. */
export interface QueuePlace {
  readonly ledger: Backend;
  readonly tickets: Backend;
  readonly engine: Engine;
}

/** How often a worker looks after what others left. */
const SWEEP_MS = 5_000;

/** How long a writer waits for the others once money is gone. */
const WHEN_PAID: TransactionOptions = { patience: () => 10 * 60_000 };

/** A queue beside the ledger at a server: every step of it is one transaction of the ledger. Opened at the first call. */
export function queueIn({ ledger, tickets, engine }: QueuePlace, mortality: Mortality): Queue {
  const hands: Hands = { ...mortality, engine };
  const windowOf = windows();
  let opening: Promise<Connection> | undefined;
  let sweptAt = -Infinity;

  async function open(): Promise<Connection> {
    const connection = await ledger.open();
    // Its tables and those of its engine are made by the first who asks.
    await connection.snapshot(() => {});
    const engineHere = await tickets.open();
    await engineHere.snapshot(() => {});
    await engineHere.close();
    return connection;
  }

  async function on<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      opening ??= open();
      return await work(await opening);
    } catch (error) {
      throw ledger.trouble(error, 'no');
    }
  }
  const read = <T>(work: EarlyWork<T>): Promise<T> => on((connection) => connection.snapshot(work));
  const write = <T>(work: Work<T>, options?: TransactionOptions): Promise<T> =>
    on((connection) => connection.transaction(work, options));

  const take = (most: number, lane: Lane) =>
    write(async (database, now) => {
      if (now - sweptAt >= SWEEP_MS) {
        await sweep(database, hands, now);
        sweptAt = now;
      }
      return takeItems(database, { most, lane }, hands, now);
    });

  return {
    known: (hashes) =>
      read(async (database) => {
        const past = await pastOf(database, hashes);
        return new Map([...past].flatMap(([hash, { bar }]) => (bar === null ? [] : [[hash, bar] as const])));
      }) satisfies Promise<ReadonlyMap<string, QueueBar>>,
    async add(run, items) {
      const lost = await read((database, now) => orphans(database, mortality, now));
      await write(async (database, now) => {
        await sweep(database, hands, now);
        await reclaim(database, mortality, lost, now);
      });
      return write((database, now) => addItems(database, run, items, { now, engine, windowOf }));
    },
    take: (most) => take(most, 'now'),
    takeForJobs: (most) => take(most, 'batch'),
    gather: (jobs) => write((database, now) => gatherJobs(database, jobs, mortality, now)),
    openJobs: () => read(openJobs),
    inJob: (jobId) =>
      read(async (database) =>
        jobsIn(
          database,
          await database.all(
            `${WHOLE} JOIN batch_items i ON i.attempt_id = a.attempt_id
             WHERE i.job_id = ? AND q.state = 'working' ORDER BY i.n`,
            jobId,
          ),
        ),
      ),
    inputBytes: (sha256) => read((database) => inputBytes(database, sha256)),
    giveBack: (attemptId, { isUncharged } = { isUncharged: false }) =>
      write(async (database, now) => {
        const row = await database.get(
          `${PLACES} WHERE attempt_id = ? AND q.state = 'working' AND NOT ${IN_JOB}
             AND a.owner = ? AND a.state IN ('held', ?)`,
          attemptId,
          hands.owner.id,
          isUncharged ? 'sent' : 'held',
        );
        if (row !== undefined) await giveBack(database, itemOf(row), engine, now);
      }),
    finish: (attemptId) => write((database, now) => finished(database, attemptId, hands, now), WHEN_PAID),
    status: () => read(statusOf),
    pause: (isPaused) =>
      write(async (database, now) => {
        await database.run('DELETE FROM queue_pause');
        if (isPaused) await database.run('INSERT INTO queue_pause (paused_ms) VALUES (?)', now);
      }),
    cancel: () =>
      write(async (database, now) => {
        await sweep(database, hands, now);
        const rows = await database.all(
          `${PLACES} WHERE q.state = 'waiting'
             OR (q.state = 'working' AND a.lane = 'batch' AND a.state = 'held' AND NOT ${IN_JOB})`,
        );
        const ids = JSON.stringify(rows.map((row) => text(row, 'attempt_id')));
        const theirs = 'attempt_id IN (SELECT value FROM json_each(?1))';
        database.tell(
          `UPDATE attempts SET state = 'released', released_as = 'cancelled', why = 'taken off the queue', changed_ms = ?2
           WHERE ${theirs}`,
          ids,
          now,
        );
        database.tell(`DELETE FROM holds WHERE ${theirs}`, ids);
        database.tell(`DELETE FROM queue_inputs WHERE ${theirs}`, ids);
        database.tell(
          `UPDATE runs SET ended_ms = ?2, outcome = 'cancelled' WHERE run_id IN
             (SELECT run_id FROM queue_items WHERE ${theirs})`,
          ids,
          now,
        );
        database.tell(
          `UPDATE queue_items SET state = 'cancelled', nano = 0, ended_ms = ?2 WHERE ${theirs}`,
          ids,
          now,
        );
        await dropUnusedPictures(database);
        await engine.drop(database, rows.map(itemOf));
        return { items: rows.length, released: sum(rows.map((row) => money(row, 'nano'))) };
      }),
    short: () =>
      write(async (database, now) => {
        await sweep(database, hands, now);
        const rows = await database.all(
          `${WHOLE} WHERE q.state IN ('refused', 'failed', 'unconfirmed') ORDER BY q.ticket`,
        );
        const jobs = await jobsIn(database, rows);
        return jobs.map((job, index) => {
          const row = rows[index] ?? {};
          return {
            ...job,
            state: word(row, 'queue_state', QUEUE_SHORT),
            amount: money(row, 'nano'),
            why: textOrNull(row, 'queue_why'),
          };
        });
      }),
    async close() {
      const closing = opening?.then((connection) => connection.close());
      opening = undefined;
      await closing?.catch(() => undefined);
    },
  };
}

import {
  lesson,
  LIMIT_METERS,
  limitsFor,
  recovered,
  TRAVEL_MS,
  unitsOf,
  waitFor,
  WINDOWS,
} from '../../core/policy/rate-limits.ts';
import type { Learned, LimitMeter, LimitWishes, Overflow, Weight } from '../../core/policy/rate-limits.ts';
import type { Clock, Slots } from '../../ports/index.ts';
import type { Database, Row } from './database.ts';
import { openLedger } from './open-ledger.ts';
import { count, money, text, word } from './row.ts';
import { ledgerTrouble } from './errors.ts';

/** A day as Google counts it can have 25 hours. */
const KEPT_MS = 26 * 3_600_000;

/** Slots in the ledger's file, over a connection of their own. Opened at the first request. */
export function sqliteSlots(path: string, clock: Pick<Clock, 'now'>): Slots {
  let opening: Promise<Database> | undefined;

  async function open(): Promise<Database> {
    const database = await openLedger(path);
    // A power cut that loses slots costs no money, so nothing waits for the disk.
    database.exec('PRAGMA synchronous = NORMAL');
    return database;
  }

  async function write<T>(work: (database: Database, now: number) => T): Promise<T> {
    try {
      opening ??= open();
      const database = await opening;
      return await database.transaction(() => work(database, clock.now()));
    } catch (error) {
      throw ledgerTrouble(error, path, 'no');
    }
  }

  return {
    take: (weight, wishes) => write((database, now) => take(database, weight, wishes, now)),
    arrives: ({ slot }, withinMs) =>
      write(
        (database, now) =>
          void database.run('UPDATE slots SET taken_ms = ? WHERE slot = ?', now + withinMs, slot),
      ),
    refused: ({ slot }, { meter, stated }) =>
      write((database, now) => refused(database, slot, meter, stated, now)),
    close() {
      void opening?.then((database) => database.close()).catch(() => undefined);
      opening = undefined;
    },
  };
}

function take(database: Database, weight: Weight, wishes: LimitWishes, now: number) {
  const { model, images, cost } = weight;
  tidy(database, now);
  const limits = limitsFor(model, wishes, learnedOf(database, model), now);
  const wait = waitFor(weight, limits, overflowOf(database, model), now);
  if (wait) return wait;
  const [row] = database.all(
    'INSERT INTO slots (model, taken_ms, images, cost_nano) VALUES (?, ?, ?, ?) RETURNING slot',
    model,
    now + TRAVEL_MS,
    images,
    cost,
  );
  if (row === undefined) throw new TypeError('a slot was entered and did not get a number');
  return { slot: count(row, 'slot') };
}

/** A clock that was set back must not leave anything in the future, where it would count for too long. */
function tidy(database: Database, now: number): void {
  database.run('UPDATE slots SET taken_ms = ?1 WHERE taken_ms > ?1', now + TRAVEL_MS);
  database.run('UPDATE learned_limits SET learned_ms = ?1 WHERE learned_ms > ?1', now);
  database.run('DELETE FROM slots WHERE taken_ms < ?', now - KEPT_MS);
}

/** Counted by the database: everybody waits while this holds the lock, and a day has many sends. */
const overflowOf =
  (database: Database, model: string): Overflow =>
  ({ meter }, since, room) => {
    const units = { requests: '1', images: 'images', spend: 'cost_nano' }[meter];
    const from = `FROM slots WHERE taken_ms >= ?1 AND ${meter === 'spend' ? "?2 <> ''" : 'model = ?2'}`;
    const total = database.get(`SELECT coalesce(sum(${units}), 0) AS units ${from}`, since, model);
    if (total === undefined || money(total, 'units') <= room) return null;
    const full = database.get(
      `SELECT taken_ms FROM
         (SELECT taken_ms, sum(${units}) OVER (ORDER BY taken_ms DESC) AS units ${from})
       WHERE units > ?3 ORDER BY taken_ms DESC LIMIT 1`,
      since,
      model,
      room,
    );
    return full === undefined ? null : count(full, 'taken_ms');
  };

const unitsIn = (row: Row, meter: LimitMeter): bigint =>
  unitsOf({ images: count(row, 'images'), cost: money(row, 'cost_nano') }, meter);

function learnedOf(database: Database, model: string): readonly Learned[] {
  return database.all("SELECT * FROM learned_limits WHERE model IN (?, '')", model).map((row) => ({
    meter: word(row, 'meter', LIMIT_METERS),
    most: money(row, 'most'),
    at: count(row, 'learned_ms'),
  }));
}

function refused(
  database: Database,
  slot: number,
  meter: LimitMeter,
  stated: number | null,
  now: number,
): void {
  database.run('UPDATE slots SET refused = 1 WHERE slot = ?', slot);
  const own = database.get('SELECT * FROM slots WHERE slot = ?', slot);
  if (own === undefined) return;
  const model = meter === 'spend' ? '' : text(own, 'model');
  const taken = database
    .all(
      `SELECT * FROM slots
       WHERE refused = 0 AND taken_ms >= ?1 AND slot < ?2 AND ?3 IN (model, '')`,
      count(own, 'taken_ms') - WINDOWS[meter],
      slot,
      model,
    )
    .reduce((sum, row) => sum + unitsIn(row, meter), 0n);
  const most = lesson(meter, taken, stated);
  if (most === null) return;
  const before = learnedOf(database, model).find((one) => one.meter === meter);
  const known = before && recovered(before, now);
  // A number that Google names counts more than one that was only observed.
  const lower = stated === null && known !== undefined && known !== null && known < most ? known : most;
  database.run(
    `INSERT INTO learned_limits (model, meter, most, learned_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET most = excluded.most, learned_ms = excluded.learned_ms`,
    model,
    meter,
    lower,
    now,
  );
}

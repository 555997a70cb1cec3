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
import type { Account, Clock, Slots } from '../../ports/index.ts';
import type { MetLimit } from '../../core/errors.ts';
import type { Database, Row } from './database.ts';
import { openLedger } from './open-ledger.ts';
import { count, money, text, word } from './row.ts';
import { ledgerTrouble } from './errors.ts';

/** A day as Google counts it can have 25 hours. */
const KEPT_MS = 26 * 3_600_000;

/** Slots in the ledger's file, over a connection of their own. Opened at the first request. */
export function sqliteSlots(path: string, account: Account, clock: Pick<Clock, 'now'>): Slots {
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
    take: (weight, wishes) => write((database, now) => take(database, account, weight, wishes, now)),
    arrives: ({ slot }, withinMs) =>
      write(
        (database, now) =>
          void database.run('UPDATE slots SET taken_ms = ? WHERE slot = ?', now + withinMs, slot),
      ),
    refused: ({ slot }, met) => write((database, now) => refused(database, account, slot, met, now)),
    close() {
      void opening?.then((database) => database.close()).catch(() => undefined);
      opening = undefined;
    },
  };
}

function take(database: Database, account: Account, weight: Weight, wishes: LimitWishes, now: number) {
  const { model, images, cost } = weight;
  tidy(database, now);
  const limits = limitsFor(model, wishes, learnedOf(database, account, model), now);
  const wait = waitFor(weight, limits, overflowOf(database, account, model), now);
  if (wait) return wait;
  const [row] = database.all(
    'INSERT INTO slots (account, model, taken_ms, images, cost_nano) VALUES (?, ?, ?, ?, ?) RETURNING slot',
    account.id,
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
  (database: Database, { id }: Account, model: string): Overflow =>
  ({ meter }, since, room) => {
    const units = { requests: '1', images: 'images', spend: 'cost_nano' }[meter];
    const which = meter === 'spend' ? "?3 <> ''" : 'model = ?3';
    const from = `FROM slots WHERE account = ?1 AND taken_ms >= ?2 AND ${which}`;
    const total = database.get(`SELECT coalesce(sum(${units}), 0) AS units ${from}`, id, since, model);
    if (total === undefined || money(total, 'units') <= room) return null;
    const full = database.get(
      `SELECT taken_ms FROM
         (SELECT taken_ms, sum(${units}) OVER (ORDER BY taken_ms DESC) AS units ${from})
       WHERE units > ?4 ORDER BY taken_ms DESC LIMIT 1`,
      id,
      since,
      model,
      room,
    );
    return full === undefined ? null : count(full, 'taken_ms');
  };

const unitsIn = (row: Row, meter: LimitMeter): bigint =>
  unitsOf({ images: count(row, 'images'), cost: money(row, 'cost_nano') }, meter);

function learnedOf(database: Database, { id, title }: Account, model: string): readonly Learned[] {
  const learned = "SELECT * FROM learned_limits WHERE account = ? AND model IN (?, '')";
  return database.all(learned, id, model).map((row) => ({
    who: title,
    meter: word(row, 'meter', LIMIT_METERS),
    most: money(row, 'most'),
    at: count(row, 'learned_ms'),
  }));
}

function refused(
  database: Database,
  account: Account,
  slot: number,
  { meter, stated }: MetLimit,
  now: number,
): void {
  database.run('UPDATE slots SET refused = 1 WHERE slot = ?', slot);
  const own = database.get('SELECT * FROM slots WHERE slot = ?', slot);
  if (own === undefined) return;
  const model = meter === 'spend' ? '' : text(own, 'model');
  const taken = database
    .all(
      `SELECT * FROM slots
       WHERE account = ?4 AND refused = 0 AND taken_ms >= ?1 AND slot < ?2 AND ?3 IN (model, '')`,
      count(own, 'taken_ms') - WINDOWS[meter],
      slot,
      model,
      account.id,
    )
    .reduce((sum, row) => sum + unitsIn(row, meter), 0n);
  const most = lesson(meter, taken, stated);
  if (most === null) return;
  const before = learnedOf(database, account, model).find((one) => one.meter === meter);
  const known = before && recovered(before, now);
  // A number that Google names counts more than one that was only observed.
  const lower = stated === null && known !== undefined && known !== null && known < most ? known : most;
  database.run(
    `INSERT INTO learned_limits (account, model, meter, most, learned_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET most = excluded.most, learned_ms = excluded.learned_ms`,
    account.id,
    model,
    meter,
    lower,
    now,
  );
}

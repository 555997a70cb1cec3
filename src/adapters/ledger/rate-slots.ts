import {
  lesson,
  LIMIT_METERS,
  limitsFor,
  recovered,
  roomIn,
  TRAVEL_MS,
  unitsOf,
  waitFor,
  WINDOWS,
} from '../../core/policy/rate-limits.ts';
import type { Learned, Limit, LimitMeter, LimitWishes, Weight } from '../../core/policy/rate-limits.ts';
import type { Account, Slots } from '../../ports/index.ts';
import type { MetLimit } from '../../core/errors.ts';
import type { Backend, Connection, Queries, Row, Work } from './queries.ts';
import { count, money, text, word } from './row.ts';

/** A day as Google counts it can have 25 hours. */
const KEPT_MS = 26 * 3_600_000;

/** Slots in the ledger, over a connection of their own. Opened at the first request. */
export function slotsIn(backend: Backend, account: Account): Slots {
  let opening: Promise<Connection> | undefined;

  async function write<T>(work: Work<T>): Promise<T> {
    try {
      opening ??= backend.open();
      return await (await opening).transaction(work);
    } catch (error) {
      throw backend.trouble(error, 'no');
    }
  }

  return {
    take: (weight, wishes) => write((database, now) => take(database, account, weight, wishes, now)),
    arrives: ({ slot }, withinMs) =>
      write((database, now) =>
        database.tell('UPDATE slots SET taken_ms = ? WHERE slot = ?', now + withinMs, slot),
      ),
    refused: ({ slot }, met) => write((database, now) => refused(database, account, slot, met, now)),
    async close() {
      const closing = opening?.then((connection) => connection.close());
      opening = undefined;
      await closing?.catch(() => undefined);
    },
  };
}

async function take(database: Queries, account: Account, weight: Weight, wishes: LimitWishes, now: number) {
  const { model, images, cost } = weight;
  tidy(database, account, now);
  const limits = limitsFor(model, wishes, await learnedOf(database, account, model), now);
  const full = new Map(
    await Promise.all(
      limits.map(async (limit) => {
        const { since, room } = roomIn(limit, unitsOf(weight, limit.meter), now);
        return [limit, await overflowOf(database, account, model, limit, since, room)] as const;
      }),
    ),
  );
  const wait = waitFor(weight, limits, (limit) => full.get(limit) ?? null, now);
  if (wait) return wait;
  const [row] = await database.all(
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

/**
 * A clock that was set back must not leave anything in the future, where it would count for too long. Of this account alone: its
 * index finds what is to be done, and without it all sends of a day would be looked through for each.
 */
function tidy(database: Queries, { id }: Account, now: number): void {
  database.tell('UPDATE slots SET taken_ms = ?1 WHERE account = ?2 AND taken_ms > ?1', now + TRAVEL_MS, id);
  database.tell('UPDATE learned_limits SET learned_ms = ?1 WHERE learned_ms > ?1', now);
  database.tell('DELETE FROM slots WHERE account = ? AND taken_ms < ?', id, now - KEPT_MS);
}

/** Counted by the database: everybody waits while this holds the lock, and a day has many sends. */
async function overflowOf(
  database: Queries,
  { id }: Account,
  model: string,
  { meter }: Limit,
  since: number,
  room: bigint,
): Promise<number | null> {
  const units = { requests: '1', images: 'images', spend: 'cost_nano' }[meter];
  const which = meter === 'spend' ? "?3 <> ''" : 'model = ?3';
  const from = `FROM slots WHERE account = ?1 AND taken_ms >= ?2 AND ${which}`;
  const total = await database.get(`SELECT coalesce(sum(${units}), 0) AS units ${from}`, id, since, model);
  if (total === undefined || money(total, 'units') <= room) return null;
  const full = await database.get(
    `SELECT taken_ms FROM
       (SELECT taken_ms, sum(${units}) OVER (ORDER BY taken_ms DESC) AS units ${from}) AS sends
     WHERE units > ?4 ORDER BY taken_ms DESC LIMIT 1`,
    id,
    since,
    model,
    room,
  );
  return full === undefined ? null : count(full, 'taken_ms');
}

const unitsIn = (row: Row, meter: LimitMeter): bigint =>
  unitsOf({ images: count(row, 'images'), cost: money(row, 'cost_nano') }, meter);

async function learnedOf(
  database: Queries,
  { id, title }: Account,
  model: string,
): Promise<readonly Learned[]> {
  const learned = "SELECT * FROM learned_limits WHERE account = ? AND model IN (?, '')";
  return (await database.all(learned, id, model)).map((row) => ({
    who: title,
    meter: word(row, 'meter', LIMIT_METERS),
    most: money(row, 'most'),
    at: count(row, 'learned_ms'),
  }));
}

async function refused(
  database: Queries,
  account: Account,
  slot: number,
  { meter, stated }: MetLimit,
  now: number,
): Promise<void> {
  database.tell('UPDATE slots SET refused = 1 WHERE slot = ?', slot);
  const own = await database.get('SELECT * FROM slots WHERE slot = ?', slot);
  if (own === undefined) return;
  const model = meter === 'spend' ? '' : text(own, 'model');
  const others = await database.all(
    `SELECT * FROM slots
     WHERE account = ?4 AND refused = 0 AND taken_ms >= ?1 AND slot < ?2 AND ?3 IN (model, '')`,
    count(own, 'taken_ms') - WINDOWS[meter],
    slot,
    model,
    account.id,
  );
  const taken = others.reduce((sum, row) => sum + unitsIn(row, meter), 0n);
  const most = lesson(meter, taken, stated);
  if (most === null) return;
  const before = (await learnedOf(database, account, model)).find((one) => one.meter === meter);
  const known = before && recovered(before, now);
  // A number that Google names counts more than one that was only observed.
  const lower = stated === null && known !== undefined && known !== null && known < most ? known : most;
  database.tell(
    `INSERT INTO learned_limits (account, model, meter, most, learned_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (account, model, meter) DO UPDATE SET most = excluded.most, learned_ms = excluded.learned_ms`,
    account.id,
    model,
    meter,
    lower,
    now,
  );
}

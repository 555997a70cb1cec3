import {
  countsOf,
  perMinute,
  QUEUE_STATES,
  RATE_MS,
  secondsLeft,
  type QueueState,
} from '../../core/policy/queue.ts';
import { sum, ZERO, type Usd } from '../../core/pricing/money.ts';
import type { QueueStatus } from '../../ports/index.ts';
import type { Awaitable, Queries } from '../ledger/queries.ts';
import { count, countOrNull, money, text, word } from '../ledger/row.ts';
import { IN_JOB } from './rows.ts';

/** How far the queue is: none of it counts more rows than were changed within the last minute, or are worked on. */
export async function statusOf(database: Queries, moment: Awaitable<number>): Promise<QueueStatus> {
  const now = await moment;
  const [pause, sums, inJobs, working, ended] = await Promise.all([
    database.get('SELECT 1 FROM queue_pause'),
    database.all('SELECT state, items, nano FROM queue_sums'),
    database.get(`SELECT count(*) AS items FROM queue_items q WHERE state = 'working' AND ${IN_JOB}`),
    database.all(
      "SELECT coalesce(worker, '') AS worker, count(*) AS items FROM queue_items WHERE state = 'working' GROUP BY 1",
    ),
    database.all(
      `SELECT coalesce(worker, '') AS worker, count(*) AS items, min(taken_ms) AS since FROM queue_items
       -- What came by batch came all at once, and says nothing about the pace.
       WHERE ended_ms > ? AND state <> 'cancelled' AND worker IS NOT NULL GROUP BY 1`,
      now - RATE_MS,
    ),
  ]);
  const counts = new Map<QueueState, number>();
  const nano = new Map<QueueState, Usd>();
  for (const row of sums) {
    const state = word(row, 'state', QUEUE_STATES);
    counts.set(state, count(row, 'items'));
    nano.set(state, money(row, 'nano'));
  }
  const jobItems = inJobs === undefined ? 0 : count(inJobs, 'items');
  counts.set('inJobs', jobItems);
  counts.set('working', (counts.get('working') ?? 0) - jobItems);
  const total = (...states: readonly QueueState[]): Usd =>
    sum(states.map((state) => nano.get(state) ?? ZERO));
  const rates = new Map(
    ended.map((row) => [
      text(row, 'worker'),
      { items: count(row, 'items'), since: countOrNull(row, 'since') ?? now },
    ]),
  );
  const all = [...rates.values()];
  const since = all.length === 0 ? null : Math.min(...all.map((one) => one.since));
  const rate = perMinute(
    all.reduce((items, one) => items + one.items, 0),
    since,
    now,
  );
  const open = (counts.get('waiting') ?? 0) + (counts.get('working') ?? 0);
  const busy = new Map(working.map((row) => [text(row, 'worker'), count(row, 'items')]));
  const names = [...new Set([...busy.keys(), ...rates.keys()])].filter(Boolean).toSorted();
  return {
    isPaused: pause !== undefined,
    counts: countsOf((state) => counts.get(state) ?? 0),
    spent: total('done', 'refused', 'failed', 'unconfirmed'),
    held: total('waiting', 'working'),
    perMinute: rate,
    // A job takes up to a day, and nobody knows how long.
    secondsLeft: jobItems > 0 ? null : secondsLeft(open, rate),
    workers: names.map((name) => {
      const own = rates.get(name);
      return {
        name,
        working: busy.get(name) ?? 0,
        perMinute: own === undefined ? null : perMinute(own.items, own.since, now),
      };
    }),
  };
}

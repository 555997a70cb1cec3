import { METERS, type Size } from '../../core/catalogue/model.ts';
import { ENOUGH_BILLS, LATEST_BILLS, type PriceHistory } from '../../core/pricing/price-history.ts';
import type { SpendAxis, SpendSlice } from '../../core/pricing/spend.ts';
import { QUARTER_HOUR } from '../../core/policy/calendar.ts';
import type { Accuracy, SpendQuery, TimeRange } from '../../ports/index.ts';
import type { Database, Row } from './database.ts';
import { count, money, text, word, textOrNull } from './row.ts';
import type { Usd } from '../../core/pricing/money.ts';

const AXES: Record<SpendAxis, string> = {
  time: `CAST(quarter_hour * ${QUARTER_HOUR} AS TEXT)`,
  model: 'model',
  project: 'project',
  lane: 'lane',
  labels: 'labels',
};

export function spending(database: Database, query: SpendQuery): readonly SpendSlice[] {
  const { since, until, by, model, project, lane, label } = query;
  const rows = database.all(
    `SELECT ${AXES[by]} AS key, sum(settled_nano) AS settled, sum(unconfirmed_nano) AS unconfirmed,
       sum(requests) AS requests, sum(unconfirmed_requests) AS unconfirmed_requests, sum(images) AS images
     FROM spending
     WHERE (?1 IS NULL OR quarter_hour >= ?1) AND (?2 IS NULL OR quarter_hour < ?2)
       AND (?3 IS NULL OR model = ?3) AND (?4 IS NULL OR project = ?4) AND (?5 IS NULL OR lane = ?5)
       AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?6))
     GROUP BY ${by === 'time' ? 'quarter_hour' : by}`,
    since === null ? null : quarterOf(since),
    until === null ? null : quarterOf(until),
    model ?? null,
    project ?? null,
    lane ?? null,
    label ?? null,
  );
  return rows.map((row) => ({
    key: text(row, 'key'),
    settled: money(row, 'settled'),
    unconfirmed: money(row, 'unconfirmed'),
    requests: count(row, 'requests'),
    unconfirmedRequests: count(row, 'unconfirmed_requests'),
    images: count(row, 'images'),
  }));
}

export function accuracy(database: Database, { since, until }: TimeRange): readonly Accuracy[] {
  const rows = database.all(
    // SQLite takes the other columns from the row that holds the max().
    `SELECT model, count(*) AS bills, sum(expected_nano) AS quoted, sum(amount_nano) AS billed,
       sum(amount_nano BETWEEN low_nano AND high_nano) AS inside,
       max(abs(amount_nano - expected_nano) * 1.0 / max(expected_nano, 1)) AS miss,
       attempt_id, expected_nano, amount_nano
     FROM attempts JOIN bills USING (attempt_id)
     WHERE basis = 'metered' AND attempt_id IN (SELECT attempt_id FROM images)
       AND (?1 IS NULL OR held_ms >= ?1) AND (?2 IS NULL OR held_ms < ?2)
     GROUP BY model ORDER BY bills DESC, model`,
    since,
    until,
  );
  return rows.map(toAccuracy);
}

/** Of attempts that brought a picture: a refusal says nothing about what one takes. */
export function priceHistory(database: Database, model: string, size: Size): PriceHistory | null {
  const bills = database.all(
    `SELECT attempt_id, images FROM attempts JOIN bills USING (attempt_id)
     WHERE model = ? AND size = ? AND basis = 'metered' AND attempt_id IN (SELECT attempt_id FROM images)
     ORDER BY held_ms DESC LIMIT ${LATEST_BILLS}`,
    model,
    size,
  );
  if (bills.length < ENOUGH_BILLS) return null;
  const lines = database.all(
    `SELECT meter, sum(quantity) AS quantity FROM bill_lines
     WHERE attempt_id IN (SELECT value FROM json_each(?)) GROUP BY meter`,
    JSON.stringify(bills.map((bill) => text(bill, 'attempt_id'))),
  );
  return {
    pictures: bills.reduce((sum, bill) => sum + count(bill, 'images'), 0),
    quantities: Object.fromEntries(
      lines.map((line) => [word(line, 'meter', METERS), count(line, 'quantity')]),
    ),
  };
}

function toAccuracy(row: Row): Accuracy {
  return {
    model: text(row, 'model'),
    bills: count(row, 'bills'),
    quoted: money(row, 'quoted'),
    billed: money(row, 'billed'),
    inside: count(row, 'inside'),
    worst: {
      attemptId: text(row, 'attempt_id'),
      quoted: money(row, 'expected_nano'),
      billed: money(row, 'amount_nano'),
    },
  };
}

export interface Booking {
  readonly settled?: Usd;
  readonly unconfirmed?: Usd | bigint;
  readonly requests?: number;
  readonly unconfirmedRequests?: number;
  readonly images?: number;
}

/** Adds to the sums of the quarter of an hour in which an attempt was held. */
export function book(database: Database, attempt: Row, booking: Booking): void {
  database.run(
    `INSERT INTO spending (quarter_hour, model, lane, project, labels,
       settled_nano, unconfirmed_nano, requests, unconfirmed_requests, images)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET
       settled_nano = settled_nano + excluded.settled_nano,
       unconfirmed_nano = unconfirmed_nano + excluded.unconfirmed_nano,
       requests = requests + excluded.requests,
       unconfirmed_requests = unconfirmed_requests + excluded.unconfirmed_requests,
       images = images + excluded.images`,
    quarterOf(count(attempt, 'held_ms')),
    text(attempt, 'model'),
    text(attempt, 'lane'),
    textOrNull(attempt, 'project') ?? '',
    text(attempt, 'labels'),
    booking.settled ?? 0n,
    booking.unconfirmed ?? 0n,
    booking.requests ?? 0n,
    booking.unconfirmedRequests ?? 0n,
    booking.images ?? 0n,
  );
}

export const quarterOf = (at: number): number => Math.floor(at / QUARTER_HOUR);

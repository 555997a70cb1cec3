import { METERS, type Size } from '../../core/catalogue/model.ts';
import { ENOUGH_BILLS, LATEST_BILLS, type PriceHistory } from '../../core/pricing/price-history.ts';
import type { SpendAxis, SpendSlice } from '../../core/pricing/spend.ts';
import { QUARTER_HOUR } from '../../core/policy/calendar.ts';
import type { Accuracy, Filter, SpendQuery } from '../../ports/index.ts';
import type { Queries, Row } from './queries.ts';
import { filterValues, NARROWED } from './filter.ts';
import { count, money, readable, text, word, textOrNull } from './row.ts';
import type { Usd } from '../../core/pricing/money.ts';

const AXES: Record<SpendAxis, string> = {
  time: `CAST(quarter_hour * ${QUARTER_HOUR} AS TEXT)`,
  model: 'model',
  project: 'project',
  lane: 'lane',
  labels: 'labels',
  run: 'run_id',
  refusal: "coalesce(refusal, '')",
  agent: 'agent',
  gateway: "coalesce(gateway, '')",
  account: "coalesce(account, '')",
};

/** The sums of every quarter of an hour, and beside them what is held. */
const SUMS = `SELECT quarter_hour * ${QUARTER_HOUR} AS held_ms, quarter_hour, model, lane, project, labels, agent,
    NULL AS run_id, NULL AS gateway, NULL AS account, NULL AS state, NULL AS refusal, NULL AS prompt,
    settled_nano, unconfirmed_nano, requests, unconfirmed_requests, images,
    0 AS held_nano
  FROM spending
  UNION ALL
  SELECT quarter_hour * ${QUARTER_HOUR}, quarter_hour, model, lane, project, labels, agent,
    NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, held_nano
  FROM held_sums`;

/** The same of every attempt, for what the sums do not tell apart. */
const EACH = `SELECT held_ms, CAST(floor(held_ms / ${QUARTER_HOUR}.0) AS BIGINT) AS quarter_hour, model, lane,
    coalesce(project, '') AS project, labels, coalesce(agent, '') AS agent, run_id, gateway, account, state, refusal,
    prompt,
    coalesce(b.amount_nano, 0) AS settled_nano,
    CASE state WHEN 'unconfirmed' THEN expected_nano ELSE 0 END AS unconfirmed_nano,
    CASE WHEN b.attempt_id IS NULL THEN 0 ELSE 1 END AS requests,
    CASE state WHEN 'unconfirmed' THEN 1 ELSE 0 END AS unconfirmed_requests,
    (SELECT count(*) FROM images i WHERE i.attempt_id = a.attempt_id AND cell IS NULL) AS images,
    coalesce(h.amount_nano, 0) AS held_nano
  FROM attempts a JOIN runs USING (run_id) LEFT JOIN bills b USING (attempt_id) LEFT JOIN holds h USING (attempt_id)`;

export async function spending(
  database: Queries,
  { by, ...filter }: SpendQuery,
): Promise<readonly SpendSlice[]> {
  const isSummed =
    !['run', 'gateway', 'account', 'refusal'].includes(by) &&
    filter.run === undefined &&
    !filter.only?.length &&
    !filter.words?.length &&
    // Days begin with a quarter of an hour; "12h" does not.
    [filter.since, filter.until].every((at) => at === null || at % QUARTER_HOUR === 0);
  const rows = await database.all(
    `SELECT ${AXES[by]} AS key, sum(settled_nano) AS settled, sum(unconfirmed_nano) AS unconfirmed,
       sum(held_nano) AS held, sum(requests) AS requests, sum(unconfirmed_requests) AS unconfirmed_requests,
       sum(images) AS images
     FROM (${isSummed ? SUMS : EACH}) AS sums WHERE ${NARROWED} GROUP BY key`,
    ...filterValues(filter),
  );
  return rows.map((row) => ({
    key: text(row, 'key'),
    settled: money(row, 'settled'),
    unconfirmed: money(row, 'unconfirmed'),
    held: money(row, 'held'),
    requests: count(row, 'requests'),
    unconfirmedRequests: count(row, 'unconfirmed_requests'),
    images: count(row, 'images'),
  }));
}

export async function accuracy(database: Queries, filter: Filter): Promise<readonly Accuracy[]> {
  const rows = await database.all(
    `SELECT * FROM (
       SELECT model, attempt_id, expected_nano, amount_nano,
         count(*) OVER by_model AS bills, sum(expected_nano) OVER by_model AS quoted,
         sum(amount_nano) OVER by_model AS billed,
         count(*) FILTER (WHERE amount_nano BETWEEN low_nano AND high_nano) OVER by_model AS inside,
         row_number() OVER (PARTITION BY model ORDER BY abs(amount_nano - expected_nano) * 1.0
           / CASE WHEN expected_nano > 1 THEN expected_nano ELSE 1 END DESC, attempt_id) AS place
       FROM attempts JOIN runs USING (run_id) JOIN bills USING (attempt_id)
       WHERE basis = 'metered' AND attempt_id IN (SELECT attempt_id FROM images)
         AND ${NARROWED}
       WINDOW by_model AS (PARTITION BY model)) AS worst_first
     WHERE place = 1 ORDER BY bills DESC, model`,
    ...filterValues(filter),
  );
  return rows.map(toAccuracy);
}

/** Of attempts that brought a picture: a refusal says nothing about what one takes. */
export async function priceHistory(
  database: Queries,
  model: string,
  size: Size,
): Promise<PriceHistory | null> {
  const bills = await database.all(
    `SELECT attempt_id, images FROM attempts JOIN bills USING (attempt_id)
     WHERE model = ? AND size = ? AND basis = 'metered' AND attempt_id IN (SELECT attempt_id FROM images)
     ORDER BY held_ms DESC LIMIT ${LATEST_BILLS}`,
    model,
    size,
  );
  if (bills.length < ENOUGH_BILLS) return null;
  const lines = await database.all(
    `SELECT meter, sum(quantity) AS quantity FROM bill_lines
     WHERE attempt_id IN (SELECT value FROM json_each(?)) GROUP BY meter`,
    JSON.stringify(bills.map((bill) => text(bill, 'attempt_id'))),
  );
  return {
    pictures: bills.reduce((sum, bill) => sum + count(bill, 'images'), 0),
    quantities: Object.fromEntries(
      readable(lines, (line) => [word(line, 'meter', METERS), count(line, 'quantity')]),
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
export function book(database: Queries, attempt: Row, booking: Booking): void {
  database.tell(
    `INSERT INTO spending (quarter_hour, model, lane, project, labels, agent,
       settled_nano, unconfirmed_nano, requests, unconfirmed_requests, images)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (quarter_hour, model, lane, project, labels, agent) DO UPDATE SET
       settled_nano = spending.settled_nano + excluded.settled_nano,
       unconfirmed_nano = spending.unconfirmed_nano + excluded.unconfirmed_nano,
       requests = spending.requests + excluded.requests,
       unconfirmed_requests = spending.unconfirmed_requests + excluded.unconfirmed_requests,
       images = spending.images + excluded.images`,
    quarterOf(count(attempt, 'held_ms')),
    text(attempt, 'model'),
    text(attempt, 'lane'),
    textOrNull(attempt, 'project') ?? '',
    text(attempt, 'labels'),
    textOrNull(attempt, 'agent') ?? '',
    booking.settled ?? 0n,
    booking.unconfirmed ?? 0n,
    booking.requests ?? 0n,
    booking.unconfirmedRequests ?? 0n,
    booking.images ?? 0n,
  );
}

export const quarterOf = (at: number): number => Math.floor(at / QUARTER_HOUR);

import type { Usd } from '../../core/pricing/money.ts';
import { QUARTER_HOUR } from '../../core/policy/calendar.ts';
import type { Database, Row } from './database.ts';
import { count, text, textOrNull } from './row.ts';

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

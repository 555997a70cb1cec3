import { randomUUID } from 'node:crypto';
import type { Row } from '../queries.ts';
import { count } from '../row.ts';

/**
 * Numbers the transactions of a connection. Each leaves its number at the server, so that of the last one it is known whether it was
 * kept, also by a server that crashed: the numbers that PostgreSQL gives are given out again where nothing of them reached the disk.
 */
export interface CommitNumbers {
  /** What the next transaction begins with. */
  next(): string;
  /** Asks for the number of the last transaction that was kept. */
  readonly last: string;
  /** Whether an answer to `last` is about the latest one. */
  isLatest(answer: Row): boolean;
}

export function commitNumbers(): CommitNumbers {
  const connection = randomUUID();
  let latest = 0;
  return {
    next() {
      latest += 1;
      return `${latest === 1 ? FORGET : ''}
        INSERT INTO commits (connection, number) VALUES ('${connection}', ${latest})
          ON CONFLICT (connection) DO UPDATE SET number = excluded.number, committed_at = excluded.committed_at`;
    },
    last: `SELECT number FROM commits WHERE connection = '${connection}'`,
    isLatest: (answer) => answer['number'] !== undefined && count(answer, 'number') === latest,
  };
}

/** Connections end, by kill -9 too, and nobody asks for their numbers then. */
const FORGET = `DELETE FROM commits WHERE committed_at < clock_timestamp() - interval '1 day';`;

import { z } from 'zod';
import { LANES, METERS, SIZES, UNITS, type Aspect } from '../../core/catalogue/model.ts';
import { isFailureKind } from '../../core/errors.ts';
import { BASES, type Bill, type Line } from '../../core/pricing/types.ts';
import type { QuotedTerms } from '../../core/pricing/quoted-terms.ts';
import type {
  Asked,
  AttemptPlan,
  Filter,
  HistoryQuery,
  Once,
  Receipt,
  ReceiptQuery,
} from '../../ports/index.ts';
import { AskedJson, SavePlanJson, TermsJson } from '../journal/answer-file.ts';
import { stateOf, labelsOf } from './attempts.ts';
import type { Queries, Row } from './queries.ts';
import { filterValues, NARROWED } from './filter.ts';
import { withCells } from './images.ts';
import { count, damageIn, money, moneyOrNull, readable, text, textOrNull, word, wordOrNull } from './row.ts';
import { nameOfHost } from './owner.ts';

const Sentences = z.array(z.string());

const FOUND: Record<ReceiptQuery['by'], string> = {
  path: 'attempt_id IN (SELECT attempt_id FROM images WHERE path = ?)',
  sha256: 'attempt_id IN (SELECT attempt_id FROM images WHERE sha256 = ?)',
  run: 'run_id = ?',
  attempt: 'attempt_id = ?',
  'start of an id': 'substr(attempt_id, 1, length(?1)) = ?1 OR substr(run_id, 1, length(?1)) = ?1',
};

const WHOLE = `SELECT a.*, r.command, r.project, r.labels, r.started_ms, r.outcome, r.max_cost_nano, r.agent,
    r.idempotency_key, r.order_hash,
    d.charged AS decided, d.who, d.decided_ms
  FROM attempts a JOIN runs r USING (run_id) LEFT JOIN decisions d USING (attempt_id)`;

/** `here` is the host of this process. */
export async function receipts(
  database: Queries,
  { by, value }: ReceiptQuery,
  here: string,
): Promise<readonly Receipt[]> {
  const rows = await database.all(`${WHOLE} WHERE ${FOUND[by]} ORDER BY held_ms, a.rowid`, value);
  const details = await detailsOf(database, rows);
  return readable(rows, (row) => receiptOf(row, details, here));
}

export async function history(
  database: Queries,
  { limit, skip = 0, after, ...filter }: HistoryQuery,
  here: string,
): Promise<readonly Receipt[]> {
  const rows = await database.all(
    `${WHOLE} WHERE ${NARROWED}
       AND ((held_ms, a.rowid) < (SELECT held_ms, rowid FROM attempts WHERE attempt_id = ?11) OR ?11 IS NULL)
     ORDER BY held_ms DESC, a.rowid DESC LIMIT ?12 OFFSET ?13`,
    ...filterValues(filter),
    after ?? null,
    limit,
    skip,
  );
  const details = await detailsOf(database, rows);
  return readable(rows, (row) => receiptOf(row, details, here));
}

export async function countOf(database: Queries, filter: Filter): Promise<number> {
  const row = await database.get(
    `SELECT count(*) AS requests FROM attempts JOIN runs USING (run_id) WHERE ${NARROWED}`,
    ...filterValues(filter),
  );
  return row === undefined ? 0 : count(row, 'requests');
}

// Whoever asks waits for it, and older ones are hardly looked at any more.
const LOOKED_THROUGH = 50_000;

/** Names the rows of the latest attempts that cannot be read, a sentence each. */
export async function brokenAttempts(database: Queries): Promise<readonly string[]> {
  const rows = await database.all(`${WHOLE} ORDER BY held_ms DESC LIMIT ?`, LOOKED_THROUGH);
  const details = await detailsOf(database, rows);
  return rows.flatMap((row) => {
    const damage = damageIn(row, (row) => receiptOf(row, details, ''));
    return damage === null ? [] : [`Attempt ${text(row, 'attempt_id')} cannot be read: ${damage}.`];
  });
}

/** What belongs to an attempt, as rows that are still to be read. */
type Details = (attemptId: string) => {
  readonly bill: Row | undefined;
  readonly lines: readonly Row[];
  readonly images: readonly Row[];
};

/** Asked for together: a question for each attempt would be thousands. */
async function detailsOf(database: Queries, attempts: readonly Row[]): Promise<Details> {
  const ids = JSON.stringify(attempts.map((row) => text(row, 'attempt_id')));
  const rowsIn = async (table: string, order = ''): Promise<ReadonlyMap<string, readonly Row[]>> => {
    const theirs = 'attempt_id IN (SELECT value FROM json_each(?))';
    const rows = await database.all(`SELECT * FROM ${table} WHERE ${theirs} ${order}`, ids);
    const byAttempt = new Map<string, Row[]>();
    for (const row of rows) {
      const id = text(row, 'attempt_id');
      const known = byAttempt.get(id);
      if (known === undefined) byAttempt.set(id, [row]);
      else known.push(row);
    }
    return byAttempt;
  };
  const bills = await rowsIn('bills');
  const lines = await rowsIn('bill_lines', 'ORDER BY line');
  const images = await rowsIn('images', 'ORDER BY n');
  return (id) => ({ bill: bills.get(id)?.[0], lines: lines.get(id) ?? [], images: images.get(id) ?? [] });
}

function receiptOf(row: Row, details: Details, here: string): Receipt {
  const host = nameOfHost(text(row, 'host'));
  const { bill, lines, images } = details(text(row, 'attempt_id'));
  const charged = wordOrNull(row, 'decided', ['yes', 'no']);
  const releasedAs = textOrNull(row, 'released_as') ?? '';
  return {
    run: {
      ...runOf(row),
      agent: textOrNull(row, 'agent'),
      once: onceIn(row),
      outcome: textOrNull(row, 'outcome'),
    },
    attempt: planOf(row),
    state: stateOf(row),
    elsewhere: host === nameOfHost(here) ? null : host,
    why: textOrNull(row, 'why'),
    refusal: textOrNull(row, 'refusal'),
    releasedAs: isFailureKind(releasedAs) ? releasedAs : null,
    decision: charged && { charged, who: text(row, 'who'), at: count(row, 'decided_ms') },
    sends: count(row, 'sends'),
    heldAt: count(row, 'held_ms'),
    bill: bill === undefined ? null : { ...billIn(bill, lines), settledAt: count(bill, 'settled_ms') },
    images: withCells(images),
    differences: differencesIn(row),
  };
}

/** Who wanted it, and what for. */
export const runOf = (row: Row) => ({
  runId: text(row, 'run_id'),
  command: text(row, 'command'),
  at: count(row, 'started_ms'),
  project: textOrNull(row, 'project'),
  labels: labelsOf(row),
  maxCost: moneyOrNull(row, 'max_cost_nano'),
});

export function planOf(row: Row): AttemptPlan {
  return {
    attemptId: text(row, 'attempt_id'),
    runId: text(row, 'run_id'),
    model: text(row, 'model'),
    gateway: textOrNull(row, 'gateway') ?? undefined,
    account: textOrNull(row, 'account') ?? undefined,
    wire: word(row, 'wire', ['generateContent', 'predict']),
    lane: word(row, 'lane', LANES),
    size: word(row, 'size', SIZES),
    aspect: aspectIn(row),
    images: count(row, 'images'),
    prompt: text(row, 'prompt'),
    low: money(row, 'low_nano'),
    expected: money(row, 'expected_nano'),
    high: money(row, 'high_nano'),
    save: SavePlanJson.parse(JSON.parse(text(row, 'save_plan'))),
    terms: termsIn(row),
    asked: askedIn(row),
  };
}

function onceIn(row: Row): Once | null {
  const key = textOrNull(row, 'idempotency_key');
  return key === null ? null : { key, order: text(row, 'order_hash') };
}

function differencesIn(row: Row): readonly string[] {
  const differences = textOrNull(row, 'differences');
  return differences === null ? [] : Sentences.parse(JSON.parse(differences));
}

function askedIn(row: Row): Asked | undefined {
  const asked = textOrNull(row, 'asked');
  return asked === null ? undefined : AskedJson.parse(JSON.parse(asked));
}

function termsIn(row: Row): QuotedTerms | undefined {
  const terms = textOrNull(row, 'terms');
  return terms === null ? undefined : TermsJson.parse(JSON.parse(terms));
}

function aspectIn(row: Row): Aspect | null {
  const [, width, height] = /^(\d+):(\d+)$/.exec(textOrNull(row, 'aspect') ?? '') ?? [];
  return width === undefined || height === undefined ? null : `${Number(width)}:${Number(height)}`;
}

const billIn = (row: Row, lines: readonly Row[]): Bill => ({
  basis: word(row, 'basis', BASES),
  charged: word(row, 'charged', ['yes', 'no', 'unknown']),
  amount: money(row, 'amount_nano'),
  lines: lines.map(lineOf),
});

function lineOf(row: Row): Line {
  return {
    meter: word(row, 'meter', METERS),
    quantity: count(row, 'quantity'),
    unit: word(row, 'unit', UNITS),
    rate: money(row, 'rate_nano'),
    per: count(row, 'per'),
    amount: money(row, 'amount_nano'),
  };
}

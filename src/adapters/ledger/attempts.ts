import {
  afterLoss,
  ATTEMPT_STATES,
  stateAfter,
  type AttemptState,
  type AttemptStep,
} from '../../core/policy/attempt-state.ts';
import type { FailureKind } from '../../core/errors.ts';
import { minus, ZERO } from '../../core/pricing/money.ts';
import type { Bill } from '../../core/pricing/types.ts';
import type { AttemptPlan, RunStart } from '../../ports/index.ts';
import { TermsJson } from '../journal/answer-file.ts';
import type { Awaitable, Queries, Row } from './queries.ts';
import type { Owner } from './owner.ts';
import { money, text, textOrNull, word } from './row.ts';
import { book } from './reports.ts';

export function insertHeld(database: Queries, plan: AttemptPlan, owner: Owner, now: number): void {
  database.tell(
    `INSERT INTO attempts (attempt_id, run_id, state, model, gateway, account, wire, lane, size, aspect, images, prompt,
       low_nano, expected_nano, high_nano, save_plan, terms, asked, owner, host, pid, process_start, held_ms, changed_ms)
     VALUES (?, ?, 'held', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    plan.attemptId,
    plan.runId,
    plan.model,
    plan.gateway ?? null,
    plan.account ?? null,
    plan.wire,
    plan.lane,
    plan.size,
    plan.aspect,
    plan.images,
    plan.prompt,
    plan.low,
    plan.expected,
    plan.high,
    JSON.stringify(plan.save),
    plan.terms === undefined ? null : JSON.stringify(TermsJson.encode(plan.terms)),
    plan.asked === undefined ? null : JSON.stringify(plan.asked),
    owner.id,
    owner.host,
    owner.pid,
    owner.startedAt,
    now,
    now,
  );
  database.tell('INSERT INTO holds (attempt_id, amount_nano) VALUES (?, ?)', plan.attemptId, plan.high);
}

/** Who takes a step, and when. */
export interface Taker {
  /** null for people, who decide whoever has it. */
  readonly owner: Pick<Owner, 'id'> | null;
  readonly now: Awaitable<number>;
}

/** Takes one step and returns the attempt as it was before; null where another process has it, and goes on with it. */
export async function take(
  database: Queries,
  attemptId: string,
  step: AttemptStep,
  { owner, now }: Taker,
  why: string | null = null,
): Promise<Row | null> {
  const attempt = await attemptOf(database, attemptId);
  const isLost = owner !== null && attempt !== undefined && !isOf(attempt, owner);
  const to = isLost
    ? afterLoss(stateOf(attempt), step)
    : stateAfter(attemptId, attempt === undefined ? null : stateOf(attempt), step);
  if (attempt === undefined) throw new TypeError('a step was allowed for an attempt that does not exist');
  if (to === null) return null;
  move(database, attempt, to, await now, why);
  return attempt;
}

/** Whether it is this process's, or nobody's. */
const isOf = (attempt: Row, { id }: Pick<Owner, 'id'>): boolean =>
  (textOrNull(attempt, 'owner') ?? id) === id;

/** Puts an attempt into a state, and moves its money to where that state counts it. */
export function move(
  database: Queries,
  attempt: Row,
  to: AttemptState,
  now: number,
  why: string | null,
): void {
  const attemptId = text(attempt, 'attempt_id');
  const expected = money(attempt, 'expected_nano');
  database.tell(
    'UPDATE attempts SET state = ?, why = ?, changed_ms = ?, sends = sends + ? WHERE attempt_id = ?',
    to,
    why,
    now,
    to === 'sent',
    attemptId,
  );
  if (to === 'settled' || to === 'released' || to === 'unconfirmed')
    database.tell('DELETE FROM holds WHERE attempt_id = ?', attemptId);
  if (to === 'unconfirmed') book(database, attempt, { unconfirmed: expected, unconfirmedRequests: 1 });
  if (stateOf(attempt) === 'unconfirmed')
    book(database, attempt, { unconfirmed: minus(ZERO, expected), unconfirmedRequests: -1 });
}

export function insertBill(database: Queries, attempt: Row, bill: Bill, now: number): void {
  const attemptId = text(attempt, 'attempt_id');
  database.tell(
    'INSERT INTO bills (attempt_id, basis, charged, amount_nano, settled_ms) VALUES (?, ?, ?, ?, ?)',
    attemptId,
    bill.basis,
    bill.charged,
    bill.amount,
    now,
  );
  for (const [index, { meter, quantity, unit, rate, per, amount }] of bill.lines.entries())
    database.tell(
      `INSERT INTO bill_lines (attempt_id, line, meter, quantity, unit, rate_nano, per, amount_nano)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      attemptId,
      index + 1,
      meter,
      quantity,
      unit,
      rate,
      per,
      amount,
    );
  book(database, attempt, { settled: bill.amount, requests: 1 });
}

/** Gives an attempt's hold back; the kind says what it failed of. */
export async function release(
  database: Queries,
  attemptId: string,
  why: string,
  as: FailureKind,
  taker: Taker,
): Promise<void> {
  if ((await take(database, attemptId, 'release', taker, why)) === null) return;
  database.tell('UPDATE attempts SET released_as = ? WHERE attempt_id = ?', as, attemptId);
}

/** Bills an attempt for an answer that came. */
export async function settle(
  database: Queries,
  attemptId: string,
  bill: Bill,
  refusal: string | null,
  taker: Taker,
): Promise<void> {
  const attempt = await take(database, attemptId, 'settle', taker);
  if (attempt === null) return;
  insertBill(database, attempt, bill, await taker.now);
  database.tell('UPDATE attempts SET refusal = ? WHERE attempt_id = ?', refusal, attemptId);
}

/** Writes down what somebody knows of an attempt whose outcome was unknown. */
export async function decide(
  database: Queries,
  attemptId: string,
  bill: Bill | null,
  who: string,
  now: number,
): Promise<void> {
  const taker = { owner: null, now };
  if (bill !== null) {
    const attempt = await take(database, attemptId, 'charge', taker);
    if (attempt !== null) insertBill(database, attempt, bill, now);
  } else {
    await take(database, attemptId, 'absolve', taker, 'said not to be charged');
    database.tell("UPDATE attempts SET released_as = 'unconfirmed' WHERE attempt_id = ?", attemptId);
  }
  database.tell(
    'INSERT INTO decisions (attempt_id, charged, who, decided_ms) VALUES (?, ?, ?, ?)',
    attemptId,
    bill === null ? 'no' : 'yes',
    who,
    now,
  );
}

export async function attemptOf(database: Queries, attemptId: string): Promise<Row | undefined> {
  return database.get(
    `SELECT a.*, r.project, r.labels, r.agent, save_plan ->> 'cwd' AS cwd
     FROM attempts a JOIN runs r USING (run_id) WHERE attempt_id = ?`,
    attemptId,
  );
}

export const stateOf = (attempt: Row): AttemptState => word(attempt, 'state', ATTEMPT_STATES);

export function insertRun(database: Queries, run: RunStart): void {
  database.tell(
    // One that is resumed goes on under its name.
    `INSERT INTO runs (run_id, command, project, labels, max_cost_nano, started_ms, agent, idempotency_key, order_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run_id) DO UPDATE SET max_cost_nano = excluded.max_cost_nano, ended_ms = NULL, outcome = NULL`,
    run.runId,
    run.command,
    run.project,
    // Sorted, because spending is summed up by the text of a set of labels.
    JSON.stringify([...new Set(run.labels)].toSorted()),
    run.maxCost ?? null,
    run.at,
    run.agent ?? null,
    run.once?.key ?? null,
    run.once?.order ?? null,
  );
}

export function endRun(database: Queries, runId: string, outcome: string, now: number): void {
  database.tell('UPDATE runs SET ended_ms = ?, outcome = ? WHERE run_id = ?', now, outcome, runId);
}

export function labelsOf(row: Row): readonly string[] {
  const labels: unknown = JSON.parse(text(row, 'labels'));
  return Array.isArray(labels) ? labels.map(String) : [];
}

import { attemptIdOf, hashIn } from '../../core/manifest/fingerprint.ts';
import type { WindowOf } from '../../core/policy/budget.ts';
import { ATTEMPT_STATES, isOpen, type AttemptState } from '../../core/policy/attempt-state.ts';
import type { AttemptPlan, QueueBar, QueueItem, RunStart } from '../../ports/index.ts';
import { insertRun } from '../ledger/attempts.ts';
import { refusalOf } from '../ledger/budgets.ts';
import { TermsJson } from '../journal/answer-file.ts';
import { keepInput } from '../ledger/job-inputs.ts';
import { QUEUE } from '../ledger/owner.ts';
import type { Queries } from '../ledger/queries.ts';
import { count, text, word } from '../ledger/row.ts';
import { withoutNul } from '../ledger/texts.ts';
import { ticketIds, type Engine } from './engine.ts';

/** What the ledger knows of pictures: how many attempts were made at each, and why no other is to be made. */
interface Past {
  readonly attempts: number;
  readonly bar: QueueBar | null;
}

export async function pastOf(
  database: Queries,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, Past>> {
  const rows = await database.all(
    `SELECT h.value AS hash, a.attempt_id, a.state,
       EXISTS (SELECT 1 FROM images i WHERE i.attempt_id = a.attempt_id) AS has_image
     FROM (SELECT value FROM json_each(?)) AS h
       JOIN attempts a ON a.attempt_id > h.value || '-' AND a.attempt_id < h.value || '.'
     ORDER BY length(a.attempt_id), a.attempt_id`,
    JSON.stringify(hashes),
  );
  const past = new Map<string, Past>();
  for (const row of rows) {
    const hash = text(row, 'hash');
    const attempts = (past.get(hash)?.attempts ?? 0) + 1;
    past.set(hash, {
      attempts,
      bar: barOf(word(row, 'state', ATTEMPT_STATES), count(row, 'has_image') > 0),
    });
  }
  return past;
}

/** Why nothing is bought after an attempt in such a state. */
function barOf(state: AttemptState, hasImage: boolean): QueueBar | null {
  if (isOpen(state)) return 'under way';
  if (state === 'saved') return hasImage ? 'bought' : 'refused';
  return state === 'unconfirmed' ? 'unconfirmed' : null;
}

/** Those that are to be bought, numbered as the next attempts at their pictures; of equal ones, the first. */
async function wanted(database: Queries, items: readonly QueueItem[]): Promise<readonly QueueItem[]> {
  const hashes = items.map(({ plan }) => hashIn(plan.attemptId) ?? '');
  const past = await pastOf(database, [...new Set(hashes)]);
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const hash = hashes[index] ?? '';
    const { attempts, bar } = past.get(hash) ?? { attempts: 0, bar: null };
    // What somebody bought meanwhile is not asked for once more.
    const isThere = bar === 'bought' && item.instead !== undefined;
    const isBarred = bar === 'under way' || isThere || (bar !== null && !item.again);
    if (seen.has(hash) || isBarred) return [];
    seen.add(hash);
    return { ...item, plan: { ...item.plan, attemptId: attemptIdOf(hash, attempts + 1) } };
  });
}

/** A job is of one model: what is gathered into jobs is handed out model by model, and all else as it came. */
const byModel = (items: readonly QueueItem[]): readonly QueueItem[] => {
  const isBatch = ({ plan }: QueueItem): boolean => plan.lane === 'batch';
  const gathered = items.filter(isBatch).toSorted((a, b) => (a.plan.model < b.plan.model ? -1 : 1));
  return [...items.filter((item) => !isBatch(item)), ...gathered];
};

/** Holds items for the queue, in whose name they are held from then on. Failure `budget` where there is no room for them. */
export async function addItems(
  database: Queries,
  run: RunStart,
  items: readonly QueueItem[],
  { now, engine, windowOf }: { readonly now: number; readonly engine: Engine; readonly windowOf: WindowOf },
): Promise<readonly AttemptPlan[]> {
  const added = byModel(await wanted(database, items));
  if (added.length === 0) return [];
  insertRun(database, run);
  const plans = added.map(({ plan }) => plan);
  const refused = await refusalOf(database, plans, now, windowOf);
  if (refused !== null) throw refused;
  const ticketId = ticketIds(now);
  const tickets = added.map(({ plan, urgent }) => ({ ticket: ticketId(), lane: plan.lane, urgent }));
  await keepInputs(database, added);
  for (let start = 0; start < added.length; start += PIECE) {
    const rows = added.slice(start, start + PIECE).map((item, index) => ({
      ...attemptRow(item.plan, now),
      name: withoutNul(item.name),
      urgent: item.urgent ? 1 : 0,
      ticket: tickets[start + index]?.ticket,
    }));
    const json = JSON.stringify(rows);
    for (const statement of INSERTS) await database.run(statement, json);
  }
  for (const { plan, inputs } of added) {
    for (const [n, { sha256, width, height }] of inputs.entries())
      await database.run(
        'INSERT INTO queue_inputs (attempt_id, n, sha256, width, height) VALUES (?, ?, ?, ?, ?)',
        plan.attemptId,
        n,
        sha256,
        width,
        height,
      );
  }
  const instead = JSON.stringify(added.flatMap((item) => item.instead ?? []));
  await database.run(`DELETE FROM queue_inputs WHERE ${LISTED}`, instead);
  await database.run(`DELETE FROM queue_items WHERE ${LISTED}`, instead);
  await engine.put(database, tickets);
  return plans;
}

const LISTED = 'attempt_id IN (SELECT value FROM json_each(?))';

/** Rows of one statement. */
const PIECE = 1_000;

/** Columns of an attempt, and their types. */
const COLUMNS: readonly (readonly [string, 'text' | 'bigint' | 'json'])[] = [
  ...texts(
    'attempt_id run_id state model gateway account wire lane size aspect prompt terms asked owner host',
  ),
  ['process_start', 'text'],
  ['save_plan', 'json'],
  ...['images', 'low_nano', 'expected_nano', 'high_nano', 'pid', 'held_ms', 'changed_ms'].map(
    (name) => [name, 'bigint'] as const,
  ),
];

function texts(names: string): readonly (readonly [string, 'text'])[] {
  return names.split(' ').map((name) => [name, 'text']);
}

const RECORDS = `json_to_recordset(?::json) AS x (${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')},
  ticket text, name text, urgent bigint)`;
const NAMES = COLUMNS.map(([name]) => name).join(', ');

/** Thirty thousand rows one by one would have the ledger for half a minute. */
const INSERTS = [
  `INSERT INTO attempts (${NAMES}) SELECT ${NAMES} FROM ${RECORDS}`,
  `INSERT INTO holds (attempt_id, amount_nano, queued) SELECT attempt_id, high_nano, 1 FROM ${RECORDS}`,
  `INSERT INTO queue_items (attempt_id, run_id, ticket, name, urgent, state, nano, added_ms)
   SELECT attempt_id, run_id, ticket, name, urgent, 'waiting', high_nano, held_ms FROM ${RECORDS}`,
];

function attemptRow(plan: AttemptPlan, now: number): Readonly<Record<string, unknown>> {
  return {
    attempt_id: plan.attemptId,
    run_id: plan.runId,
    state: 'held',
    model: plan.model,
    gateway: plan.gateway ?? null,
    account: plan.account ?? null,
    wire: plan.wire,
    lane: plan.lane,
    size: plan.size,
    aspect: plan.aspect,
    images: plan.images,
    prompt: withoutNul(plan.prompt),
    low_nano: String(plan.low),
    expected_nano: String(plan.expected),
    high_nano: String(plan.high),
    save_plan: plan.save,
    terms: plan.terms === undefined ? null : JSON.stringify(TermsJson.encode(plan.terms)),
    asked: plan.asked === undefined ? null : JSON.stringify(plan.asked),
    owner: QUEUE.id,
    host: QUEUE.host,
    pid: QUEUE.pid,
    process_start: QUEUE.startedAt,
    held_ms: now,
    changed_ms: now,
  };
}

/** Each picture is sent once, however many show it. */
async function keepInputs(database: Queries, items: readonly QueueItem[]): Promise<void> {
  const kept = new Set<string>();
  for (const { bytes, ...input } of items.flatMap(({ inputs }) => inputs)) {
    if (bytes === null || kept.has(input.sha256)) continue;
    kept.add(input.sha256);
    await keepInput(database, { ...input, bytes });
  }
}

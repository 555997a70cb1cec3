import { join } from 'node:path';
import type { LedgerFacts } from '../../core/doctor.ts';
import { LIMIT_METERS, recovered } from '../../core/policy/rate-limits.ts';
import type { Clock } from '../../ports/index.ts';
import { journal } from '../journal/journal.ts';
import { holders } from './hosts.ts';
import { abandoned, lifeSigns } from './reclaim.ts';
import { contradictions } from './check.ts';
import { openDatabase, type Database } from './database.ts';
import type { Backend, Queries, Row } from './queries.ts';
import { MIGRATIONS, SINCE } from './migrations.ts';
import { APPLICATION_ID, pragma, sizeOf } from './open-ledger.ts';
import { isAlive, thisProcess } from './owner.ts';
import { count, money, text, word } from './row.ts';
import { damaged, ledgerTrouble, tooNew } from './errors.ts';

/** The books in a folder, looked at and left as they are. Failure where they cannot be read. */
export async function inspectLedger(
  state: string,
  clock: Pick<Clock, 'now'>,
  ledger = state,
): Promise<LedgerFacts> {
  const path = join(ledger, 'ledger.db');
  const answers = journal(join(state, 'journal'));
  const size = await sizeOf(path);
  if (size === null) {
    if ((await sizeOf(`${path}-wal`)) !== null) {
      throw damaged(path, 'it is gone, though its -wal file is still there', 'no');
    }
    return none(path, answers);
  }
  if (size === 0) throw damaged(path, 'it is empty', 'no');
  let database: Database | null = null;
  try {
    database = await openDatabase(path);
    database.exec('PRAGMA query_only = ON');
    if (pragma(database, 'application_id') !== APPLICATION_ID)
      throw damaged(path, 'it is no ledger of pixtab', 'no');
    const version = pragma(database, 'user_version');
    if (version > MIGRATIONS.length) throw tooNew(path);
    return await facts(database, path, version, answers, clock.now());
  } catch (error) {
    throw ledgerTrouble(error, path, 'no');
  } finally {
    await database?.close();
  }
}

/** The same of a ledger at a server. */
export async function inspectServer(backend: Backend, state: string): Promise<LedgerFacts> {
  const answers = journal(join(state, 'journal'));
  try {
    const connection = await backend.look();
    if (connection === null) return await none(backend.shown, answers);
    try {
      return await connection.snapshot(async (database, now) =>
        facts(database, backend.shown, MIGRATIONS.length, answers, await now),
      );
    } finally {
      await connection.close();
    }
  } catch (error) {
    throw backend.trouble(error, 'no');
  }
}

async function none(path: string, answers: ReturnType<typeof journal>): Promise<LedgerFacts> {
  const unsaved = (await answers.ids()).length;
  return {
    path,
    state: 'none',
    unsaved,
    contradictions: [],
    newest: null,
    interrupted: 0,
    hosts: [],
    jobs: [],
    limits: [],
  };
}

/** `version` is the number of steps that the ledger has: an older one lacks some tables. */
async function facts(
  database: Queries,
  path: string,
  version: number,
  answers: ReturnType<typeof journal>,
  now: number,
): Promise<LedgerFacts> {
  const kept = await answers.ids();
  const mortality = { owner: thisProcess(), isAlive, hasAnswer: (id: string) => answers.has(id) };
  const isWorkedOn = lifeSigns(database, mortality, now);
  // A job outlives the process that made it.
  const inJobs =
    version < SINCE.jobs
      ? ''
      : 'WHERE NOT EXISTS (SELECT 1 FROM batch_items i WHERE i.attempt_id = a.attempt_id)';
  const held = await database.all(`SELECT a.* FROM holds CROSS JOIN attempts a USING (attempt_id) ${inJobs}`);
  const dead: Row[] = [];
  for (const attempt of held) if (!(await isWorkedOn(attempt))) dead.push(attempt);
  const last = await database.get('SELECT held_ms FROM attempts ORDER BY held_ms DESC LIMIT 1');
  const unsaved = await abandoned(database, kept, mortality, now);
  return {
    path,
    state: version < MIGRATIONS.length ? 'older' : 'current',
    contradictions: await contradictions(database, version === MIGRATIONS.length),
    newest: last === undefined ? null : count(last, 'held_ms'),
    unsaved: unsaved.length,
    interrupted: dead.filter(({ attempt_id }) => !unsaved.includes(String(attempt_id))).length,
    hosts: version < SINCE.owners ? [] : await holders(database, mortality),
    jobs: version < SINCE.jobs ? [] : await jobsIn(database),
    limits: version < SINCE.limits ? [] : await limitsIn(database, now),
  };
}

async function jobsIn(database: Queries): Promise<LedgerFacts['jobs']> {
  const rows = await database.all(
    "SELECT stage, coalesce(ended_ms, sent_ms, planned_ms) AS since FROM batch_jobs WHERE stage <> 'done'",
  );
  return rows.map((row) => ({ ended: text(row, 'stage') === 'ended', since: count(row, 'since') }));
}

async function limitsIn(database: Queries, now: number): Promise<LedgerFacts['limits']> {
  const rows = await database.all('SELECT * FROM learned_limits ORDER BY account, model, meter');
  return rows.flatMap((row) => {
    const at = count(row, 'learned_ms');
    const most = recovered({ most: money(row, 'most'), at }, now);
    if (most === null) return [];
    const host = text(row, 'account').replace(/#.*$/, '');
    return { host, model: text(row, 'model'), meter: word(row, 'meter', LIMIT_METERS), most, at };
  });
}

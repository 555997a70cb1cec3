import { join } from 'node:path';
import type { LedgerFacts } from '../../core/doctor.ts';
import { LIMIT_METERS, recovered } from '../../core/policy/rate-limits.ts';
import type { Clock } from '../../ports/index.ts';
import { journal } from '../journal/journal.ts';
import { holders } from './hosts.ts';
import { abandoned, lifeSigns, type Mortality } from './reclaim.ts';
import { contradictions } from './check.ts';
import { openDatabase, type Database } from './database.ts';
import type { Row } from './queries.ts';
import { MIGRATIONS, SINCE } from './migrations.ts';
import { APPLICATION_ID, pragma, sizeOf } from './open-ledger.ts';
import { isAlive, thisProcess } from './owner.ts';
import { count, money, text, word } from './row.ts';
import { damaged, ledgerTrouble, tooNew } from './errors.ts';

/** The books in a folder, or the ledger in another, looked at and left as they are. Failure `disk` where they cannot be read. */
export async function inspectLedger(
  state: string,
  clock: Pick<Clock, 'now'>,
  ledger = state,
): Promise<LedgerFacts> {
  const path = join(ledger, 'ledger.db');
  const answers = journal(join(state, 'journal'));
  const kept = await answers.ids();
  const size = await sizeOf(path);
  if (size === null) {
    if ((await sizeOf(`${path}-wal`)) !== null) {
      throw damaged(path, 'it is gone, though its -wal file is still there', 'no');
    }
    const nothing = { contradictions: [], newest: null, interrupted: 0, hosts: [], jobs: [], limits: [] };
    return { path, state: 'none', unsaved: kept.length, ...nothing };
  }
  if (size === 0) throw damaged(path, 'it is empty', 'no');
  const mortality = { owner: thisProcess(), isAlive, hasAnswer: (id: string) => answers.has(id) };
  return read(path, (database) => facts(database, path, kept, mortality, clock.now()));
}

async function read<T>(path: string, work: (database: Database) => Promise<T>): Promise<T> {
  let database: Database | null = null;
  try {
    database = await openDatabase(path);
    database.exec('PRAGMA query_only = ON');
    return await work(database);
  } catch (error) {
    throw ledgerTrouble(error, path, 'no');
  } finally {
    database?.close();
  }
}

async function facts(
  database: Database,
  path: string,
  kept: readonly string[],
  mortality: Mortality,
  now: number,
): Promise<LedgerFacts> {
  if (pragma(database, 'application_id') !== APPLICATION_ID)
    throw damaged(path, 'it is no ledger of pixtab', 'no');
  const version = pragma(database, 'user_version');
  if (version > MIGRATIONS.length) throw tooNew(path);
  const isWorkedOn = lifeSigns(database, mortality, now);
  // A job outlives the process that made it.
  const inJobs = version < SINCE.jobs ? '' : 'WHERE attempt_id NOT IN (SELECT attempt_id FROM batch_items)';
  const held = database.all(`SELECT a.* FROM holds CROSS JOIN attempts a USING (attempt_id) ${inJobs}`);
  const dead: Row[] = [];
  for (const attempt of held) if (!(await isWorkedOn(attempt))) dead.push(attempt);
  const last = database.get('SELECT held_ms FROM attempts ORDER BY held_ms DESC LIMIT 1');
  const unsaved = await abandoned(database, kept, mortality, now);
  return {
    path,
    state: version < MIGRATIONS.length ? 'older' : 'current',
    contradictions: await contradictions(database, version === MIGRATIONS.length),
    newest: last === undefined ? null : count(last, 'held_ms'),
    unsaved: unsaved.length,
    interrupted: dead.filter(({ attempt_id }) => !unsaved.includes(String(attempt_id))).length,
    hosts: version < SINCE.owners ? [] : await holders(database, mortality),
    jobs: version < SINCE.jobs ? [] : jobsIn(database),
    limits: version < SINCE.limits ? [] : limitsIn(database, now),
  };
}

const jobsIn = (database: Database): LedgerFacts['jobs'] =>
  database
    .all(
      "SELECT stage, coalesce(ended_ms, coalesce(sent_ms, planned_ms)) AS since FROM batch_jobs WHERE stage <> 'done'",
    )
    .map((row) => ({ ended: text(row, 'stage') === 'ended', since: count(row, 'since') }));

const limitsIn = (database: Database, now: number): LedgerFacts['limits'] =>
  database.all('SELECT * FROM learned_limits ORDER BY account, model, meter').flatMap((row) => {
    const at = count(row, 'learned_ms');
    const most = recovered({ most: money(row, 'most'), at }, now);
    return most === null
      ? []
      : {
          host: text(row, 'account').replace(/#.*$/, ''),
          model: text(row, 'model'),
          meter: word(row, 'meter', LIMIT_METERS),
          most,
          at,
        };
  });

import { BEAT_MS } from '../../core/policy/lease.ts';
import { windows } from '../../core/policy/budget.ts';
import type { AttemptStep } from '../../core/policy/attempt-state.ts';
import type { Charged } from '../../core/errors.ts';
import type { Ledger, RunStart } from '../../ports/index.ts';
import { decide, endRun, insertHeld, insertRun, release, settle, take } from './attempts.ts';
import { refusalOf, removeBudget, setBudget, standings } from './budgets.ts';
import { abandoned, claim, handOver, orphans, reclaim, type Mortality } from './reclaim.ts';
import { contradictions } from './check.ts';
import type {
  Awaitable,
  Backend,
  Connection,
  EarlyWork,
  Queries,
  TransactionOptions,
  Work,
} from './queries.ts';
import { filings } from './names.ts';
import { insertImages, newestImages } from './images.ts';
import { countOf, history, receipts } from './receipts.ts';
import { forget, forgettable } from './forget.ts';
import { holders, letGo } from './hosts.ts';
import { batchJobs } from './jobs.ts';
import { beat, forgetProcesses, isKnown, isNewsAbroad, watch } from './processes.ts';
import { accuracy, priceHistory, spending } from './reports.ts';
import { runOfKey } from './keys.ts';
import { keepSecret, secretOf } from './secrets.ts';

export interface LedgerOptions extends Mortality {
  /** Shared by all ledgers of a process, which may be open for no longer than a step. */
  readonly unheard?: Set<string> | undefined;
  /** Runs something again and again, until it is told to end. */
  readonly every?: ((ms: number, work: () => void) => () => void) | undefined;
  /** Aborts when the user wants to leave at once: then nothing is waited for. */
  readonly leave?: AbortSignal | undefined;
}

/** How long a writer waits for the others once money is gone. */
const WHEN_PAID_MS = 10 * 60_000;

/** How long it waits when the user wants to leave at once, or nothing hangs on it. */
const PATIENCE_LEAVING_MS = 2_000;

/** No process is kept from ending by it. */
function onTimer(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms).unref();
  return () => clearInterval(timer);
}

/** The ledger, wherever it is kept. Opened at the first call. */
export function ledgerIn(backend: Backend, given: LedgerOptions): Ledger {
  const { owner, leave, every = onTimer, unheard = new Set() } = given;
  const options = { ...given, unheard };
  const windowOf = windows();
  let opening: Promise<Connection> | undefined;
  let stopBeating = (): void => {};
  /** Runs that have begun. Each is written with the first change of its attempts: that saves a transaction. */
  const begun: RunStart[] = [];
  /** The first hold prepares what the later ones use, and cleans up. */
  let hasHeld = false;

  async function open(): Promise<Connection> {
    const connection = await backend.open();
    // Opening the ledger writes nothing, unless there is something to reclaim, or to watch.
    const { lost, isNews } = await connection.snapshot(async (database, now) => ({
      lost: await orphans(database, options, now),
      isNews: await isNewsAbroad(database, owner),
    }));
    if (lost.length > 0 || isNews) {
      await connection.transaction(async (database, now) => {
        watch(database, owner, now);
        await reclaim(database, options, lost, now);
      });
    }
    stopBeating = every(BEAT_MS, () => void stayAlive(connection));
    return connection;
  }

  /** Whatever this process holds, others leave to it as long as they hear of it. */
  async function stayAlive(connection: Connection): Promise<void> {
    try {
      await connection.transaction(async (database, now) => {
        // Only who holds something has said so before.
        if (await isKnown(database, owner)) beat(database, owner, now);
      });
    } catch {
      // A ledger that is busy or gone says so to whoever needs it; nobody else can write either.
    }
  }

  /** `charged` says what a failure of the ledger at this point means for the money. */
  async function on<T>(charged: Charged, work: (connection: Connection) => Awaitable<T>): Promise<T> {
    try {
      opening ??= open();
      return await work(await opening);
    } catch (error) {
      throw backend.trouble(error, charged);
    }
  }

  /** Writes what begins with questions: a server is asked them in the journey in which the turn is asked for. */
  async function writeEarly<T>(
    charged: Charged,
    work: EarlyWork<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    let started: readonly RunStart[] = [];
    const result = await on(charged, (connection) =>
      connection.earlyTransaction(async (database, now) => {
        started = [...begun];
        if (started.length > 0) await now;
        for (const run of started) insertRun(database, run);
        return work(database, now);
      }, options),
    );
    for (const run of started) if (begun.includes(run)) begun.splice(begun.indexOf(run), 1);
    return result;
  }

  const write = <T>(charged: Charged, work: Work<T>, options?: TransactionOptions): Promise<T> =>
    writeEarly(charged, async (database, now) => work(database, await now), options);

  /** For what is known of a request that was sent: losing that would cost more than any wait. */
  const whenPaid = { patience: () => (leave?.aborted ? PATIENCE_LEAVING_MS : WHEN_PAID_MS) };

  async function step(
    database: Queries,
    attemptId: string,
    step: AttemptStep,
    now: Awaitable<number>,
    why?: string,
  ): Promise<void> {
    await take(database, attemptId, step, { owner, now }, why);
  }

  function read<T>(work: EarlyWork<T>): Promise<T> {
    return on('no', (connection) => connection.snapshot(work));
  }

  return {
    begin: (run) => on('no', () => void begun.push(run)),
    async hold(attempts) {
      const isFirst = !hasHeld;
      const lost = await read(async (database, now) => {
        // Read once before the lock is taken: statements and calendars are prepared while no other process waits.
        if (isFirst) await standings(database, now, windowOf);
        return orphans(database, options, now);
      });
      const refused = await writeEarly('no', async (database, now) => {
        if (lost.length > 0) await reclaim(database, options, lost, await now);
        const refused = await refusalOf(database, attempts, now, windowOf);
        const at = await now;
        beat(database, owner, at);
        watch(database, owner, at);
        if (isFirst) forgetProcesses(database, at);
        for (const { attemptId } of attempts) unheard.delete(attemptId);
        if (refused === null) for (const plan of attempts) insertHeld(database, plan, owner, at);
        return refused;
      }).catch((error: unknown) => {
        for (const { attemptId } of attempts) unheard.add(attemptId);
        throw error;
      });
      hasHeld = true;
      // Thrown outside the transaction, so that what was reclaimed stays so.
      if (refused !== null) throw refused;
    },
    sending: (attemptId) => writeEarly('no', (database, now) => step(database, attemptId, 'sending', now)),
    unsent: (attemptId) =>
      writeEarly('no', (database, now) => step(database, attemptId, 'unsent', now), whenPaid),
    replied: (attemptId) =>
      writeEarly('yes', (database, now) => step(database, attemptId, 'replied', now), whenPaid),
    settle: (attemptId, bill, refusal = null) =>
      writeEarly(
        bill.charged,
        (database, now) => settle(database, attemptId, bill, refusal, { owner, now }),
        whenPaid,
      ),
    saved: (attemptId, images, differences = []) =>
      writeEarly(
        'yes',
        async (database, now) => {
          const attempt = await take(database, attemptId, 'saved', { owner, now });
          if (attempt !== null) await insertImages(database, attempt, images, differences, await now);
        },
        whenPaid,
      ),
    release: (attemptId, why, as) =>
      writeEarly('no', (database, now) => release(database, attemptId, why, as, { owner, now }), whenPaid),
    unconfirm: (attemptId, why) =>
      writeEarly('unknown', (database, now) => step(database, attemptId, 'unconfirm', now, why), whenPaid),
    decide: (attemptId, bill, who) =>
      write('no', (database, now) => decide(database, attemptId, bill, who, now)),
    end: (runId, outcome) => write('no', (database, now) => endRun(database, runId, outcome, now), whenPaid),

    jobs: batchJobs(
      { read, write: (charged, work) => write(charged, work, charged === 'no' ? {} : whenPaid) },
      options,
      windowOf,
    ),
    claim: (plan) => write('yes', (database, now) => claim(database, plan, options, now)),
    // Whoever is kept waiting has paid already, and it is anybody's once this process has ended.
    handOver: (attemptId) =>
      write('yes', (database) => handOver(database, attemptId, owner), {
        patience: () => PATIENCE_LEAVING_MS,
      }),
    quoteSecret: async (fresh) =>
      (await read((database) => secretOf(database, 'quotes'))) ??
      write('no', (database) => keepSecret(database, 'quotes', fresh)),
    letGo: (host) => write('no', (database, now) => letGo(database, host, options, now)),
    setBudget: (budget) => write('no', (database, now) => setBudget(database, budget, now)),
    removeBudget: (scope) => write('no', (database) => removeBudget(database, scope)),

    holders: () => read((database) => holders(database, options)),
    standings: () => read((database, now) => standings(database, now, windowOf)),
    spending: (query) => read((database) => spending(database, query)),
    accuracy: (filter) => read((database) => accuracy(database, filter)),
    priceHistory: (model, size) => read((database) => priceHistory(database, model, size)),
    receipts: (query) => read((database) => receipts(database, query, owner.host)),
    runOfKey: (agent, key) => read((database) => runOfKey(database, agent, key)),
    history: (query) => read((database) => history(database, query, owner.host)),
    count: (filter) => read((database) => countOf(database, filter)),
    filings: () => read(filings),
    savedImages: () => read(newestImages),
    abandoned: (attemptIds) => read((database, now) => abandoned(database, attemptIds, options, now)),
    contradictions: () => read((database) => contradictions(database)),
    forgettable: (before) => read((database) => forgettable(database, before, options.hasAnswer)),
    forget: (before) =>
      write('no', (database) => forget(database, before, options.hasAnswer), { erases: true }),

    async close() {
      stopBeating();
      // A ledger that was never opened, or could not be, needs no closing.
      const closing = opening?.then((connection) => connection.close());
      opening = undefined;
      await closing?.catch(() => undefined);
    },
  };
}

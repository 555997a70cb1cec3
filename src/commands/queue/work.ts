import { exitCodeFor, Failure, mostPressing } from '../../core/errors.ts';
import { hashIn } from '../../core/manifest/fingerprint.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import type { Profile } from '../../core/providers/profile.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Clock, Deps, Queue, QueueStatus, Settings, Terminal, WorkMetrics } from '../../ports/index.ts';
import { livesHere } from '../../purchase/connection.ts';
import { heldRequest } from '../../purchase/queue/held-request.ts';
import type { WorkContext, WorkEvent } from '../../purchase/queue/work-context.ts';
import { work as worked } from '../../purchase/queue/worker.ts';
import { recover } from '../../purchase/recover.ts';
import type { PurchaseContext } from '../../purchase/request.ts';
import { withSession, type Session } from '../../purchase/session.ts';
import { provesStores, putsOriginals, storesFor } from '../../purchase/store-original.ts';
import type { Saver } from '../../purchase/types.ts';
import { tellFailure } from '../shared/command.ts';
import { documentOf, type Ending } from '../shared/envelope.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag, LIMITS, SENDING, STORE, WAITING } from '../shared/flags.ts';
import { listening } from '../shared/parse-flags.ts';
import { furtherSellers, modelsFor } from '../shared/price-flags.ts';
import { withQueue } from './control.ts';
import { jobsAtWork, queueSaver } from './job-context.ts';
import { workLog } from './work-log.ts';
import { NOTHING, tallying, type Tally, type WorkDone } from './work-tally.ts';

const FLAGS = [
  declare(
    '--until-empty',
    'end when nothing waits and nobody works; for jobs of the batch lane only with --wait (default: wait for more)',
  ),
  declare(
    '--metrics <host:port>',
    'serve figures as OpenMetrics at /metrics; :9464 is on this machine alone',
    {
      parse: listening,
    },
  ),
  declare('--log <form>', 'how it tells on stderr what it does', {
    choices: ['text', 'json'],
    default: 'text',
  }),
  flag.refusalRetries,
  ...STORE,
  ...SENDING,
  ...LIMITS,
  ...WAITING,
  flag.prices,
  ...COMMON,
] as const;
type WorkFlags = FlagsOf<typeof FLAGS>;

export const work = defineCommand({
  flags: FLAGS,
  configure: (command) => void command.addHelpText('after', HELP),
  run,
  failed: (failure, _, sandbox) => workDocument({ sandbox, failure }, NOTHING),
});

const HELP = `
Takes pictures off the queue and buys each, the urgent ones first, on as many machines as there are; limits by minute and
by day are shared by all of them. Originals go into the store, which pixtab apply puts them in place from, so every worker
and every checkout names the same one. What is bought by batch is gathered into jobs; --until-empty ends with 12 while they
run, --wait waits for them. SIGTERM takes nothing more, finishes what is sent, leaves jobs to others, and ends with 0.

Examples:
  pixtab work --concurrency 8 --store s3://shop/pixtab
  pixtab work --until-empty                       in CI; exit code 12 while pictures are in jobs
  pixtab work --metrics :9464 --log json`;

const workDocument = (ending: Ending, { spent, ...counts }: WorkDone) =>
  documentOf('pixtab.work/1', ending, { ...counts, spent: toDecimal(spent) });

async function run(_: readonly string[], flags: WorkFlags, deps: Deps, outer: Terminal): Promise<number> {
  const settings = await deps.settings(flags);
  const log = workLog(flags.log, outer, deps.clock);
  const { terminal } = log;
  const tally = tallying();
  let end: { readonly failure: Failure | null; readonly exitCode: number };
  try {
    end = await withQueue({ settings, deps }, (queue) =>
      withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
        const metrics =
          flags.metrics && (await (await deps.serveMetrics())(flags.metrics, () => queue.status()));
        if (metrics) terminal.note(`serve  ${metrics.url}`);
        try {
          return await atWork(
            flags,
            { queue, session, deps, terminal },
            (event) => {
              tally.add(event);
              if (metrics) measure(event, metrics);
              log.tell(event);
            },
            tally,
          );
        } finally {
          await metrics?.close();
        }
      }),
    );
  } catch (error) {
    if (!(error instanceof Failure) || tally.now().taken === 0) throw error;
    end = { failure: error, exitCode: exitCodeFor(error.kind) };
  }
  const { failure, exitCode } = end;
  if (flags.json)
    outer.out(
      JSON.stringify(
        workDocument(
          { ...settings, failure, exitCode, ...(failure === null && { outcome: 'ok' }) },
          tally.now(),
        ),
        null,
        2,
      ),
    );
  const { done, spent } = tally.now();
  terminal.note(`ended  ${counted(done, 'picture')} bought, ${format(spent)} spent`);
  if (failure !== null) tellFailure(failure, terminal);
  return exitCode;
}

interface Workplace {
  readonly queue: Queue;
  readonly session: Session;
  readonly deps: Deps;
  readonly terminal: Terminal;
}

async function atWork(
  flags: WorkFlags,
  { queue, session, deps, terminal }: Workplace,
  onEvent: (event: WorkEvent) => void,
  tally: Tally,
): Promise<{ readonly failure: Failure | null; readonly exitCode: number }> {
  const { settings } = session;
  const { sandbox, profile } = settings;
  const storeOf = storesFor({ sandbox, folder: flags.store, limit: flags.storeLimit }, deps);
  if (flags.store === undefined)
    terminal.note(
      "note   originals that name no store go into this user's own; machines that share a queue name one: --store s3://bucket/prefix",
    );
  // Opened at once, so that this process says from now on that it lives.
  await session.books.ledger.standings();
  const seller = { profile, models: await modelsFor(flags, deps) };
  const sellers = [seller, ...(await furtherSellers(flags, deps))];
  const inVain = new Set<string>();
  const finishLeft = async (): Promise<void> =>
    finishOwn(session, queue, await queueSaver(session, storeOf), inVain);
  await finishLeft();
  const held = { queue, onPicture: putsOriginals(storeOf, deps), refusals: flags.refusalRetries ?? null };
  const proveStores = provesStores(storeOf, deps);
  const workOf = (those: typeof sellers): WorkContext => ({
    queue,
    requestOf: (job) => heldRequest(job, { ...held, sellers: those }),
    prepare: (taken) => proveStores(taken.map(({ plan }) => plan)),
    onEvent,
  });
  const pace = { ...flags, wait: flags.wait !== false };
  const { buyer, close } = session.buyer(pace, { saver: () => session.saver(), batch: null });
  try {
    const failure = await worked({
      ...workOf(sellers),
      buyer: { ...buyer, onRetry: oncePerWait(buyer.onRetry, deps.clock) },
      clock: deps.clock,
      finishLeft,
      // A job is made by whoever answers here, and by nobody else.
      jobs: await jobsAtWork(workOf([seller]), session, storeOf, flags.tier),
      untilEmpty: flags.untilEmpty === true,
      waitUntil: waitUntil(flags, settings, deps),
    });
    if (deps.leave.aborted) return ending(new Failure('cancelled', 'Left before everything was finished.'));
    if (failure !== null) return ending(failure);
    if (deps.stop.aborted || !flags.untilEmpty) return ending(null);
    return ending(
      mostPressing([tally.failure(), leftIn(await queue.status(), profile)].filter((one) => one !== null)),
    );
  } finally {
    await close();
  }
}

/** Until when the end waits for jobs. Those of a sandbox that was started for this command are gone with it. */
function waitUntil({ wait }: WorkFlags, settings: Settings, { clock }: Deps): number {
  if (wait === true || livesHere(settings)) return Infinity;
  return typeof wait === 'number' ? clock.now() + wait * 1_000 : -Infinity;
}

/** Says once that a limit of a model is waited for, however many pictures wait for it. */
function oncePerWait(
  onRetry: PurchaseContext['onRetry'],
  { now }: Pick<Clock, 'now'>,
): PurchaseContext['onRetry'] {
  const saidUntil = new Map<string, number>();
  return (failure, waitMs, plan) => {
    const isLimit = failure instanceof Failure && failure.kind === 'rate-limited';
    if (isLimit && now() < (saidUntil.get(plan.model) ?? -Infinity)) return;
    if (isLimit) saidUntil.set(plan.model, now() + waitMs);
    onRetry(failure, waitMs, plan);
  };
}

const ending = (failure: Failure | null) => ({
  failure,
  exitCode: failure === null ? 0 : exitCodeFor(failure.kind),
});

/** What is left where nothing waits that may be taken now; null where nothing is. */
function leftIn({ isPaused, counts }: QueueStatus, { title, can }: Profile): Failure | null {
  if (isPaused && counts.waiting > 0)
    return new Failure('pending', 'The queue is paused, and pictures wait in it.', {
      hint: 'pixtab queue resume lets them be bought.',
      charged: 'no',
    });
  if (counts.waiting > 0 && !can.batch)
    return new Failure(
      'pending',
      `${counted(counts.waiting, 'picture')} of the queue to be bought by batch, and ${title} has no batch lane.`,
      { hint: 'A worker at Google gathers them: --gateway google', charged: 'no' },
    );
  if (counts.inJobs === 0) return null;
  return new Failure(
    'pending',
    `${counted(counts.inJobs, 'picture')} of the queue in jobs, not finished yet.`,
    {
      hint: 'pixtab batch list shows the jobs. Any later pixtab work fetches them; --wait waits for them, up to a day.',
      charged: 'no',
    },
  );
}

/**
 * Finishes what a worker paid for that died before it was in the store, of this machine or, where answers are shared, of another.
 * `inVain` is what this worker could not finish: it is not the disk, so trying again each minute brings nothing.
 */
async function finishOwn(session: Session, queue: Queue, saver: Saver, inVain: Set<string>): Promise<void> {
  const { books, deps, terminal } = session;
  const ids = (await books.journal.ids()).filter((id) => hashIn(id) !== null);
  if (ids.length === 0) return;
  const { images: api } = await session.reader();
  for (const attemptId of await books.ledger.abandoned(ids.filter((id) => !inVain.has(id)))) {
    const [receipt] = await books.ledger.receipts({ by: 'attempt', value: attemptId });
    // What other commands bought, those finish.
    if (receipt?.run.command !== 'queue') continue;
    const planFor = ({ save }: typeof receipt.attempt): typeof save => save;
    const { entry, failure } = await recover(attemptId, { books, api, leave: deps.leave, saver, planFor });
    await queue.finish(attemptId);
    if (failure !== null && failure.kind !== 'disk') inVain.add(attemptId);
    // Where this one finds no room, the next would not either.
    if (failure?.kind === 'disk' && entry.status === 'ok') throw failure;
    terminal.note(
      failure === null
        ? `finish ${attemptId.slice(0, 8)} of an earlier worker`
        : `note   ${printable(failure.message)}`,
    );
  }
}

function measure(event: WorkEvent, metrics: WorkMetrics): void {
  if (event.event === 'gathered' || event.event === 'stuck') return;
  const { model, lane } = event.job.plan;
  if (event.event === 'taken') metrics.took({ lane });
  else if (event.event === 'returned') metrics.returned({ lane });
  else metrics.ended({ ...event, model, lane });
}

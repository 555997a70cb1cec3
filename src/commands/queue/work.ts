import { exitCodeFor, Failure } from '../../core/errors.ts';
import { hashIn } from '../../core/manifest/fingerprint.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Deps, Queue, Store, Terminal, WorkMetrics } from '../../ports/index.ts';
import { heldRequest, type HeldContext } from '../../purchase/queue/held-request.ts';
import { work as worked, type WorkEvent } from '../../purchase/queue/worker.ts';
import { recover } from '../../purchase/recover.ts';
import { withSession, type Session } from '../../purchase/session.ts';
import type { Saver } from '../../purchase/types.ts';
import { tellFailure } from '../shared/command.ts';
import { documentOf, type Ending } from '../shared/envelope.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag, PACE, SENDING, STORE } from '../shared/flags.ts';
import { listening } from '../shared/parse-flags.ts';
import { furtherSellers, modelsFor } from '../shared/price-flags.ts';
import { storeFor } from '../shared/store-flags.ts';
import { withQueue } from './control.ts';
import { workLog } from './work-log.ts';
import { NOTHING, tallying, type Tally, type WorkDone } from './work-tally.ts';

const FLAGS = [
  declare('--until-empty', 'end when nothing waits and nobody works (default: wait for more)'),
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
  ...PACE,
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
and every checkout names the same one. SIGTERM takes nothing more, finishes what is sent, and ends with 0.

Examples:
  pixtab work --concurrency 8 --store s3://shop/pixtab
  pixtab work --until-empty                       in CI
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
  const store = await storeFor(settings, flags, deps);
  if (flags.store === undefined)
    terminal.note(
      "note   originals go into this user's own store; machines that share a queue name one: --store s3://bucket/prefix",
    );
  // Opened at once, so that this process says from now on that it lives.
  await session.books.ledger.standings();
  const sellers = [
    { profile: settings.profile, models: await modelsFor(flags, deps) },
    ...(await furtherSellers(flags, deps)),
  ];
  const held: HeldContext = {
    sellers,
    queue,
    store,
    clock: deps.clock,
    refusals: flags.refusalRetries ?? null,
  };
  const saver = async (): Promise<Saver> => ({ ...(await session.saver()), stdout: async () => {} });
  const finishLeft = async (): Promise<void> => finishOwn(session, queue, store, await saver());
  await finishLeft();
  const { buyer, close } = session.buyer(flags, { saver, batch: null });
  try {
    const failure = await worked({
      queue,
      buyer,
      clock: deps.clock,
      requestOf: (job) => heldRequest(job, held),
      finishLeft,
      untilEmpty: flags.untilEmpty === true,
      onEvent,
    });
    if (deps.leave.aborted) return ending(new Failure('cancelled', 'Left before everything was finished.'));
    if (failure !== null) return ending(failure);
    if (deps.stop.aborted || !flags.untilEmpty) return ending(null);
    const { isPaused, counts } = await queue.status();
    if (isPaused && counts.waiting > 0) return ending(paused());
    return ending(tally.failure());
  } finally {
    await close();
  }
}

const ending = (failure: Failure | null) => ({
  failure,
  exitCode: failure === null ? 0 : exitCodeFor(failure.kind),
});

const paused = (): Failure =>
  new Failure('pending', 'The queue is paused, and pictures wait in it.', {
    hint: 'pixtab queue resume lets them be bought.',
    charged: 'no',
  });

/** Finishes what a worker paid for that died before it was in the store, of this machine or, where answers are shared, of another. */
async function finishOwn(session: Session, queue: Queue, store: Store, saver: Saver): Promise<void> {
  const { books, deps, terminal } = session;
  const ids = (await books.journal.ids()).filter((id) => hashIn(id) !== null);
  if (ids.length === 0) return;
  const { images: api } = await session.reader();
  const onPicture: Saver['onPicture'] = async ({ bytes, path, paid: { plan, bill } }) => {
    const hash = hashIn(plan.attemptId);
    if (hash === null || !plan.save.paths.includes(path)) return;
    const cost = toDecimal(bill?.amount ?? plan.expected);
    await store.put(hash, { bytes, model: plan.model, cost, date: dayOf(deps.clock.now()) });
  };
  for (const attemptId of await books.ledger.abandoned(ids)) {
    const [receipt] = await books.ledger.receipts({ by: 'attempt', value: attemptId });
    // What other commands bought, those finish.
    if (receipt?.run.command !== 'queue') continue;
    const planFor = ({ save }: typeof receipt.attempt): typeof save => save;
    const { failure } = await recover(attemptId, {
      books,
      api,
      leave: deps.leave,
      saver: { ...saver, onPicture },
      planFor,
    });
    await queue.finish(attemptId);
    terminal.note(
      failure === null
        ? `finish ${attemptId.slice(0, 8)} of an earlier worker`
        : `note   ${printable(failure.message)}`,
    );
  }
}

function measure(event: WorkEvent, metrics: WorkMetrics): void {
  if (event.event === 'taken') metrics.took();
  else if (event.event === 'returned') metrics.returned();
  else metrics.ended({ ...event, model: event.job.plan.model });
}

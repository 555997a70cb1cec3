import { findModel } from '../../core/catalogue/catalogue.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { exitCodeFor, Failure } from '../../core/errors.ts';
import { format, sum } from '../../core/pricing/money.ts';
import { roomFor } from '../../core/order/answer-space.ts';
import { counted } from '../../core/text/text.ts';
import type { AttemptPlan, Job, Terminal } from '../../ports/index.ts';
import { again, failedIn, mustCostTheSame, stillMissing } from '../../purchase/batch/resubmit.ts';
import { MOST_AT_ONCE } from '../../purchase/batch/collect.ts';
import { withBatches } from '../../purchase/batch/open.ts';
import { mustBeHere, tend, type Tended } from '../../purchase/batch/advance.ts';
import type { BatchWorld } from '../../purchase/batch/types.ts';
import { placed } from '../../purchase/later.ts';
import { errorJson, tellFailure } from '../shared/command.ts';
import { SCHEMA, theOne, type Context } from './shared.ts';
import { answers } from './fetch.ts';
import { jobJson, shortId } from './output.ts';

/** Asks again for what brought no picture. */
export function resubmit({ jobs: names, flags, settings, deps, terminal }: Context): Promise<number> {
  const { newId, clock, cwd } = deps;
  const wishes = {
    planFor: (plan: AttemptPlan) => placed(plan, flags.out, cwd),
    onAnswer: answers(flags, terminal).onAnswer,
  };
  return withBatches(settings, deps, terminal, wishes, async (world) => {
    const { ledger } = world.books;
    const job = await theOne(names, 'resubmit', ledger.jobs);
    mustBeHere(job, world);
    const which = { refused: flags.refused === true, unconfirmed: flags.unconfirmed === true };
    const failed = await stillMissing(failedIn(await ledger.jobs.items(job.jobId), which), world.books);
    const plans = failed.map(({ attempt }) => attempt);
    if (plans.length === 0) terminal.note(`Nothing in job ${shortId(job)} is to be asked for again.`);
    else announce(plans, terminal);
    await prove(plans, world, dayOf(clock.now()));
    const runId = newId();
    await ledger.begin({
      runId,
      ...(await filedUnder(plans, world)),
      at: clock.now(),
      maxCost: flags.maxCost,
    });
    const made =
      plans.length === 0 ? [] : await again(job, failed, runId, { ...world, newId, tier: flags.tier ?? 1 });
    const tended: Tended[] = [];
    for (const jobId of made) tended.push(await tend(jobId, world));
    const jobs = (await ledger.jobs.list('all')).filter(({ jobId }) => made.includes(jobId));
    for (const each of jobs) terminal.note(`job    ${shortId(each)}: ${counted(each.requests, 'request')}`);
    return report(jobs, tended, flags.json === true, terminal);
  });
}

function announce(plans: readonly AttemptPlan[], terminal: Terminal): void {
  const of = (price: (plan: AttemptPlan) => AttemptPlan['high']): string => format(sum(plans.map(price)));
  const expected = terminal.style(
    'bold',
    of(({ expected }) => expected),
  );
  terminal.note(
    `price  ${expected} expected for ${counted(plans.length, 'request')} again; ` +
      `from ${of(({ low }) => low)}, at most ${of(({ high }) => high)}`,
  );
}

/** That the price still holds, and that there is a place for every picture and room for its answer. */
async function prove(
  plans: readonly AttemptPlan[],
  { books, saver, planFor }: BatchWorld,
  day: ReturnType<typeof dayOf>,
): Promise<void> {
  for (const plan of plans) {
    mustCostTheSame(plan, day);
    for (const path of planFor(plan).paths) await saver.pictureFiles.prove(path);
  }
  const [first] = plans;
  if (first === undefined) return;
  const order = { count: plans.length, size: first.size, model: findModel(first.model) };
  await books.journal.prove(roomFor(order, MOST_AT_ONCE));
}

/** Under the project of the run that is repeated. */
async function filedUnder([first]: readonly AttemptPlan[], { books }: BatchWorld) {
  const before = await books.ledger.receipts({ by: 'attempt', value: first?.attemptId ?? '' });
  const { project = null, labels = [] } = before[0]?.run ?? {};
  return { command: 'batch resubmit', project, labels };
}

function report(jobs: readonly Job[], tended: readonly Tended[], json: boolean, terminal: Terminal): number {
  const failure = tended.flatMap(({ failure }) => failure ?? [])[0] ?? (jobs.length > 0 ? pending() : null);
  const exitCode = failure ? exitCodeFor(failure.kind) : 0;
  if (json) {
    const outcome = failure?.kind ?? 'ok';
    const error = failure && errorJson(failure, exitCode);
    terminal.out(
      JSON.stringify({ schema: SCHEMA, outcome, exitCode, jobs: jobs.map(jobJson), error }, null, 2),
    );
  }
  if (failure && failure.kind !== 'pending') tellFailure(failure, terminal);
  return exitCode;
}

const pending = (): Failure =>
  new Failure('pending', 'The requests were submitted again.', {
    hint: 'pixtab batch wait brings the pictures.',
    charged: 'no',
  });

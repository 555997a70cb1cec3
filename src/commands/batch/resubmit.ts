import { exitCodeFor, Failure, mostPressing } from '../../core/errors.ts';
import { atMost, format, sum } from '../../core/pricing/money.ts';
import { counted } from '../../core/text/text.ts';
import type { AttemptPlan, Job, Settings, Terminal } from '../../ports/index.ts';
import { advance } from '../../purchase/batch/advance.ts';
import { mustBeHere } from '../../purchase/batch/is-here.ts';
import { batchContext } from '../../purchase/batch/context.ts';
import { failedIn, resubmit as resubmitItems, stillMissing } from '../../purchase/batch/resubmit.ts';
import type { Advanced, BatchContext } from '../../purchase/batch/types.ts';
import { consent } from '../../purchase/consent.ts';
import { latePlan } from '../../purchase/late-saving.ts';
import { withSession } from '../../purchase/session.ts';
import { tellFailure } from '../shared/command.ts';
import { answers } from './fetch.ts';
import { batchDocument, jobJson, shortId } from './output.ts';
import { oneName, theOne, type Context } from './shared.ts';

/** Asks again for what brought no picture. */
export async function resubmit({ jobs: names, flags, settings, deps, terminal }: Context): Promise<number> {
  const name = oneName(names, 'resubmit');
  const { newId, clock, cwd } = deps;
  const { tier = 1 } = flags;
  return withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
    const { ledger } = session.books;
    const context = await batchContext(session, {
      planFor: (plan) => latePlan(plan, flags.out, cwd),
      onAnswer: answers(flags, terminal).onAnswer,
    });
    const job = await theOne(name, ledger.jobs);
    mustBeHere(job, context);
    const which = { refused: flags.refused === true, unconfirmed: flags.unconfirmed === true };
    const items = await stillMissing(failedIn(await ledger.jobs.items(job.jobId), which), session.books);
    const plans = items.map(({ attempt }) => attempt);
    if (plans.length === 0) terminal.note(`Nothing in job ${shortId(job)} is to be asked for again.`);
    else announce(plans, terminal);
    const filed = await filedUnder(plans, context);
    const run = { runId: newId(), ...filed, at: clock.now(), maxCost: flags.maxCost };
    await consent(plans, run, flags, { ledger, confirm: deps.confirm, terminal });
    const made = await resubmitItems(job, { items, run, newId, tier }, context);
    const advanced: Advanced[] = [];
    for (const jobId of made) advanced.push(await advance(jobId, context));
    const jobs = (await ledger.jobs.list('all')).filter(({ jobId }) => made.includes(jobId));
    for (const each of jobs) terminal.note(`job    ${shortId(each)}: ${counted(each.requests, 'request')}`);
    return report(jobs, advanced, flags.json === true, settings, terminal);
  });
}

function announce(plans: readonly AttemptPlan[], terminal: Terminal): void {
  const all = (price: (plan: AttemptPlan) => AttemptPlan['high']) => sum(plans.map(price));
  const of = (price: (plan: AttemptPlan) => AttemptPlan['high']): string => format(all(price));
  const expected = terminal.style(
    'bold',
    of(({ expected }) => expected),
  );
  terminal.note(
    `price  ${expected} expected for ${counted(plans.length, 'request')} again; ` +
      `from ${of(({ low }) => low)}, at most ${atMost(all(({ high }) => high))}`,
  );
}

/** Under the project of the run that is repeated. */
async function filedUnder([first]: readonly AttemptPlan[], { books }: BatchContext) {
  const before = await books.ledger.receipts({ by: 'attempt', value: first?.attemptId ?? '' });
  const { project = null, labels = [] } = before[0]?.run ?? {};
  return { command: 'batch resubmit', project, labels };
}

function report(
  jobs: readonly Job[],
  advanced: readonly Advanced[],
  json: boolean,
  settings: Settings,
  terminal: Terminal,
): number {
  const failure =
    mostPressing(advanced.flatMap(({ failure }) => failure ?? [])) ?? (jobs.length > 0 ? pending() : null);
  const exitCode = failure ? exitCodeFor(failure.kind) : 0;
  if (json) {
    const document = batchDocument({ ...settings, failure }, { jobs: jobs.map((job) => jobJson(job)) });
    terminal.out(JSON.stringify(document, null, 2));
  }
  if (failure && failure.kind !== 'pending') tellFailure(failure, terminal);
  return exitCode;
}

const pending = (): Failure =>
  new Failure('pending', 'The requests were submitted again.', {
    hint: 'pixtab batch wait brings the pictures.',
    charged: 'no',
  });

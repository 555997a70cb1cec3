import { format, sum } from '../../core/pricing/money.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { AttemptPlan, Job, SavedImage, Terminal } from '../../ports/index.ts';
import { advance, lookAgain } from '../../purchase/batch/advance.ts';
import { batchContext } from '../../purchase/batch/context.ts';
import { isHere } from '../../purchase/batch/is-here.ts';
import { endRuns, outcomeOfJobs } from '../../purchase/batch/outcome.ts';
import { advanceEach, waitFor } from '../../purchase/batch/wait.ts';
import type { Advanced, BatchContext } from '../../purchase/batch/types.ts';
import { pathsOf } from '../../purchase/cut-sheet.ts';
import { latePlan } from '../../purchase/late-saving.ts';
import { withSession } from '../../purchase/session.ts';
import type { Recovered } from '../../purchase/recover.ts';
import { tellFailure } from '../shared/command.ts';
import { chosen, type BatchFlags, type Context } from './shared.ts';
import { batchDocument, jobJson } from './output.ts';
import { current, watchJobs } from './watch.ts';

/** Fetches what there is. */
export const fetch = (context: Context): Promise<number> =>
  work(context, async (jobs, batch) => {
    const ids = jobs.map(({ jobId }) => jobId);
    const done = new Set(jobs.filter(({ stage }) => stage === 'done').map(({ jobId }) => jobId));
    // Only who names a job that is done means that it is to be looked at again.
    return advanceEach(ids, batch, (jobId) => (done.has(jobId) ? lookAgain : advance)(jobId, batch));
  });

/** Fetches all of it, however long it takes. */
export const wait = (context: Context): Promise<number> =>
  work(context, (jobs, batch, onLook) => {
    const { timeout } = context.flags;
    const until = timeout === undefined ? Infinity : batch.clock.now() + timeout * 1_000;
    return waitFor(
      jobs.map(({ jobId }) => jobId),
      { until, onLook },
      batch,
    );
  });

type Work = (
  jobs: readonly Job[],
  batch: BatchContext,
  onLook: (advanced: readonly Advanced[]) => Promise<void>,
) => Promise<readonly Advanced[]>;

async function work(
  { jobs: names, flags, settings, deps, terminal }: Context,
  advanceAll: Work,
): Promise<number> {
  const tally = answers(flags, terminal);
  return withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
    const { ledger } = session.books;
    const watch = watchJobs(ledger, deps.clock, terminal);
    try {
      const batch = await batchContext(session, {
        store: flags,
        planFor: (plan: AttemptPlan) => latePlan(plan, flags.out, deps.cwd),
        onAnswer(answer: Recovered) {
          tally.onAnswer(answer);
          watch.onAnswer(answer);
        },
      });
      const all = await chosen(names, ledger.jobs);
      // Who names a job is told that it is elsewhere; who names none means those that are here.
      const jobs = names.length > 0 ? all : all.filter((job) => isHere(job, batch));
      if (jobs.length < all.length)
        terminal.note(`note   ${counted(all.length - jobs.length, 'job')} of another API or key left alone.`);
      else if (jobs.length === 0) terminal.note('There is no job with work left.');
      watch.expect(jobs);
      const advanced = await advanceAll(jobs, batch, watch.onLook);
      watch.stop();
      const looked = advanced.map(({ jobId }) => jobId);
      await endRuns(looked, ledger);
      const now = await current(looked, ledger);
      return report(now, advanced, tally, { ...flags, sandbox: settings.sandbox }, terminal);
    } finally {
      watch.stop();
    }
  });
}

export interface Tally {
  readonly onAnswer: (answer: Recovered) => void;
  readonly answers: readonly Recovered[];
}

/** Paths on stdout as soon as they are there: a job may bring thousands. */
export function answers(flags: Pick<BatchFlags, 'json'>, terminal: Terminal): Tally {
  const all: Recovered[] = [];
  return {
    answers: all,
    onAnswer(answer) {
      all.push(answer);
      if (!flags.json) for (const path of answer.images.flatMap(pathsOf)) terminal.out(path);
      if (answer.failure) terminal.note(`note   ${printable(answer.failure.message)}`);
    },
  };
}

function report(
  jobs: readonly Job[],
  advanced: readonly Advanced[],
  { answers }: Tally,
  flags: BatchFlags,
  terminal: Terminal,
): number {
  const { outcome, exitCode, failure } = outcomeOfJobs(advanced, jobs, answers);
  const images: readonly SavedImage[] = answers.flatMap(({ images }) => images);
  const bills = answers.flatMap(({ bill }) => bill ?? []);
  const booked = sum(bills.map(({ amount }) => amount));
  if (flags.json) {
    const ending = { sandbox: flags.sandbox === true, outcome, exitCode, failure };
    terminal.out(
      JSON.stringify(
        batchDocument(ending, { settled: booked, jobs: jobs.map((job) => jobJson(job)), images }),
        null,
        2,
      ),
    );
  }
  const play = flags.sandbox ? ' in the sandbox: nothing was spent' : '';
  if (bills.length > 0)
    terminal.note(`paid   ${format(booked)} for ${counted(images.length, 'image')}${play}`);
  if (failure?.kind === 'pending') terminal.note(`note   ${failure.message} ${failure.hint ?? ''}`);
  else if (failure) tellFailure(failure, terminal);
  return exitCode;
}

import type { AttemptPlan, Job } from '../../ports/index.ts';
import { cancel as cancelJob } from '../../purchase/batch/cancel.ts';
import { batchContext } from '../../purchase/batch/context.ts';
import { latePlan } from '../../purchase/late-saving.ts';
import { withSession } from '../../purchase/session.ts';
import { oneName, theOne, type Context } from './shared.ts';
import { answers } from './fetch.ts';
import { current } from './watch.ts';
import { batchDocument, jobJson, shortId, standOf } from './output.ts';

/** Cancels one job; what was finished by then is fetched and counts. */
export async function cancel({ jobs: names, flags, settings, deps, terminal }: Context): Promise<number> {
  const asked = oneName(names, 'cancel');
  const { onAnswer } = answers(flags, terminal);
  return withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
    const { ledger } = session.books;
    const { jobs } = ledger;
    const planFor = (plan: AttemptPlan) => latePlan(plan, flags.out, deps.cwd);
    const context = await batchContext(session, { planFor, onAnswer });
    const job = await theOne(asked, jobs);
    const isOver = await cancelJob(job, context);
    const now = await current([job.jobId], ledger);
    for (const each of now) terminal.note(cancelSentence(each, isOver));
    if (flags.json) {
      terminal.out(
        JSON.stringify(batchDocument(settings, { jobs: now.map((job) => jobJson(job)) }), null, 2),
      );
    }
    return 0;
  });
}

/** What became of a job that was to be cancelled. */
export function cancelSentence(job: Job, isOver: boolean): string {
  const name = `Job ${shortId(job)}`;
  if (!isOver) return `${name} was asked to end. What it finishes until then is charged: pixtab batch wait.`;
  const stand = standOf(job);
  return stand === 'cancelled' || stand === 'gone'
    ? `${name} is cancelled.`
    : `${name} was over already: ${stand}. pixtab batch fetch ${shortId(job)} brings what it made.`;
}

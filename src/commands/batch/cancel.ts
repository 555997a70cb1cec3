import { cancel as cancelJob } from '../../purchase/batch/cancel.ts';
import { withBatches } from '../../purchase/batch/open.ts';
import { placed } from '../../purchase/later.ts';
import { SCHEMA, theOne, type Context } from './context.ts';
import { answers } from './tend.ts';
import { jobJson, shortId } from './view.ts';

/** Cancels one job; what was finished by then is fetched and counts. */
export function cancel({ jobs: names, flags, settings, deps, terminal }: Context): Promise<number> {
  const { onAnswer } = answers(flags, terminal);
  const wishes = {
    planFor: (plan: Parameters<typeof placed>[0]) => placed(plan, flags.out, deps.cwd),
    onAnswer,
  };
  return withBatches(settings, deps, terminal, wishes, async (world) => {
    const { jobs } = world.books.ledger;
    const job = await theOne(names, 'cancel', jobs);
    const isOver = await cancelJob(job, world);
    terminal.note(
      isOver
        ? `Job ${shortId(job)} is cancelled.`
        : `Job ${shortId(job)} was asked to end. What it finishes until then is charged: pixtab batch wait.`,
    );
    if (flags.json) {
      const now = (await jobs.list('all')).filter(({ jobId }) => jobId === job.jobId);
      const document = { schema: SCHEMA, outcome: 'ok', exitCode: 0, jobs: now.map(jobJson), error: null };
      terminal.out(JSON.stringify(document, null, 2));
    }
    return 0;
  });
}

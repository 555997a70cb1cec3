import type { Job } from '../../ports/index.ts';
import { cancel as cancelJob } from '../../purchase/batch/cancel.ts';
import { withBatches } from '../../purchase/batch/open.ts';
import { placed } from '../../purchase/later.ts';
import { SCHEMA, theOne, type Context } from './shared.ts';
import { answers, current } from './fetch.ts';
import { jobJson, shortId, standOf } from './output.ts';

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
    const now = await current([job], world.books.ledger);
    for (const each of now) terminal.note(sentence(each, isOver));
    if (flags.json) {
      const document = { schema: SCHEMA, outcome: 'ok', exitCode: 0, jobs: now.map(jobJson), error: null };
      terminal.out(JSON.stringify(document, null, 2));
    }
    return 0;
  });
}

function sentence(job: Job, isOver: boolean): string {
  const name = `Job ${shortId(job)}`;
  if (!isOver) return `${name} was asked to end. What it finishes until then is charged: pixtab batch wait.`;
  const stand = standOf(job);
  return stand === 'cancelled' || stand === 'gone'
    ? `${name} is cancelled.`
    : `${name} was over already: ${stand}.`;
}

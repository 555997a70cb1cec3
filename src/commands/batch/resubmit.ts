import { EXIT, Failure } from '../../core/errors.ts';
import { counted } from '../../core/text.ts';
import { again } from '../../purchase/batch/end.ts';
import { withBatches } from '../../purchase/batch/open.ts';
import { tend, type Tended } from '../../purchase/batch/tend.ts';
import { placed } from '../../purchase/later.ts';
import { errorJson, tellFailure } from '../command.ts';
import { SCHEMA, theOne, type Context } from './context.ts';
import { answers } from './tend.ts';
import { jobJson, shortId } from './view.ts';

/** Asks again for what brought no picture. */
export function resubmit({ jobs: names, flags, settings, deps, terminal }: Context): Promise<number> {
  const { newId, clock, cwd } = deps;
  const wishes = {
    planFor: (plan: Parameters<typeof placed>[0]) => placed(plan, flags.out, cwd),
    onAnswer: answers(flags, terminal).onAnswer,
  };
  return withBatches(settings, deps, terminal, wishes, async (world) => {
    const { ledger } = world.books;
    const job = await theOne(names, 'resubmit', ledger.jobs);
    const runId = newId();
    const maxCost = flags.maxCost ?? null;
    const at = clock.now();
    const [first] = await ledger.jobs.items(job.jobId);
    const before = await ledger.receipts({ by: 'attempt', value: first?.attempt.attemptId ?? '' });
    const { project = null, labels = [] } = before[0]?.run ?? {};
    await ledger.begin({ runId, command: 'batch resubmit', at, project, labels, maxCost });
    const which = { refused: flags.refused === true, unconfirmed: flags.unconfirmed === true };
    const made = await again(job, runId, which, { ...world, newId, tier: flags.tier ?? 1 });
    const tended: Tended[] = [];
    for (const jobId of made) tended.push(await tend(jobId, world));
    const jobs = (await ledger.jobs.list('all')).filter(({ jobId }) => made.includes(jobId));
    const failure = tended.flatMap(({ failure }) => failure ?? [])[0] ?? (made.length > 0 ? pending() : null);
    const exitCode = failure ? EXIT[failure.kind] : 0;
    if (flags.json) {
      const outcome = failure?.kind ?? 'ok';
      const error = failure && errorJson(failure, exitCode);
      terminal.out(
        JSON.stringify({ schema: SCHEMA, outcome, exitCode, jobs: jobs.map(jobJson), error }, null, 2),
      );
    }
    if (made.length === 0) terminal.note(`Nothing in job ${shortId(job)} is to be asked for again.`);
    for (const each of jobs) terminal.note(`job    ${shortId(each)}: ${counted(each.requests, 'request')}`);
    if (failure && failure.kind !== 'pending') tellFailure(failure, terminal);
    return exitCode;
  });
}

const pending = (): Failure =>
  new Failure('pending', 'The requests were submitted again.', {
    hint: 'pixtab batch wait brings the pictures.',
    charged: 'no',
  });

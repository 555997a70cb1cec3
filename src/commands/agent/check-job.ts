import { z } from 'zod';
import { Failure } from '../../core/errors.ts';
import type { Books, Job } from '../../ports/index.ts';
import { batchContext } from '../../purchase/batch/context.ts';
import { endRuns, outcomeOfJobs } from '../../purchase/batch/outcome.ts';
import { advanceEach } from '../../purchase/batch/wait.ts';
import { latePlan } from '../../purchase/late-saving.ts';
import { withSession, type Session } from '../../purchase/session.ts';
import { jobJson, standOf } from '../batch/output.ts';
import { tool, type AgentContext } from './context.ts';
import { nothingBought, purchaseAnswer, PurchaseShape } from './result.ts';

export const checkJob = tool({
  name: 'check_job',
  title: 'Fetch the pictures of a job',
  about:
    'Looks at a job of lane batch, and puts its pictures in their places once it is done. Costs nothing.',
  input: z.strictObject({
    job_id: z.string().min(1).max(100).describe('the jobId that generate_image gave'),
  }),
  output: PurchaseShape.extend({ job: z.looseObject({ jobId: z.string() }).nullable().optional() }),
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  nothing: nothingBought,
  run: ({ job_id: jobId }, _, context) =>
    withSession({ ...context, connectsFirst: true }, (session) => looked(jobId, session, context)),
});

async function looked(jobId: string, session: Session, context: AgentContext) {
  const { now, failure } = await advanced(await ownJob(jobId, session, context), session, context);
  const answer = await purchaseAnswer({ runId: now.runId, repeated: false, failure }, session.books, context);
  return {
    ...answer,
    text: answer.text.replace(`job ${jobId}`, `job ${jobId}: ${standOf(now)}`),
    structured: { ...answer.structured, job: jobJson(now) },
  };
}

/** Takes a job as far as it goes now, and puts its pictures in their places. */
export async function advanced(job: Job, session: Session, context: AgentContext) {
  const { jobId } = job;
  const { ledger } = session.books;
  const batch = await batchContext(session, {
    planFor: (plan) => latePlan(plan, undefined, context.folder),
    onAnswer() {},
  });
  const far = job.stage === 'done' ? [] : await advanceEach([jobId], batch);
  await endRuns([jobId], ledger);
  const now = (await ledger.jobs.list('all')).find((other) => other.jobId === jobId) ?? job;
  return { now, failure: outcomeOfJobs(far, [now]).failure };
}

/** A job that this agent bought: what others bought is none of its business. */
async function ownJob(jobId: string, { books }: Session, { agent }: AgentContext): Promise<Job> {
  const job = await jobOf(agent, jobId, books);
  if (job !== null) return job;
  throw new Failure('usage', 'There is no such job of this agent.', {
    code: 'no-such-job',
    hint: 'The answer of generate_image in lane batch has its jobId; call it again with its key to see it.',
  });
}

/** null where this agent bought no such job. */
export async function jobOf(agent: string, jobId: string, { ledger }: Books): Promise<Job | null> {
  const job = (await ledger.jobs.list('all')).find((other) => other.jobId === jobId);
  const [receipt] = job ? await ledger.receipts({ by: 'run', value: job.runId }) : [];
  return job && receipt?.run.agent === agent ? job : null;
}

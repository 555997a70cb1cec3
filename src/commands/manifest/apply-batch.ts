import type { Tier } from '../../core/catalogue/account-limits.ts';
import { hashIn } from '../../core/manifest/fingerprint.ts';
import { inQueue } from '../../core/policy/batch-queue.ts';
import type { Usd } from '../../core/pricing/money.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Job, UnderWay } from '../../ports/index.ts';
import { jobsFor, placing, type JobOwnership } from '../../project/jobs.ts';
import { projectSaver, type ProjectContext } from '../../project/types.ts';
import { advance } from '../../purchase/batch/advance.ts';
import { closeLostJob, isLost } from '../../purchase/batch/close-lost-job.ts';
import { batchContext } from '../../purchase/batch/context.ts';
import { endRuns } from '../../purchase/batch/outcome.ts';
import type { Advanced, BatchContext, BatchLane } from '../../purchase/batch/types.ts';
import { advanceEach } from '../../purchase/batch/wait.ts';
import { livesHere } from '../../purchase/connection.ts';
import type { Recovered } from '../../purchase/recover.ts';
import { keepsOriginals } from '../../purchase/store-original.ts';
import { current, summaryOf, troubleIn, whyOf } from '../batch/watch.ts';
import { shortId } from '../batch/output.ts';
import type { ApplyFlags } from './apply-flags.ts';
import type { Difference } from './apply-plan.ts';

/** Hears of jobs while they are waited for. */
export interface JobListener {
  /** How far they are, and what is in their way. */
  readonly onLook: (summary: string, trouble: string) => void;
  /** How much of one came. */
  readonly onCount: (text: string) => void;
  /** What the answer for a picture came to. */
  readonly onBill: (hash: string, amount: Usd) => void;
}

/** The batch lane of one run of apply. */
export interface ProjectJobs {
  /** Takes the jobs of this project as far as they go. */
  advanceOwn(): Promise<readonly Advanced[]>;
  lane(awaited: readonly string[], listener: JobListener): Promise<BatchLane>;
  /** A run has come to its end when all of its jobs have; resolves to these jobs as they are now. */
  end(jobIds: readonly string[]): Promise<readonly Job[]>;
}

export function projectJobs(
  context: ProjectContext,
  { changes, wanted, trash }: Pick<Difference, 'changes' | 'wanted'> & { readonly trash: string },
  flags: ApplyFlags,
): ProjectJobs {
  const { session, project, cwd, label } = context;
  const { books, deps, settings, terminal } = session;
  const { jobs } = books.ledger;
  const missing = new Set(
    changes.filter(({ change, twin }) => change.source === 'buy' && twin === null).map(({ hash }) => hash),
  );
  const ownership: JobOwnership = { project, cwd, label, trash, wanted, missing };
  let underWay: readonly UnderWay[] = [];
  let opening: Promise<BatchContext> | null = null;

  // An answer is long on its way to a picture, and a job may bring a thousand.
  let answers = 0;
  let onCount: JobListener['onCount'] = () => {};
  let onBill: JobListener['onBill'] = () => {};

  function onAnswer({ entry, bill, failure }: Recovered): void {
    onCount(`Fetching: ${counted((answers += 1), 'answer')} so far`);
    if (bill) {
      context.bills.set(entry.attemptId, bill);
      onBill(hashIn(entry.attemptId) ?? entry.attemptId, bill.amount);
    }
    if (failure) terminal.note(`note   ${printable(failure.message)}`);
  }

  async function open(): Promise<BatchContext> {
    const saver = await projectSaver(context);
    const store = { sandbox: settings.sandbox, folder: flags.store, limit: flags.storeLimit };
    const onPicture = keepsOriginals(store, deps, saver.remark);
    const planFor = placing(underWay, ownership);
    return batchContext(session, { planFor, onAnswer, saver: { ...saver, onPicture } });
  }
  const batch = (): Promise<BatchContext> => (opening ??= open());

  function until(): number | null {
    if (flags.wait === true || livesHere(settings)) return Infinity;
    return typeof flags.wait === 'number' ? deps.clock.now() + flags.wait * 1_000 : null;
  }

  async function advanceOwn(): Promise<readonly Advanced[]> {
    underWay = await jobs.underWay();
    const ids = new Set(jobsFor(underWay, ownership));
    if (ids.size === 0) return [];
    const progress = terminal.progress('Looking at the jobs');
    onCount = (text) => progress.update(text);
    try {
      const open = (await jobs.list('open')).filter(({ jobId }) => ids.has(jobId));
      for (const job of open)
        if (!job.busy && (await isLost(job, await batch(), deps))) await closeLostJob(job, await batch());
      const own = open.map(({ jobId }) => jobId);
      return await advanceEach(own, await batch(), async (jobId) => {
        const advanced = await advance(jobId, await batch());
        const { failure } = advanced;
        for (const now of await end([jobId]))
          if (now.stage === 'done' || now.why !== null) terminal.note(jobLine(now));
        if (failure) terminal.note(`note   ${printable(failure.message)}`);
        return advanced;
      });
    } finally {
      progress.stop();
    }
  }

  async function end(jobIds: readonly string[]): Promise<readonly Job[]> {
    await endRuns(jobIds, books.ledger);
    return jobIds.length === 0 ? [] : current(jobIds, books.ledger);
  }

  return {
    advanceOwn,
    end,
    async lane(awaited, listener) {
      ({ onCount, onBill } = listener);
      return {
        context: await batch(),
        newId: deps.newId,
        tier: flags.tier ?? 1,
        until: until(),
        awaited,
        async onLook(advanced) {
          const ids = advanced.map(({ jobId }) => jobId);
          const now = await current(ids, books.ledger);
          listener.onLook(summaryOf(now, deps.clock), whyOf(now) + troubleIn(advanced));
        },
      };
    },
  };
}

/** How a job stands, for people. */
export function jobLine(job: Job, tier: Tier = 1): string {
  const { requests, items, stage, tokens, model, why } = job;
  const lost = items.failed + items.refused + items.unconfirmed;
  const stand =
    stage === 'done'
      ? `${items.saved} of ${counted(requests, 'picture')} came`
      : `${counted(requests, 'picture')} under way, ${inQueue(tokens, model, tier)}`;
  const reason = (lost > 0 || stage !== 'done') && why ? `: ${printable(why)}` : '';
  return `job    ${shortId(job)}: ${stand}${lost > 0 ? `, ${lost} did not` : ''}${reason}`;
}

import type { Tier } from '../../core/catalogue/account-limits.ts';
import type { Bill } from '../../core/pricing/types.ts';
import { inQueue } from '../../core/policy/batch-queue.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Job, UnderWay } from '../../ports/index.ts';
import { shown } from '../../project/project.ts';
import { jobsFor, placing, type Tending } from '../../project/tending.ts';
import type { BatchLane } from '../../project/types.ts';
import { closeGone } from '../../purchase/batch/close-lost-job.ts';
import { batchWorld } from '../../purchase/batch/open.ts';
import { tend } from '../../purchase/batch/advance.ts';
import type { BatchWorld } from '../../purchase/batch/types.ts';
import { livesHere } from '../../purchase/connection.ts';
import { keepsOriginals } from '../../purchase/store-original.ts';
import { uploadNotes } from '../../purchase/upload.ts';
import type { Recovered } from '../../purchase/recover.ts';
import { saverFor, type Bench, type Teller } from './apply-run.ts';
import type { Difference } from './apply-plan.ts';
import { endRuns } from '../batch/outcome.ts';
import { current, summaryOf, troubleIn } from '../batch/fetch.ts';
import { shortId } from '../batch/output.ts';

/** The batch lane of one run of apply. */
export interface Batches {
  /** Takes the jobs of this project as far as they go. */
  tendOwn(): Promise<void>;
  lane(teller: Teller): Promise<BatchLane>;
  /** What was booked while this ran. */
  readonly bills: ReadonlyMap<string, Bill>;
  /** A run has come to its end when all of its jobs have; resolves to these jobs as they are now. */
  end(jobIds: readonly string[]): Promise<readonly Job[]>;
}

export function batches(bench: Bench, { steps, wanted }: Difference): Batches {
  const { project, books, deps, settings, flags, terminal } = bench;
  const { jobs } = books.ledger;
  const bills = new Map<string, Bill>();
  const tending: Tending = {
    project,
    cwd: deps.cwd,
    label: shown(project, project.file),
    trash: bench.trash,
    wanted,
    missing: new Set(steps.filter(({ deal }) => deal !== null).map(({ hash }) => hash)),
  };
  let underWay: readonly UnderWay[] = [];
  let opening: Promise<BatchWorld> | null = null;

  // An answer is long on its way to a picture, and a job may bring a thousand.
  let answers = 0;
  let onCount: Teller['onCount'] = () => {};

  function onAnswer({ entry, bill, failure }: Recovered): void {
    onCount(`Fetching: ${counted((answers += 1), 'answer')} so far`);
    if (bill) bills.set(entry.attemptId, bill);
    if (failure) terminal.note(`note   ${printable(failure.message)}`);
  }

  async function open(): Promise<BatchWorld> {
    const { sandbox } = settings;
    const remark = (sentence: string): void => terminal.note(`note   ${printable(sentence)}`);
    const onPicture = keepsOriginals({ sandbox, folder: flags.store, limit: flags.storeLimit }, deps, remark);
    const saver = { ...(await saverFor(bench)()), onPicture };
    const planFor = placing(underWay, tending);
    return batchWorld(await bench.line.open(), books, saver, deps, {
      planFor,
      onAnswer,
      onUpload: uploadNotes(terminal),
    });
  }
  const world = (): Promise<BatchWorld> => (opening ??= open());

  function until(): number | null {
    if (flags.wait === true || livesHere(settings)) return Infinity;
    return typeof flags.wait === 'number' ? deps.clock.now() + flags.wait * 1_000 : null;
  }

  async function isGone({ baseUrl }: Job): Promise<boolean> {
    const { sandbox } = settings;
    return sandbox && baseUrl !== (await world()).baseUrl && !(await deps.isSandbox(baseUrl));
  }

  async function tendOwn(): Promise<void> {
    underWay = await jobs.underWay();
    const ids = new Set(jobsFor(underWay, tending));
    if (ids.size === 0) return;
    const progress = terminal.progress('Looking at the jobs');
    onCount = (text) => progress.update(text);
    try {
      for (const job of (await jobs.list('open')).filter(({ jobId }) => ids.has(jobId))) {
        if (deps.stop.aborted) break;
        if (!job.busy && (await isGone(job))) await closeGone(job, await world());
        const { failure } = await tend(job.jobId, await world());
        for (const now of await end([job.jobId])) if (now.stage === 'done') terminal.note(standLine(now));
        if (failure) terminal.note(`note   ${printable(failure.message)}`);
      }
    } finally {
      progress.stop();
    }
  }

  async function end(jobIds: readonly string[]): Promise<readonly Job[]> {
    if (jobIds.length === 0) return [];
    const now = await current(
      jobIds.map((jobId) => ({ jobId })),
      books.ledger,
    );
    await endRuns(now, books.ledger);
    return now;
  }

  return {
    tendOwn,
    bills,
    end,
    async lane(teller) {
      onCount = teller.onCount;
      return {
        world: await world(),
        newId: deps.newId,
        tier: flags.tier ?? 1,
        until: until(),
        onLook: async (tended) => teller.onLook((await summaryOf(tended, books.ledger)) + troubleIn(tended)),
      };
    },
  };
}

/** How a job stands, for people. */
export function standLine(job: Job, tier: Tier = 1): string {
  const { requests, items, stage, tokens, model, why } = job;
  const lost = items.failed + items.refused + items.unconfirmed;
  const stand =
    stage === 'done'
      ? `${items.saved} of ${counted(requests, 'picture')} came`
      : `${counted(requests, 'picture')} under way, ${inQueue(tokens, model, tier)}`;
  const reason = lost > 0 && why ? `: ${printable(why)}` : '';
  return `job    ${shortId(job)}: ${stand}${lost > 0 ? `, ${lost} did not` : ''}${reason}`;
}

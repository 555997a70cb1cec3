import type { Advanced } from '../../purchase/batch/types.ts';
import { offerFor, type PricingContext } from '../../core/manifest/price.ts';
import type { Seller } from '../../core/providers/sold-by.ts';
import { printable } from '../../core/text/text.ts';
import type { RunStart } from '../../ports/index.ts';
import type { PictureTask } from '../../project/actions.ts';
import { apply, isBatch } from '../../project/apply.ts';
import { strayPictures } from '../../project/cleanup.ts';
import { prune, tidy } from '../../project/prune.ts';
import type { PictureResult, ProjectContext } from '../../project/types.ts';
import type { JobListener, ProjectJobs } from './apply-batch.ts';
import type { ApplyFlags } from './apply-flags.ts';
import type { Difference } from './apply-plan.ts';
import { applyProgress } from './apply-progress.ts';

/** Jobs of earlier runs that may still bring a picture. */
export const jobsAwaited = (tasks: readonly PictureTask[]): readonly string[] =>
  tasks.flatMap(({ action }) => (action.kind === 'await' ? action.jobId : []));

interface Buying {
  readonly run: RunStart;
  readonly flags: ApplyFlags;
  readonly pricing: PricingContext;
  readonly further: readonly Seller[];
  readonly jobs: ProjectJobs;
  /** How far jobs of earlier runs came when this one began. */
  readonly earlier: readonly Advanced[];
}

/** Does the tasks, and shows how far they are. */
export async function buyAndPlace(
  tasks: readonly PictureTask[],
  { run, flags, pricing, further, jobs, earlier }: Buying,
  context: ProjectContext,
): Promise<readonly PictureResult[]> {
  const { deps, terminal } = context.session;
  const progress = applyProgress(tasks, flags.json === true, deps.clock, terminal);
  const awaited = jobsAwaited(tasks);
  const isLate = awaited.length > 0 || tasks.some(isBatch);
  const listener: JobListener = {
    onLook: (summary, trouble) => progress.say(summary, trouble),
    onCount: (text) => progress.update(text),
    onBill: (hash, amount) => progress.answered(hash, amount),
  };
  const { refusalRetries, retryUnconfirmed = 0, maxCost } = flags;
  try {
    return await apply(
      tasks,
      {
        run,
        earlier,
        flags: { ...flags, wait: flags.wait !== false },
        tries: { refusals: refusalRetries ?? null, unconfirmed: retryUnconfirmed },
        further,
        keepsToPrice: refusalRetries === undefined && maxCost === undefined,
        offerOf: (picture, model, lane) =>
          offerFor({ ...picture, model }, lane, { ...pricing, fallback: [] }).route,
        batch: isLate ? await jobs.lane(awaited, listener) : null,
        onRemark: (remark) => terminal.note(`step   ${printable(remark)}`),
        onDone: (result) => progress.done(result),
      },
      context,
    );
  } finally {
    progress.stop();
  }
}

/** Settles what several lines of the lock say, and moves away what the manifest asks for no more, where that was asked for. */
export async function tidied(
  { current, orphans }: Difference,
  flags: ApplyFlags,
  context: ProjectContext,
): Promise<readonly string[]> {
  const { project, lock, files } = context;
  await tidy(project, current, lock, files);
  if (!flags.prune || flags.only !== undefined) return [];
  return prune(orphans, await strayPictures(context, lock.paths()), project, lock, files);
}

import { asFailure, Failure } from '../core/errors.ts';
import type { Bill } from '../core/pricing/types.ts';
import type { Advanced } from '../purchase/batch/types.ts';
import { hashIn } from '../core/manifest/fingerprint.ts';
import type { AttemptPlan, SavePlan, UnderWay } from '../ports/index.ts';
import { latePlan } from '../purchase/late-saving.ts';
import type { PictureTask } from './actions.ts';
import { isWhole } from './cleanup.ts';
import { historyOf, type OpenJobs } from './history.ts';
import { relativeToProject } from './paths.ts';
import { shown, type Project } from './project.ts';
import { adopt, finish } from './recover.ts';
import { restore } from './restore.ts';
import { NOTHING_DONE, projectSaver, type PictureResult, type ProjectContext } from './types.ts';

/** What is known of jobs after they were looked at. */
export interface Stand {
  readonly advanced: readonly Advanced[];
  readonly open: OpenJobs;
}

/** What became of a picture that comes by batch; never throws. */
export async function arrival(
  task: PictureTask,
  { advanced, open }: Stand,
  context: ProjectContext,
): Promise<PictureResult> {
  const nothing = { ...NOTHING_DONE, task };
  const { session, files, cwd, store } = context;
  const { planned } = task;
  const billOf = (attemptId: string): Bill | null => context.bills.get(attemptId) ?? null;
  try {
    const past = await historyOf(planned.hash, session.books, open);
    const { sha256 } = await projectSaver(context);
    if (past.kind === 'saved' && (await isWhole(past.image, cwd, files.pictureFiles, sha256))) {
      const { receipt, image } = past;
      return await adopt(task, { kind: 'adopt', receipt, image }, context);
    }
    if (past.kind === 'saved' && (await store.get(planned.hash)) !== null)
      return { ...nothing, image: await restore(planned, context, planned.change) };
    if (past.kind === 'underWay') {
      const failure = advanced.find(({ jobId }) => jobId === past.jobId)?.failure ?? null;
      return { ...nothing, jobId: past.jobId, failure, bill: billOf(past.receipt.attempt.attemptId) };
    }
    if (past.kind === 'barred') return { ...nothing, failure: past.why, bill: billOf(past.attemptId) };
    if (past.kind === 'answered')
      return await finish(task, { kind: 'finish', receipt: past.receipt }, context);
    if (past.kind === 'saved') return { ...nothing, failure: displaced(past.image.path) };
    return { ...nothing, failure: await missing(task, context) };
  } catch (error) {
    return { ...nothing, failure: asFailure(error) };
  }
}

const displaced = (path: string): Failure =>
  new Failure('disk', `It was paid for, and ${path} is not as it was saved.`, {
    hint: 'Put that file back and apply again; without it, apply buys the picture once more.',
    charged: 'yes',
  });

/** Why a picture did not come that was not charged. */
async function missing({ action }: PictureTask, { session }: ProjectContext): Promise<Failure> {
  const attemptId = action.kind === 'buy' ? action.attemptId : '';
  const [receipt] = await session.books.ledger.receipts({ by: 'attempt', value: attemptId });
  return new Failure('unavailable', receipt?.why ?? 'Its job ended without it.', {
    hint: 'It was not charged: apply again to buy it.',
    charged: 'no',
  });
}

/** Tells the jobs of a project from those of others, and wanted pictures from those that the manifest dropped. */
export interface JobOwnership {
  readonly project: Pick<Project, 'folder'>;
  readonly cwd: string;
  /** What stands for the manifest in the labels of its runs. */
  readonly label: string;
  /** From the project's folder. */
  readonly trash: string;
  /** Hashes of everything that the manifest asks for. */
  readonly wanted: ReadonlySet<string>;
  /** Hashes of what would have to be bought. */
  readonly missing: ReadonlySet<string>;
}

/** Jobs that were made for this project, or that bring what it needs for another one. */
export function jobsFor(underWay: readonly UnderWay[], tending: JobOwnership): readonly string[] {
  const ours = underWay.filter(
    (request) => isOwn(request, tending) || tending.missing.has(hashIn(request.attemptId) ?? ''),
  );
  return [...new Set(ours.map(({ jobId }) => jobId))];
}

/** Where a late picture goes. One that the manifest no longer asks for goes to the trash, since the store has it and it must not take a path. */
export function placing(
  underWay: readonly UnderWay[],
  tending: JobOwnership,
): (plan: AttemptPlan) => SavePlan {
  const own = new Set(
    underWay.filter((request) => isOwn(request, tending)).map(({ attemptId }) => attemptId),
  );
  const { project, cwd, trash, wanted } = tending;
  return (plan) => {
    const save = latePlan(plan, undefined, cwd);
    if (!own.has(plan.attemptId) || wanted.has(hashIn(plan.attemptId) ?? '')) return save;
    const paths = save.paths.map((path) =>
      shown(project, `${trash}/${relativeToProject(project, cwd, path) ?? path}`),
    );
    return { ...save, paths };
  };
}

const isOwn = (
  { labels, cwd }: Pick<UnderWay, 'labels' | 'cwd'>,
  tending: Pick<JobOwnership, 'label' | 'cwd'>,
): boolean => cwd === tending.cwd && labels.includes(tending.label);

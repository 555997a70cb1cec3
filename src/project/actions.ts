import { Failure } from '../core/errors.ts';
import { attemptAfter } from '../core/manifest/fingerprint.ts';
import { expectedPath } from '../core/manifest/picture.ts';
import type { QuotedOrder } from '../core/order/route.ts';
import type { Books, Receipt, StoredImage } from '../ports/index.ts';
import { historyOf, type OpenJobs } from './history.ts';
import type { ProjectFiles } from './paths.ts';
import type { PlannedPicture } from './plan.ts';

/** What is done for one picture. Only `buy` is charged, and each of those is held before the first is sent. */
export type Action =
  | { readonly kind: 'buy'; readonly attemptId: string; readonly offer: QuotedOrder; readonly target: string }
  /** A job that was made before may still bring it. */
  | { readonly kind: 'await'; readonly jobId: string }
  /** Paid before an interruption: the answer is in the journal. */
  | { readonly kind: 'finish'; readonly receipt: Receipt }
  /** Paid and saved before an interruption. */
  | { readonly kind: 'adopt'; readonly receipt: Receipt; readonly image: StoredImage }
  | { readonly kind: 'fetch' }
  | { readonly kind: 'replace' }
  /** As the picture of another key. */
  | { readonly kind: 'copy'; readonly of: string }
  /** `attemptId` of the attempt that bars it, where there is one. */
  | { readonly kind: 'refuse'; readonly why: Failure; readonly attemptId?: string };

export interface PictureTask {
  readonly planned: PlannedPicture;
  readonly action: Action;
}

export interface ActionContext {
  readonly books: Books;
  readonly files: ProjectFiles;
  readonly jobs: OpenJobs;
  readonly isForced: (planned: PlannedPicture) => boolean;
  /** Whether the store has a picture, at this moment. */
  readonly isKept: (hash: string) => Promise<boolean>;
  /** Whether the file of an earlier run is still as it was saved, under the path that it was saved as. */
  readonly isWhole: (image: StoredImage) => Promise<boolean>;
}

/** Looks at disk and ledger before anything is bought. */
export async function actionFor(planned: PlannedPicture, context: ActionContext): Promise<PictureTask> {
  return { planned, action: await chooseAction(planned, context) };
}

async function chooseAction(planned: PlannedPicture, context: ActionContext): Promise<Action> {
  const { change, quoted, twin, impossible } = planned;
  if (change.source === 'store')
    return (await strayed(planned, context)) ?? (await obstacle(planned, context)) ?? { kind: 'fetch' };
  if (change.source === 'lfs') return { kind: 'refuse', why: unfetched(planned) };
  if (change.source === 'file' || change.source === 'git')
    return (await obstacle(planned, context)) ?? { kind: 'replace' };
  if (twin !== null) return (await obstacle(planned, context)) ?? { kind: 'copy', of: twin };
  const past = await historyOf(planned.hash, context.books, context.jobs, context.isForced(planned));
  if (past.kind === 'barred') return { kind: 'refuse', why: past.why, attemptId: past.attemptId };
  if (past.kind === 'underWay') return { kind: 'await', jobId: past.jobId };
  if (past.kind === 'saved' && (await context.isWhole(past.image))) {
    return { kind: 'adopt', receipt: past.receipt, image: past.image };
  }
  // Another process may have put it into the store since the plan was made.
  if (past.kind === 'saved' && (await context.isKept(planned.hash))) {
    return (await obstacle(planned, context)) ?? { kind: 'fetch' };
  }
  if (past.kind === 'answered') return { kind: 'finish', receipt: past.receipt };
  if (impossible !== null) return { kind: 'refuse', why: impossible };
  if (quoted === null) throw new TypeError(`${planned.picture.key} is bought without an offer`);
  const blocked = await obstacle(planned, context);
  const attemptId = past.kind === 'free' ? past.attemptId : next(past.receipt.attempt.attemptId);
  const { order, quote } = quoted.offer;
  const target = context.files.shownAt(targetOf(planned));
  return blocked ?? { kind: 'buy', attemptId, offer: { order, quote }, target };
}

/** It was bought, and only git can bring it. */
function unfetched({ change: { trace } }: PlannedPicture): Failure {
  const where = trace?.revision ? ` in commit ${trace.revision.slice(0, 8)}` : '';
  return new Failure('pending', `${trace?.path}${where} is a Git LFS pointer, and its picture is not here.`, {
    hint: `${trace?.revision ? 'git lfs fetch --all' : 'git lfs pull'} brings it; then apply again.`,
    charged: 'no',
  });
}

/** A batch picture that `batch fetch` put elsewhere is adopted from there: otherwise both copies would exist. */
async function strayed(planned: PlannedPicture, context: ActionContext): Promise<Action | null> {
  if (planned.change.locked?.hash === planned.hash) return null;
  const past = await historyOf(planned.hash, context.books, context.jobs);
  if (past.kind !== 'saved' || past.receipt.attempt.lane !== 'batch') return null;
  const { receipt, image } = past;
  const isPlaced =
    context.files.relativeToProject(image.path) === expectedPath(planned.picture, image.mimeType);
  return !isPlaced && (await context.isWhole(image)) ? { kind: 'adopt', receipt, image } : null;
}

async function obstacle(planned: PlannedPicture, { files }: ActionContext): Promise<Action | null> {
  const path = targetOf(planned);
  const outside = await files.outside(path);
  if (outside !== null) {
    const why = new Failure('usage', outside, { hint: 'Give the picture another place with out.' });
    return { kind: 'refuse', why };
  }
  if (path === planned.change.locked?.path) return null;
  const what = await files.inTheWay(path, planned.change.trace?.line.sha256);
  if (what === null) return null;
  const why = new Failure('usage', what, {
    hint: 'Move it away, or give the picture another place with out.',
  });
  return { kind: 'refuse', why };
}

/** The path from the project's folder, as far as it is known before the picture comes. */
const targetOf = ({ picture, quoted }: PlannedPicture): string =>
  expectedPath(picture, quoted?.offer.order.model.output ?? 'image/jpeg');

function next(attemptId: string): string {
  const after = attemptAfter(attemptId);
  if (after === null) throw new TypeError(`${attemptId} is no attempt at a picture`);
  return after;
}

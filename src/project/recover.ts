import { resolve } from 'node:path';
import { asFailure, Failure } from '../core/errors.ts';
import { withExtension } from '../core/files/filename.ts';
import type { Locked } from '../core/manifest/lock.ts';
import { expectedPath } from '../core/manifest/picture.ts';
import { toDecimal, ZERO } from '../core/pricing/money.ts';
import type { SavedImage, SavePlan } from '../ports/index.ts';
import { recover } from '../purchase/recover.ts';
import { enter, keep, keeper } from './record.ts';
import { relativeToProject } from './paths.ts';
import { shown } from './project.ts';
import { restore, traceOf } from './restore.ts';
import type { HashedPicture } from './pictures.ts';
import type { Action, PictureTask } from './actions.ts';
import { NOTHING_DONE, projectSaver, type PictureResult, type ProjectContext } from './types.ts';

// A picture that an interrupted run paid for is first put where that run wanted it, then where it is wanted now.

/** Finishes a picture whose answer waits in the journal. */
export async function finish(
  task: PictureTask,
  { receipt }: Action & { kind: 'finish' },
  context: ProjectContext,
): Promise<PictureResult> {
  const { attemptId, model, save } = receipt.attempt;
  const recovered = await recover(attemptId, {
    books: context.session.books,
    api: (await context.session.reader()).images,
    leave: context.session.deps.leave,
    saver: { ...(await projectSaver(context)), onPicture: keeper(task.planned.hash, context) },
    planFor: () => save,
  });
  const [saved] = recovered.images;
  const bill = recovered.bill ?? context.bills.get(attemptId) ?? null;
  if (saved === undefined) {
    const failure =
      recovered.failure ?? new Failure('unavailable', 'Another process is at it.', { hint: 'Apply again.' });
    return { ...NOTHING_DONE, task, bill, failure };
  }
  if (save.toStore !== undefined)
    return { ...NOTHING_DONE, task, bill, image: await restore(task.planned, context, task.planned.change) };
  const cost = recovered.bill?.amount ?? receipt.bill?.amount ?? ZERO;
  const before = task.planned.change.locked;
  const paid = { ...NOTHING_DONE, task, image: saved, bill };
  try {
    const line = await enter(asItWas(task.planned, save, context), saved, { model, cost }, before, context);
    return { ...paid, image: await moved(task, line, saved, context), failure: recovered.failure };
  } catch (error) {
    return { ...paid, failure: asFailure(error) };
  }
}

/** Enters a picture into the lock that an interrupted run put on disk. */
export async function adopt(
  task: PictureTask,
  { receipt, image: found }: Action & { kind: 'adopt' },
  context: ProjectContext,
): Promise<PictureResult> {
  const { attemptId, model, save } = receipt.attempt;
  const { planned } = task;
  const { locked } = planned.change;
  const cost = receipt.bill?.amount ?? ZERO;
  const known = asItWas(planned, save, context);
  const here = await broughtHere(known, found, context);
  // Pictures of jobs have their originals in the store already.
  const isKept = receipt.attempt.lane === 'batch' && (await context.store.has(planned.hash));
  if (save.format === null && !isKept) {
    const bytes = await context.files.pictureFiles.read(here.path);
    await keep(planned.hash, { bytes, model, cost: toDecimal(cost), date: context.day }, context);
  }
  const before = locked?.path === context.files.relativeToProject(here.path) ? null : locked;
  const line = await enter(known, here, { model, cost }, before, context);
  const image = await moved(task, line, here, context);
  return { ...NOTHING_DONE, task, image, bill: context.bills.get(attemptId) ?? null };
}

/** A picture that was fetched to somewhere else gets a copy in the project. */
async function broughtHere(
  { picture }: HashedPicture,
  found: SavedImage,
  { project, files }: ProjectContext,
): Promise<SavedImage> {
  const path = files.relativeToProject(found.path);
  if (path !== null) return { ...found, path: shown(project, path) };
  const bytes = await files.pictureFiles.read(found.path);
  const to = withExtension(shown(project, picture.out), found.mimeType);
  return { ...found, path: await files.pictureFiles.put(to, bytes, { replace: false }) };
}

async function moved(
  task: PictureTask,
  line: Locked,
  image: SavedImage,
  context: ProjectContext,
): Promise<SavedImage> {
  const { picture } = task.planned;
  const isAsked = (['out', 'format', 'quality'] as const).every((name) => line[name] === picture[name]);
  const place = expectedPath(picture, image.mimeType);
  // It has a numbered name because the file that it replaces was still there.
  const isBeside = line.path !== place && (await context.files.inTheWay(place)) === null;
  return isAsked && !isBeside
    ? image
    : restore(task.planned, context, { locked: line, trace: traceOf(line) });
}

/** The picture with the place and the format that the interrupted run had in mind. */
function asItWas(
  known: HashedPicture,
  { paths, cwd, format, quality }: SavePlan,
  context: ProjectContext,
): HashedPicture {
  const [path = ''] = paths;
  const out = relativeToProject(context.project, context.cwd, resolve(cwd, path)) ?? known.picture.out;
  return { ...known, picture: { ...known.picture, out, format, quality } };
}

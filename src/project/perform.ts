import type { Trace } from '../core/manifest/change.ts';
import { asFailure, Failure, restated } from '../core/errors.ts';
import type { PictureTask } from './actions.ts';
import { adopt, finish } from './recover.ts';
import { restore, traceOf } from './restore.ts';
import { NOTHING_DONE, type PictureResult, type ProjectContext } from './types.ts';

/** Does what costs nothing. Never throws: what goes wrong with one picture is its own. */
export async function perform(
  task: PictureTask,
  done: ReadonlyMap<string, PictureResult>,
  context: ProjectContext,
): Promise<PictureResult> {
  const nothing = { ...NOTHING_DONE, task };
  const { planned, action } = task;
  if (context.session.deps.stop.aborted) return { ...nothing, failure: cancelled() };
  try {
    if (action.kind === 'refuse')
      return { ...nothing, failure: action.why, bill: context.bills.get(action.attemptId ?? '') ?? null };
    if (action.kind === 'finish') return await finish(task, action, context);
    if (action.kind === 'adopt') return await adopt(task, action, context);
    const twin = action.kind === 'copy' ? done.get(action.of) : undefined;
    if (twin?.failure) return { ...nothing, failure: restated(twin.failure, { charged: 'no' }) };
    if (twin?.jobId) return { ...nothing, jobId: twin.jobId };
    const { locked } = planned.change;
    const made =
      action.kind === 'copy' ? await copyOf(action.of, planned.hash, context) : planned.change.trace;
    return { ...nothing, image: await restore(planned, context, { locked, trace: made }) };
  } catch (error) {
    return { ...nothing, failure: asFailure(error) };
  }
}

/** The store may have kept nothing; then the file of the other picture will do. */
async function copyOf(of: string, hash: string, { lock, store }: ProjectContext): Promise<Trace | null> {
  const line = lock.lineOf(of);
  return line?.hash === hash && !(await store.has(hash)) ? traceOf(line) : null;
}

const cancelled = (): Failure =>
  new Failure('cancelled', 'Cancelled before everything was done.', { charged: 'no' });

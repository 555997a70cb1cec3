import pLimit from 'p-limit';
import { mostPressing } from '../core/errors.ts';
import { pictureSpace } from '../core/order/answer-space.ts';
import type { RunStart } from '../ports/index.ts';
import type { Advanced, BatchLane } from '../purchase/batch/types.ts';
import type { PurchaseRequest } from '../purchase/request.ts';
import type { SendingFlags } from '../purchase/session.ts';
import { standingFailures, summarise, totalBill } from '../purchase/summary.ts';
import type { Try } from '../purchase/tries.ts';
import type { PictureTask } from './actions.ts';
import { openJobs } from './history.ts';
import { arrival } from './jobs.ts';
import { perform } from './perform.ts';
import { requestFor, type BuyingRules } from './purchase-request.ts';
import { NOTHING_DONE, projectSaver, type PictureResult, type ProjectContext } from './types.ts';

/** One run of apply, beside what it works with. */
export interface ApplyRun extends BuyingRules {
  readonly run: RunStart;
  readonly flags: SendingFlags;
  /** How far jobs of earlier runs came when this one began. */
  readonly earlier: readonly Advanced[];
  /** null where nothing is bought or brought by batch. */
  readonly batch: BatchLane | null;
  /** What is tried next for a picture and why, or why it is not: a sentence. */
  readonly onRemark: (remark: string) => void;
  readonly onDone: (result: PictureResult) => void;
}

/** Does everything that the tasks say: what costs nothing first, once all that is bought is held. */
export async function apply(
  tasks: readonly PictureTask[],
  { run, flags, earlier, batch, onRemark, onDone, ...rules }: ApplyRun,
  context: ProjectContext,
): Promise<readonly PictureResult[]> {
  const { session } = context;
  const done = new Map<string, PictureResult>();
  const finished = (result: PictureResult): void => {
    done.set(result.task.planned.picture.key, result);
    onDone(result);
  };
  const limit = pLimit(flags.concurrency);
  const performAll = (which: (task: PictureTask) => boolean): Promise<unknown> =>
    limit.map(tasks.filter(which), async (task) => finished(await perform(task, done, context)));

  context.files.spare(tasks.flatMap(lender));
  const prove = proving(context, roomFor(tasks));
  const taskOf = new Map<PurchaseRequest, PictureTask>();
  for (const task of tasks) {
    if (task.action.kind === 'buy') taskOf.set(requestFor(task, task.action, rules, context, prove), task);
  }
  const { results, advanced } = await session.buy([...taskOf.keys()], run, flags, {
    saver: () => projectSaver(context),
    batch,
    onHeld: async () => void (await performAll(isFree)),
    onRemark(remark, request) {
      onRemark(`${taskOf.get(request)?.planned.picture.key}: ${remark}`);
    },
    onDone(tries, request) {
      const task = taskOf.get(request);
      if (task) finished(resultOf(task, tries));
    },
  });
  const unasked = new Map(
    results.flatMap(({ request, failure }) => (failure ? [[taskOf.get(request), failure] as const] : [])),
  );
  const open = await openJobs(session.books);
  const late = tasks.filter((task) => task.action.kind === 'await' || isBatch(task));
  await limit.map(late, async (task) => {
    const failure = unasked.get(task);
    const came = failure ? null : await arrival(task, { advanced: [...advanced, ...earlier], open }, context);
    finished(came ?? { ...NOTHING_DONE, task, failure: failure ?? null });
  });
  // Copies wait for what they are copies of.
  await performAll(({ action }) => action.kind === 'copy');
  return tasks.flatMap(({ planned }) => done.get(planned.picture.key) ?? []);
}

/** The file of another picture that this one is made of. */
const lender = ({ planned: { change, picture } }: PictureTask): readonly string[] =>
  change.trace?.revision === null && change.trace.line.id !== picture.key ? [change.trace.path] : [];

const isFree = ({ action }: PictureTask): boolean =>
  action.kind !== 'buy' && action.kind !== 'await' && action.kind !== 'copy';

/** Whether the picture is bought in a job of lane batch. */
export const isBatch = ({ action }: PictureTask): boolean =>
  action.kind === 'buy' && action.offer.order.lane === 'batch';

/** One file for each folder is enough: law 1 wants to know beforehand that it can be written there. */
function proving({ files }: ProjectContext, room: number): (path: string) => Promise<void> {
  const proven = new Set<string>();
  return async (path) => {
    const folder = path.replace(/[^/]*$/, '');
    if (proven.has(folder)) return;
    proven.add(folder);
    await files.pictureFiles.prove(path, proven.size === 1 ? room : 0);
  };
}

/** For all that is bought, and once more for the originals in the store, which is most likely on the same disk. */
const roomFor = (tasks: readonly PictureTask[]): number =>
  2 *
  tasks.reduce(
    (sum, { action }) =>
      action.kind === 'buy' ? sum + pictureSpace({ count: 1, size: action.offer.order.size }) : sum,
    0,
  );

/** The bill counts attempts that brought no picture, too. */
function resultOf(task: PictureTask, tries: readonly Try[]): PictureResult {
  const attempts = tries.flatMap(({ results }) => results);
  const [image = null] = summarise(tries).images;
  const failure = mostPressing(standingFailures(tries));
  const bill = totalBill(attempts.flatMap((attempt) => attempt.bill ?? []));
  return { ...NOTHING_DONE, task, attempts, image, bill, failure };
}

import { usageFailure, type Failure } from '../../core/errors.ts';
import { counted } from '../../core/text/text.ts';
import { format, sum } from '../../core/pricing/money.ts';
import type { Queue } from '../../ports/index.ts';
import { cancelJobs } from './cancel-jobs.ts';
import type { QueueContext } from './flags.ts';
import { NOTHING_CHANGED, statusLine, tellQueue, type QueueChange } from './output.ts';

/** Opens the queue, and closes it again. */
export async function withQueue<T>(
  { settings, deps }: Pick<QueueContext, 'settings' | 'deps'>,
  work: (queue: Queue) => Promise<T>,
): Promise<T> {
  const queue = await deps.queue(settings);
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

async function changing(
  context: QueueContext,
  action: QueueChange['action'],
  change: (queue: Queue) => Promise<Partial<QueueChange> & { readonly failure?: Failure | null }>,
): Promise<number> {
  const { flags, settings, terminal } = context;
  return withQueue(context, async (queue) => {
    const { failure = null, ...changed } = await change(queue);
    const how = { sandbox: settings.sandbox, json: flags.json === true, failure };
    return tellQueue({ action, ...NOTHING_CHANGED, ...changed }, await queue.status(), how, terminal);
  });
}

const LOOK_MS = 2_000;

export async function status(context: QueueContext): Promise<number> {
  const { flags, deps, terminal } = context;
  if (flags.watch && flags.json)
    throw usageFailure(
      '--watch shows how it goes on, and --json is one document.',
      'Ask for that again and again.',
    );
  return changing(context, 'status', async (queue) => {
    if (!flags.watch) return {};
    const progress = terminal.progress('Looking at the queue');
    let said = '';
    try {
      while (!deps.stop.aborted) {
        const now = await queue.status();
        if (now.counts.waiting + now.counts.working + now.counts.inJobs === 0) break;
        const line = statusLine(now);
        progress.update(line);
        if (!progress.isShown && line !== said) terminal.note(`wait   ${line}`);
        said = line;
        await deps.clock.sleep(LOOK_MS, deps.stop).catch(() => undefined);
      }
    } finally {
      progress.stop();
    }
    return {};
  });
}

export const pause = (context: QueueContext): Promise<number> =>
  changing(context, 'pause', async (queue) => {
    await queue.pause(true);
    return {};
  });

export const resume = (context: QueueContext): Promise<number> =>
  changing(context, 'resume', async (queue) => {
    await queue.pause(false);
    return {};
  });

const NO_JOBS = { cancelled: [], failure: null } as const;

export const cancel = (context: QueueContext): Promise<number> =>
  changing(context, 'cancel', async (queue) => {
    const waiting = await queue.cancel();
    const hasJobs = (await queue.openJobs()).length > 0;
    const { cancelled, failure } = hasJobs ? await cancelJobs(queue, context) : NO_JOBS;
    const items = waiting.items + cancelled.length;
    const released = sum([waiting.released, ...cancelled.map(({ plan }) => plan.high)]);
    context.terminal.note(`${counted(items, 'picture')} taken off the queue, ${format(released)} given back`);
    return { changed: items, failure };
  });

import { usageFailure } from '../../core/errors.ts';
import { counted } from '../../core/text/text.ts';
import { format } from '../../core/pricing/money.ts';
import type { Queue } from '../../ports/index.ts';
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
  change: (queue: Queue) => Promise<Partial<QueueChange>>,
): Promise<number> {
  const { flags, settings, terminal } = context;
  return withQueue(context, async (queue) => {
    const changed = { action, ...NOTHING_CHANGED, ...(await change(queue)) };
    const how = { sandbox: settings.sandbox, json: flags.json === true };
    return tellQueue(changed, await queue.status(), how, terminal);
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
        if (now.counts.waiting + now.counts.working === 0) break;
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

export const cancel = (context: QueueContext): Promise<number> =>
  changing(context, 'cancel', async (queue) => {
    const { items, released } = await queue.cancel();
    context.terminal.note(`${counted(items, 'picture')} taken off the queue, ${format(released)} given back`);
    return { changed: items };
  });

import type { QueueEnd } from '../../core/policy/queue.ts';
import type { Queue } from '../../ports/index.ts';

/** A queue that hears later of what it could not write down at once. */
export interface ToldQueue {
  /** What was not charged goes back, and anything else ends as the ledger has it. */
  giveBack(attemptId: string, options?: Parameters<Queue['giveBack']>[1]): Promise<void>;
  /** `onEnd` hears what became of it, as the ledger has it, whenever that is written down. */
  finish(attemptId: string, onEnd: (end: QueueEnd | null) => void): Promise<void>;
  /** Tells what is not written down yet. */
  catchUp(): Promise<void>;
  /** It was taken anew, so what was to be written down of it was. */
  drop(attemptId: string): void;
}

export function toldQueue(queue: Pick<Queue, 'giveBack' | 'finish'>): ToldQueue {
  const untold = new Map<string, () => Promise<void>>();

  async function tell(attemptId: string, step: () => Promise<void>): Promise<void> {
    untold.set(attemptId, step);
    await step();
    untold.delete(attemptId);
  }

  return {
    giveBack: (attemptId, options = { isUncharged: false }) =>
      tell(attemptId, async () => {
        await queue.giveBack(attemptId, options);
        await queue.finish(attemptId);
      }),
    finish: (attemptId, onEnd) => tell(attemptId, async () => onEnd(await queue.finish(attemptId))),
    async catchUp() {
      for (const [attemptId, step] of untold) await tell(attemptId, step);
    },
    drop: (attemptId) => void untold.delete(attemptId),
  };
}

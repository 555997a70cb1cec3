import { answerSpace } from '../../core/order/answer-space.ts';
import type { Books, Clock, QueueJob } from '../../ports/index.ts';
import { PROVEN_MS } from '../store-original.ts';
import type { WorkContext } from './work-context.ts';

/** Proves now and then that as many answers have room as may be under way at once, all of them like those that were taken. */
export function provesRoom(
  { journal }: Books,
  { concurrency, clock, requestOf }: Pick<WorkContext, 'requestOf'> & { concurrency: number; clock: Clock },
): (jobs: readonly QueueJob[]) => Promise<void> {
  const proven = { bytes: 0, at: 0 };
  return async (jobs) => {
    const orders = jobs.map((job) => requestOf(job).attempt.order);
    const all = Array.from({ length: concurrency }, () => orders).flat();
    const bytes = answerSpace(all, concurrency);
    if (bytes <= proven.bytes && clock.now() - proven.at < PROVEN_MS) return;
    await journal.prove(bytes);
    Object.assign(proven, { bytes, at: clock.now() });
  };
}

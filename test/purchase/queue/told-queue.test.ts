import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import type { QueueEnd } from '../../../src/core/policy/queue.ts';
import { ZERO } from '../../../src/core/pricing/money.ts';
import { toldQueue } from '../../../src/purchase/queue/told-queue.ts';

const END: QueueEnd = { state: 'done', amount: ZERO, why: null };

/** A queue that cannot be reached while it is away, and what it was told otherwise. */
function listening() {
  const heard: string[] = [];
  const line = { isAway: false };
  const listen = (what: string): void => {
    if (line.isAway) throw new Failure('unavailable', 'The queue is away.', { charged: 'no' });
    heard.push(what);
  };
  const told = toldQueue({
    async giveBack(attemptId, options) {
      listen(`${attemptId} back${options?.isUncharged ? ', uncharged' : ''}`);
    },
    async finish(attemptId) {
      listen(`${attemptId} ended`);
      return END;
    },
  });
  return { told, heard, line };
}

describe('a queue that is told', () => {
  it('hears of what goes back whether that is known to be uncharged, and then how it stands', async () => {
    const { told, heard } = listening();
    await told.giveBack('a');
    await told.giveBack('b', { isUncharged: true });
    expect(heard).toEqual(['a back', 'a ended', 'b back, uncharged', 'b ended']);
  });

  it('hears once of what it took at once', async () => {
    const { told, heard } = listening();
    await told.finish('a', () => {});
    await told.catchUp();
    expect(heard).toEqual(['a ended']);
  });

  it('hears later of all that it could not be told, and whoever waits for it as well', async () => {
    const { told, heard, line } = listening();
    const ends: (QueueEnd | null)[] = [];
    line.isAway = true;
    await expect(told.finish('a', (end) => void ends.push(end))).rejects.toThrow('The queue is away.');
    await expect(told.giveBack('b', { isUncharged: true })).rejects.toThrow('The queue is away.');
    await expect(told.catchUp()).rejects.toThrow('The queue is away.');
    expect([heard, ends]).toEqual([[], []]);
    line.isAway = false;
    await told.catchUp();
    await told.catchUp();
    expect([heard, ends]).toEqual([['a ended', 'b back, uncharged', 'b ended'], [END]]);
  });

  it('hears nothing more of what was taken anew', async () => {
    const { told, heard, line } = listening();
    line.isAway = true;
    await expect(told.giveBack('a')).rejects.toThrow('The queue is away.');
    line.isAway = false;
    told.drop('a');
    await told.catchUp();
    expect(heard).toEqual([]);
  });
});

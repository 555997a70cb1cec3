import { describe, expect, it } from 'vitest';
import { abreast } from '../../../src/purchase/batch/weighted-concurrency.ts';

async function* each(...things: readonly number[]) {
  yield* things;
}

/** Works on things of these weights, with room for 10; what was under way each time that one was begun. */
async function worked(weights: readonly number[], most = 9) {
  const begun: (readonly number[])[] = [];
  const underWay: number[] = [];
  await abreast(each(...weights), { most, room: 10, weigh: (weight) => weight }, async (weight) => {
    underWay.push(weight);
    begun.push([...underWay]);
    await new Promise(setImmediate);
    underWay.splice(underWay.indexOf(weight), 1);
  });
  return begun;
}

describe('work on several things at the same time', () => {
  it('begins as many as there is room for', async () => {
    expect((await worked([5, 5]))[1]).toEqual([5, 5]);
    expect((await worked([5, 6]))[1]).toEqual([6]);
    expect((await worked([2, 2, 2, 2, 2, 2])).map(({ length }) => length)).toEqual([1, 2, 3, 4, 5, 5]);
  });

  it('begins no more than the most of them', async () => {
    expect((await worked([1, 1, 1, 1], 2)).map(({ length }) => length)).toEqual([1, 2, 2, 2]);
  });

  it('takes what is heavier than all the room, alone', async () => {
    expect(await worked([11, 1, 12])).toEqual([[11], [1], [12]]);
  });

  it('begins none after the first that fails, and ends what is under way', async () => {
    const begun: number[] = [];
    const done: number[] = [];
    const limits = { most: 2, room: 10, weigh: () => 1 };
    const working = abreast(each(1, 2, 3, 4, 5), limits, async (thing) => {
      begun.push(thing);
      await new Promise(setImmediate);
      if (thing === 1) throw new Error('broken');
      done.push(thing);
    });
    await expect(working).rejects.toThrow('broken');
    expect(begun).toEqual([1, 2]);
    expect(done).toEqual([2]);
  });
});

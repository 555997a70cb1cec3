import { expect, it } from 'vitest';
import type { Books, Receipt } from '../../src/ports/index.ts';
import { historyOf } from '../../src/project/history.ts';

/** Books that know of one attempt at a picture, which a process has left that is dead. */
function left(command: string, state: Receipt['state']): Books {
  const receipt = { state, images: [], attempt: { attemptId: 'hash-1' }, run: { command }, elsewhere: null };
  const ledger = {
    receipts: async ({ value }: { value: string }) => (value === 'hash-1' ? [receipt] : []),
    abandoned: async (ids: readonly string[]) => ids,
  };
  return { ledger, journal: { ids: async () => [] } } as unknown as Books;
}

it.each([true, false])(
  'a picture of the queue whose worker died before it was sent is left to the queue, which buys it: --force %s',
  async (again) => {
    expect(await historyOf('hash', left('queue', 'held'), new Map(), again)).toMatchObject({
      kind: 'barred',
      why: { message: 'It is in the queue.', charged: 'no' },
    });
  },
);

it('a picture whose process died before it was sent can be bought', async () => {
  expect(await historyOf('hash', left('apply', 'held'), new Map())).toEqual({
    kind: 'free',
    attemptId: 'hash-2',
  });
});

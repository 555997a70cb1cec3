import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { usd } from '../../src/core/pricing/money.ts';
import type { Deps, Store } from '../../src/ports/index.ts';
import { keepsOriginals } from '../../src/purchase/store-original.ts';
import type { Paid } from '../../src/purchase/types.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { aBill, aPlan } from '../support/purchases.ts';

const HASH = '0123456789abcdef'.repeat(4);
const bytes = Buffer.from('a picture');
const plan = aPlan({ attemptId: `${HASH}-1`, expected: usd('0.03') });
const [path = ''] = plan.save.paths;

function keeper(put: () => Promise<void> = async () => {}) {
  const kept: unknown[] = [];
  const remarks: string[] = [];
  let opened = 0;
  const store = {
    put: async (...asked: Parameters<Store['put']>) => {
      await put();
      kept.push(asked);
    },
  };
  const deps = {
    clock: fakeClock('2026-11-22T12:00:00Z'),
    store: async () => ((opened += 1), store),
  } as unknown as Pick<Deps, 'store' | 'clock'>;
  const keep = keepsOriginals({ sandbox: false, folder: undefined, limit: undefined }, deps, (text) => {
    remarks.push(text);
  });
  const shown = async (paid: Partial<Paid> = {}, at = path) =>
    keep?.({ bytes, path: at, paid: { plan, bill: aBill('0.0386'), ...paid } });
  return { kept, remarks, shown, opened: () => opened };
}

describe('the store', () => {
  it('keeps a picture of a project as it came, with what was paid for it', async () => {
    const { kept, shown, opened } = keeper();
    await shown();
    await shown({ bill: null });
    const facts = { bytes, model: 'small-model', date: '2026-11-22' };
    expect(kept).toEqual([
      [HASH, { ...facts, cost: '0.0386' }],
      [HASH, { ...facts, cost: '0.03' }],
    ]);
    expect(opened()).toBe(1);
  });

  it('keeps neither a draft in place of the picture, nor what is of no project', async () => {
    const { kept, shown, opened } = keeper();
    await shown({}, 'out/lighthouse-draft-1');
    await shown({ plan: aPlan() });
    expect([kept, opened()]).toEqual([[], 0]);
  });

  it('is no reason to stop where it is full, and no cover for a mistake of ours', async () => {
    const { remarks, shown } = keeper(() => Promise.reject(new Failure('disk', 'The store is full.')));
    await shown();
    expect(remarks).toEqual(['The store is full.']);
    await expect(keeper(() => Promise.reject(new TypeError('oops'))).shown()).rejects.toThrow('oops');
  });
});

import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { usd } from '../../src/core/pricing/money.ts';
import type { Deps, Store } from '../../src/ports/index.ts';
import { keepsOriginals, PROVEN_MS, provesStores, storesFor } from '../../src/purchase/store-original.ts';
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

  it('that is the only place of a picture must take it', async () => {
    const full = new Failure('disk', 'The store is full.');
    const { remarks, shown } = keeper(() => Promise.reject(full));
    const only = { ...plan, save: { ...plan.save, toStore: { place: null } } };
    await expect(shown({ plan: only })).rejects.toBe(full);
    expect(remarks).toEqual([]);
  });

  it('is no reason to stop where it is full, and no cover for a mistake of ours', async () => {
    const { remarks, shown } = keeper(() => Promise.reject(new Failure('disk', 'The store is full.')));
    await shown();
    expect(remarks).toEqual(['The store is full.']);
    await expect(keeper(() => Promise.reject(new TypeError('oops'))).shown()).rejects.toThrow('oops');
  });
});

/** Stores by their folders, and which of them were opened and asked to prove themselves. */
function stores(folder: string | undefined) {
  const [opened, proven]: [unknown[], unknown[]] = [[], []];
  const open = async (which: Parameters<Deps['store']>[0]) => {
    opened.push(which);
    return { prove: async () => void proven.push(which.folder) } as unknown as Store;
  };
  const storeOf = storesFor({ sandbox: true, folder, limit: 7 }, { store: open });
  return { opened, proven, storeOf };
}

const planIn = (place: string | null) => ({ ...plan, save: { ...plan.save, toStore: { place } } });

describe('the stores of pictures', () => {
  it('are opened once each: the one that a plan names, and this one for the others', async () => {
    const { opened, storeOf } = stores('here');
    for (const named of [undefined, 's3://there', undefined, 's3://there']) await storeOf(named);
    expect(opened).toEqual([
      { sandbox: true, folder: 'here', limit: 7 },
      { sandbox: true, folder: 's3://there' },
    ]);
  });

  it('prove that they take pictures, each as long as that is good for', async () => {
    const { proven, storeOf } = stores('here');
    const clock = fakeClock();
    const prove = provesStores(storeOf, { clock });
    const all = [plan, planIn(null), planIn('s3://there'), planIn('s3://there')];
    await prove(all);
    expect(proven).toEqual(['here', 's3://there']);
    clock.advance(PROVEN_MS - 1);
    await prove(all);
    expect(proven).toHaveLength(2);
    clock.advance(1);
    await prove(all.slice(0, 1));
    expect(proven).toEqual(['here', 's3://there', 'here']);
  });
});

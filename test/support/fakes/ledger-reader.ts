import { attemptIdOf } from '../../../src/core/manifest/fingerprint.ts';
import type { LedgerReader } from '../../../src/ports/index.ts';
import { historyOf } from './ledger.ts';
import type { FakeStore } from './ledger-state.ts';

/** Looks into a ledger in memory. */
export const fakeLedgerReader = ({ attempts, jobs }: FakeStore): LedgerReader => ({
  async last(hash) {
    let last = attempts.get(attemptIdOf(hash, 1));
    for (let n = 2; attempts.has(attemptIdOf(hash, n)); n += 1) last = attempts.get(attemptIdOf(hash, n));
    if (last === undefined) return null;
    const { plan, state, images } = last;
    const open = [...jobs.values()].find(
      ({ facts, items }) =>
        facts.stage !== 'done' && items.some(({ attemptId }) => attemptId === plan.attemptId),
    );
    const [image] = images;
    return {
      state,
      jobId: open?.facts.jobId ?? null,
      image: image ? { path: image.absolutePath, sha256: image.sha256 } : null,
    };
  },
  priceHistory: async (model, size) => historyOf([...attempts.values()], model, size),
  names: async () => null,
  async close() {},
});

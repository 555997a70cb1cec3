import { dayOf } from '../core/policy/calendar.ts';
import { Failure } from '../core/errors.ts';
import { hashIn } from '../core/manifest/fingerprint.ts';
import { toDecimal } from '../core/pricing/money.ts';
import type { Deps, Store } from '../ports/index.ts';
import type { Saver } from './types.ts';

/** Keeps pictures of projects as they came, whoever fetches them: what is in the store is never bought again. */
export function keepsOriginals(
  which: Parameters<Deps['store']>[0],
  { store: open, clock }: Pick<Deps, 'store' | 'clock'>,
  remark: (sentence: string) => void,
): Required<Saver>['onPicture'] {
  let store: Promise<Store> | null = null;
  return async ({ bytes, path, paid: { plan, bill } }) => {
    const hash = hashIn(plan.attemptId);
    if (hash === null || !plan.save.paths.includes(path)) return;
    const cost = toDecimal(bill?.amount ?? plan.expected);
    try {
      store ??= open(which);
      await (await store).put(hash, { bytes, model: plan.model, cost, date: dayOf(clock.now()) });
    } catch (error) {
      // A store is a help, and no reason to stop.
      if (!(error instanceof Failure)) throw error;
      remark(error.message);
    }
  };
}

import { dayOf } from '../core/policy/calendar.ts';
import { Failure } from '../core/errors.ts';
import { hashIn } from '../core/manifest/fingerprint.ts';
import { toDecimal } from '../core/pricing/money.ts';
import type { AttemptPlan, Deps, Store } from '../ports/index.ts';
import type { PaidPicture } from './types.ts';

/** Which store; a plan may name another one. */
type StoreChoice = Parameters<Deps['store']>[0];

type OnPicture = (picture: PaidPicture) => Promise<void>;
export type StoreOf = (named: string | undefined) => Promise<Store>;

/** Opens stores, each once: the one that a plan names, and this one for the others. */
export function storesFor(which: StoreChoice, { store }: Pick<Deps, 'store'>): StoreOf {
  const open = new Map<string | undefined, Promise<Store>>();
  return (named) => {
    const opened =
      open.get(named) ?? store(named === undefined ? which : { sandbox: which.sandbox, folder: named });
    open.set(named, opened);
    return opened;
  };
}

/** How long a proof that there is room is good for. */
export const PROVEN_MS = 10_000;

/** Proves that the stores of pictures take them, each now and then. */
export function provesStores(
  storeOf: StoreOf,
  { clock }: Pick<Deps, 'clock'>,
): (plans: readonly AttemptPlan[]) => Promise<void> {
  const proven = new Map<string | undefined, number>();
  return async (plans) => {
    for (const place of new Set(plans.map(placeOf))) {
      const store = await storeOf(place);
      if (clock.now() - (proven.get(place) ?? -Infinity) < PROVEN_MS) continue;
      await store.prove();
      proven.set(place, clock.now());
    }
  };
}

const placeOf = ({ save }: Pick<AttemptPlan, 'save'>): string | undefined => save.toStore?.place ?? undefined;

/** Puts pictures of projects into their store as they came. Failure `disk` where it cannot be. */
export function putsOriginals(storeOf: StoreOf, { clock }: Pick<Deps, 'clock'>): OnPicture {
  return async ({ bytes, path, paid: { plan, bill } }) => {
    const hash = hashIn(plan.attemptId);
    if (hash === null || !plan.save.paths.includes(path)) return;
    const cost = toDecimal(bill?.amount ?? plan.expected);
    const original = { bytes, model: plan.model, cost, date: dayOf(clock.now()) };
    await (await storeOf(placeOf(plan))).put(hash, original);
  };
}

/** Keeps them, whoever fetches them: what is in the store is never bought again. */
export function keepsOriginals(
  which: StoreChoice,
  deps: Pick<Deps, 'store' | 'clock'>,
  remark: (sentence: string) => void,
): OnPicture {
  const put = putsOriginals(storesFor(which, deps), deps);
  return async (picture) => {
    try {
      await put(picture);
    } catch (error) {
      // A store is a help and no reason to stop, but where it is the only place.
      if (!(error instanceof Failure) || picture.paid.plan.save.toStore !== undefined) throw error;
      remark(error.message);
    }
  };
}

import {
  lesson,
  limitsFor,
  recovered,
  TRAVEL_MS,
  unitsOf,
  waitFor,
  WINDOWS,
} from '../../../src/core/policy/rate-limits.ts';
import type { Learned, Weight } from '../../../src/core/policy/rate-limits.ts';
import type { Clock, Slots } from '../../../src/ports/index.ts';
import { overflowOf } from '../sent.ts';

interface FakeSlot extends Weight {
  at: number;
  refused: boolean;
}

export interface FakeSlots extends Slots {
  /** Every slot that was given out, in order. */
  readonly given: readonly Readonly<FakeSlot>[];
}

/** Slots in memory; whoever shares them is another process. */
export function fakeSlots(clock: Pick<Clock, 'now'>, who = 'Google'): FakeSlots {
  const given: FakeSlot[] = [];
  const learned = new Map<string, Learned>();

  return {
    given,
    async take(weight, wishes) {
      const now = clock.now();
      for (const slot of given) slot.at = Math.min(slot.at, now + TRAVEL_MS);
      const known = ['requests', 'images', 'spend'].flatMap(
        (meter) => learned.get(`${meter} ${meter === 'spend' ? '' : weight.model}`) ?? [],
      );
      const wait = waitFor(
        weight,
        limitsFor(weight.model, wishes, known, now),
        ({ meter }, since, room) =>
          overflowOf(
            given
              .filter(({ model }) => meter === 'spend' || model === weight.model)
              .map((slot) => ({ at: slot.at, units: unitsOf(slot, meter) })),
            since,
            room,
          ),
        now,
      );
      return wait ?? { slot: given.push({ ...weight, at: now + TRAVEL_MS, refused: false }) };
    },
    async arrives({ slot }, withinMs) {
      const own = given[slot - 1];
      if (own) own.at = clock.now() + withinMs;
    },
    async refused({ slot }, { meter, stated }) {
      const own = given[slot - 1];
      if (own === undefined) return;
      own.refused = true;
      const taken = given
        .slice(0, slot - 1)
        .filter(
          ({ refused, at, model }) =>
            !refused && at >= own.at - WINDOWS[meter] && (meter === 'spend' || model === own.model),
        )
        .reduce((sum, one) => sum + unitsOf(one, meter), 0n);
      const most = lesson(meter, taken, stated);
      if (most === null) return;
      const key = `${meter} ${meter === 'spend' ? '' : own.model}`;
      const before = learned.get(key);
      const known = before && recovered(before, clock.now());
      learned.set(key, {
        who,
        meter,
        most: stated === null && known && known < most ? known : most,
        at: clock.now(),
      });
    },
    async close() {},
  };
}

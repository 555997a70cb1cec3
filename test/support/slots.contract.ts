import { describe, expect, it } from 'vitest';
import { usd } from '../../src/core/pricing/money.ts';
import type { LimitWishes } from '../../src/core/policy/rate-limits.ts';
import type { MetLimit } from '../../src/core/errors.ts';
import type { Account, Slot, Slots } from '../../src/ports/index.ts';
import type { FakeClock } from './fakes/clock.ts';

export interface SlotsWorld extends AsyncDisposable {
  readonly clock: FakeClock;
  /** The slots as another process sees them; of another account where one is named. */
  process(n: number, account?: Account): Slots;
}

export const ACCOUNT: Account = { id: 'google.example#0123456789ab', title: 'Google' };

const LITE = 'gemini-3.1-flash-lite-image';
const MINUTE = 60_000;
const aWeight = (facts = {}) => ({ model: LITE, images: 1, cost: usd('0.5'), ...facts });
const met = (facts: Partial<MetLimit> = {}): MetLimit => ({ meter: 'requests', stated: null, ...facts });

/** What every giver of slots keeps to, the fake one included. */
export function slotsContract(name: string, open: () => Promise<SlotsWorld>): void {
  /** Takes until there is none, by turns from several processes. */
  async function takeAll(
    { process }: SlotsWorld,
    wishes: LimitWishes,
    weight = aWeight(),
    most = 12,
  ): Promise<Slot[]> {
    const taken: Slot[] = [];
    for (let n = 0; n < most; n++) {
      const answer = await process(n % 3).take(weight, wishes);
      if (!('slot' in answer)) return taken;
      taken.push(answer);
    }
    return taken;
  }

  async function waitMs(world: SlotsWorld, wishes: LimitWishes, weight = aWeight()): Promise<number | null> {
    const answer = await world.process(0).take(weight, wishes);
    return 'slot' in answer ? null : answer.waitMs;
  }

  describe(`${name} as Slots`, () => {
    it('gives a slot to everybody where there is no limit', async () => {
      await using world = await open();
      expect(await takeAll(world, {}, aWeight(), 50)).toHaveLength(50);
    });

    it.each([
      ['another key of the same API', 'google.example#ba9876543210'],
      ['another API', 'relay.example#0123456789ab'],
    ])('leaves %s alone, whatever was taken and learned', async (_, id) => {
      await using world = await open();
      const other = { id, title: 'The relay' };
      expect(await takeAll(world, { rpm: 2, rpd: 2, spendRate: usd('1') })).toHaveLength(2);
      const [slot] = await takeAll(world, {});
      if (slot) await world.process(0).refused(slot, met({ stated: 1 }));
      const mine = world.process(1, other);
      const wishes = { rpm: 2, rpd: 2, spendRate: usd('1') };
      const first = await mine.take(aWeight(), wishes);
      expect(first).toHaveProperty('slot');
      if ('slot' in first) await mine.refused(first, met({ stated: 1 }));
      expect(await mine.take(aWeight(), {})).toMatchObject({
        why: `The relay last allowed 1 request of Nano Banana 2 Lite a minute`,
      });
    });

    it('gives out as many as a minute has, to all processes together, and then says how long', async () => {
      await using world = await open();
      expect(await takeAll(world, { rpm: 5 })).toHaveLength(5);
      world.clock.advance(20_000);
      expect(await world.process(2).take(aWeight(), { rpm: 5 })).toEqual({
        waitMs: 43_001,
        why: `--rpm allows 5 requests of Nano Banana 2 Lite a minute`,
        untilMidnight: false,
      });
      world.clock.advance(43_001);
      expect(await takeAll(world, { rpm: 5 })).toHaveLength(5);
    });

    it('counts what was sent without a limit for one that is set later', async () => {
      await using world = await open();
      await takeAll(world, {}, aWeight(), 4);
      expect(await takeAll(world, { rpm: 5 })).toHaveLength(1);
    });

    it('limits each model for itself, and spending for all of them', async () => {
      await using world = await open();
      expect(await takeAll(world, { rpm: 2 })).toHaveLength(2);
      expect(await takeAll(world, { rpm: 2 }, aWeight({ model: 'another' }))).toHaveLength(2);
      expect(await waitMs(world, { spendRate: usd('2.49') }, aWeight({ model: 'a third' }))).toBe(603_001);
      expect(await takeAll(world, { spendRate: usd('2.5') }, aWeight({ model: 'a third' }))).toHaveLength(1);
    });

    it('counts pictures where pictures are limited', async () => {
      await using world = await open();
      expect(await takeAll(world, { ipm: 10 }, aWeight({ images: 4 }))).toHaveLength(2);
      expect(await waitMs(world, { ipm: 10 }, aWeight({ images: 2 }))).toBeNull();
    });

    it('opens a limit of a day again at midnight in California', async () => {
      await using world = await open();
      expect(await takeAll(world, { rpd: 3 })).toHaveLength(3);
      const wait = await world.process(1).take(aWeight(), { rpd: 3 });
      // The clock of the tests stands at noon UTC, 04:00 there.
      expect(wait).toMatchObject({ waitMs: 20 * 3_600_000, untilMidnight: true });
      world.clock.advance(20 * 3_600_000);
      expect(await takeAll(world, { rpd: 3 })).toHaveLength(3);
    });

    it.each([
      ['late', 5_000, 3_000, 63_001],
      ['and is answered at once', 100, 0, 60_001],
    ])('counts a request that leaves %s from when it arrives', async (_, after, withinMs, wait) => {
      await using world = await open();
      const [slot] = await takeAll(world, {}, aWeight(), 1);
      world.clock.advance(after);
      await world.process(1).arrives(slot ?? { slot: 0 }, withinMs);
      expect(await waitMs(world, { rpm: 1 })).toBe(wait);
    });

    it('neither stands still nor gives too many when the clock is set back', async () => {
      await using world = await open();
      await takeAll(world, { rpm: 3 });
      world.clock.advance(-5 * 3_600_000);
      expect(await waitMs(world, { rpm: 3 })).toBe(63_001);
      world.clock.advance(30_000);
      expect(await waitMs(world, { rpm: 3 })).toBe(33_001);
      world.clock.advance(33_001);
      expect(await takeAll(world, { rpm: 3 })).toHaveLength(3);
    });

    it('learns from what Google refused how much it takes, and tells every process', async () => {
      await using world = await open();
      const slots = await takeAll(world, {}, aWeight(), 10);
      for (const slot of slots.slice(7)) await world.process(1).refused(slot, met());
      world.clock.advance(63_001);
      expect(await takeAll(world, {})).toHaveLength(7);
      expect(await world.process(0).take(aWeight(), {})).toMatchObject({
        why: `Google last allowed 7 requests of Nano Banana 2 Lite a minute`,
      });
      expect(await waitMs(world, {}, aWeight({ model: 'another' }))).toBeNull();
    });

    it('believes the limit that Google names, whoever else used it up', async () => {
      await using world = await open();
      const [slot] = await takeAll(world, {}, aWeight(), 1);
      await world.process(1).refused(slot ?? { slot: 0 }, met({ stated: 2 }));
      world.clock.advance(63_001);
      expect(await takeAll(world, {})).toHaveLength(2);
    });

    it('believes the limit that Google names more than what it saw before', async () => {
      await using world = await open();
      const slots = await takeAll(world, {}, aWeight(), 12);
      await world.process(0).refused(slots[6] ?? { slot: 0 }, met());
      await world.process(0).refused(slots[11] ?? { slot: 0 }, met({ stated: 9 }));
      world.clock.advance(63_001);
      expect(await takeAll(world, {})).toHaveLength(9);
    });

    it('learns nothing where others had used up a limit that is not named', async () => {
      await using world = await open();
      const [slot] = await takeAll(world, {}, aWeight(), 1);
      await world.process(0).refused(slot ?? { slot: 0 }, met());
      expect(await takeAll(world, {}, aWeight(), 30)).toHaveLength(30);
    });

    it('does not take for accepted what was refused', async () => {
      await using world = await open();
      const slots = await takeAll(world, {}, aWeight(), 10);
      for (const n of [0, 1, 9]) await world.process(0).refused(slots[n] ?? { slot: 0 }, met());
      world.clock.advance(63_001);
      expect(await takeAll(world, {})).toHaveLength(7);
    });

    it('never goes above what the user set, whatever was learned', async () => {
      await using world = await open();
      const slots = await takeAll(world, {}, aWeight(), 6);
      await world.process(0).refused(slots[5] ?? { slot: 0 }, met());
      world.clock.advance(63_001);
      expect(await takeAll(world, { rpm: 3 })).toHaveLength(3);
    });

    it('trusts a learned limit less and less, and forgets it', async () => {
      await using world = await open();
      const slots = await takeAll(world, {}, aWeight(), 7);
      await world.process(0).refused(slots[6] ?? { slot: 0 }, met());
      world.clock.advance(10 * MINUTE);
      expect(await takeAll(world, {})).toHaveLength(9);
      world.clock.advance(360 * MINUTE);
      expect(await takeAll(world, {}, aWeight(), 40)).toHaveLength(40);
    });

    it('does not take a second refusal for a reason to allow more', async () => {
      await using world = await open();
      const slots = await takeAll(world, {}, aWeight(), 12);
      for (const n of [6, 11]) await world.process(0).refused(slots[n] ?? { slot: 0 }, met());
      world.clock.advance(63_001);
      expect(await takeAll(world, {})).toHaveLength(6);
    });

    it('learns how fast money may be spent, for all models', async () => {
      await using world = await open();
      const slots = await takeAll(world, {}, aWeight({ cost: usd('6') }), 3);
      await world.process(0).refused(slots[2] ?? { slot: 0 }, met({ meter: 'spend' }));
      expect(await waitMs(world, {}, aWeight({ model: 'another' }))).toBe(603_001);
    });

    it('says nothing of a slot that it does not know', async () => {
      await using world = await open();
      await world.process(0).refused({ slot: 4_711 }, met());
      expect(await takeAll(world, {}, aWeight(), 5)).toHaveLength(5);
    });
  });
}

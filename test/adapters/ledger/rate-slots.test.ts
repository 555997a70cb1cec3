import { readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/ledger/database.ts';
import { slotsIn } from '../../../src/adapters/ledger/rate-slots.ts';
import { attentive, sqliteSlots } from '../../support/sqlite.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import type { Slots } from '../../../src/ports/index.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeSlots } from '../../support/fakes/slots.ts';
import { ACCOUNT, slotsContract } from '../../support/slots.contract.ts';
import { tempDir } from '../../support/tempdir.ts';

slotsContract('the ledger', async () => {
  const folder = await tempDir();
  const clock = fakeClock();
  const open = new Map<string, Slots>();
  return {
    clock,
    process(n, account = ACCOUNT) {
      const key = `${n} ${account.id}`;
      const slots = open.get(key) ?? sqliteSlots(folder.at('ledger.db'), account, clock);
      open.set(key, slots);
      return slots;
    },
    async [Symbol.asyncDispose]() {
      for (const slots of open.values()) await slots.close();
      await folder[Symbol.asyncDispose]();
    },
  };
});

slotsContract('the fake', async () => {
  const clock = fakeClock();
  const open = new Map<string, Slots>();
  return {
    clock,
    process(_, { id, title } = ACCOUNT) {
      const slots = open.get(id) ?? fakeSlots(clock, title);
      open.set(id, slots);
      return slots;
    },
    async [Symbol.asyncDispose]() {},
  };
});

const weight = { model: 'm', images: 1, cost: usd('0.03') };

describe('slots in the ledger', () => {
  it('are found by an index, however many the day has', async () => {
    await using folder = await tempDir();
    const clock = fakeClock();
    const { backend, plans } = attentive(folder.at('ledger.db'), clock, 'slots');
    const slots = slotsIn(backend, ACCOUNT);
    const taken = await slots.take(weight, { rpd: 1_000, rpm: 60 });
    if (!('slot' in taken)) throw new TypeError('there was room');
    await slots.refused(taken, { meter: 'requests', stated: null });
    await slots.close();
    const all = await plans('slots');
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter((plan) => /SCAN (?!\(subquery|sends)/.test(plan))).toEqual([]);
  });

  it('are gone once no limit can count them', async () => {
    await using folder = await tempDir();
    const clock = fakeClock();
    const slots = sqliteSlots(folder.at('ledger.db'), ACCOUNT, clock);
    for (let hour = 0; hour < 40; hour++) {
      await slots.take(weight, { rpd: 1_000 });
      clock.advance(3_600_000);
    }
    const database = await openDatabase(folder.at('ledger.db'));
    expect(database.get('SELECT count(*) AS n FROM slots')).toMatchObject({ n: 27n });
    await database.close();
    await slots.close();
  });

  it('leave nothing on disk until the first is taken', async () => {
    await using folder = await tempDir();
    const slots = sqliteSlots(folder.at('state', 'ledger.db'), ACCOUNT, fakeClock());
    await slots.close();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('fail as the ledger does, before anything is sent', async () => {
    await using folder = await tempDir();
    await writeFile(folder.at('ledger.db'), 'no database, but long enough to be looked at as if it were one');
    const slots = sqliteSlots(folder.at('ledger.db'), ACCOUNT, fakeClock());
    expect(await rejection(slots.take(weight, {}))).toMatchObject({ kind: 'usage', charged: 'no' });
    await slots.close();
  });
});

import { expect, it } from 'vitest';
import { provesRoom } from '../../../src/purchase/queue/room.ts';
import { PROVEN_MS } from '../../../src/purchase/store-original.ts';
import type { QueueJob } from '../../../src/ports/index.ts';
import type { WorkContext } from '../../../src/purchase/queue/work-context.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeJournal } from '../../support/fakes/journal.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { anOrder } from '../../support/pricing.ts';
import type { Size } from '../../../src/core/catalogue/model.ts';

const MIB = 1_048_576;

it('room for answers is proven for as many as may be under way, again after a while, and at once for larger ones', async () => {
  const clock = fakeClock();
  const journal = fakeJournal();
  const sizes = new Map<QueueJob, Size>();
  const of = (size: Size): QueueJob => {
    const job = {} as QueueJob;
    sizes.set(job, size);
    return job;
  };
  const requestOf = (job: QueueJob) =>
    ({ attempt: { order: anOrder('nano-banana-2.1', { size: sizes.get(job) ?? '1K' }) } }) as ReturnType<
      WorkContext['requestOf']
    >;
  const books = { journal, ledger: fakeLedger({ clock }) };
  const prove = provesRoom(books, { concurrency: 3, clock, requestOf });
  await prove([of('1K')]);
  expect(journal.proven).toEqual([12 * MIB]);
  clock.advance(PROVEN_MS - 1);
  await prove([of('1K')]);
  expect(journal.proven).toEqual([12 * MIB]);
  await prove([of('2K')]);
  expect(journal.proven).toEqual([12 * MIB, 36 * MIB]);
  clock.advance(PROVEN_MS - 1);
  await prove([of('1K')]);
  expect(journal.proven).toHaveLength(2);
  clock.advance(1);
  await prove([of('1K')]);
  expect(journal.proven).toEqual([12 * MIB, 36 * MIB, 12 * MIB]);
});

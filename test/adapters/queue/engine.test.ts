import { expect, it } from 'vitest';
import { postgres } from '../../../src/adapters/ledger/postgres/postgres.ts';
import { engineIn, ticketIds } from '../../../src/adapters/queue/engine.ts';
import { freshSchema } from '../../support/postgres.ts';

it('hands out tickets for jobs where an earlier release knew of none, and keeps those that wait', async () => {
  await using tickets = await freshSchema({ isNew: true });
  await using books = await freshSchema();
  const engine = engineIn(tickets.schema);
  const ticketId = ticketIds(0);
  const [ticket, forJobs] = [ticketId(), ticketId()];
  const upTo = async (steps: readonly string[]) => {
    const connection = await postgres({ ...tickets, session: tickets.session() }, 'ledger', steps).open();
    await connection.snapshot(() => {});
    await connection.close();
  };
  // Tickets are written in the transactions of the ledger.
  const ledger = await postgres({ ...books, session: books.session() }).open();
  await upTo(engine.steps.slice(0, 1));
  await ledger.transaction((database) => engine.put(database, [{ ticket, lane: 'now', urgent: false }]));
  await upTo(engine.steps);
  const handedOut = await ledger.transaction(async (database) => {
    await engine.put(database, [{ ticket: forJobs, lane: 'batch', urgent: false }]);
    return [await engine.next(database, 8, 'batch'), await engine.next(database, 8, 'flex')];
  });
  await ledger.close();
  expect(handedOut).toEqual([[forJobs], [ticket]]);
});

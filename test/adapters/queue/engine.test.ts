import { expect, it } from 'vitest';
import { postgres } from '../../../src/adapters/ledger/postgres/postgres.ts';
import { engineIn, ticketIds } from '../../../src/adapters/queue/engine.ts';
import { freshSchema } from '../../support/postgres.ts';

it('hands out tickets for jobs where an earlier release knew of none, and keeps those that wait', async () => {
  await using schema = await freshSchema({ isNew: true });
  const engine = engineIn(schema.schema);
  const ticketId = ticketIds(0);
  const [ticket, forJobs] = [ticketId(), ticketId()];
  const at = (steps: readonly string[]) =>
    postgres({ ...schema, session: schema.session() }, 'ledger', steps).open();
  const before = await at(engine.steps.slice(0, 1));
  await before.transaction((database) => engine.put(database, [{ ticket, lane: 'now', urgent: false }]));
  await before.close();
  const now = await at(engine.steps);
  const handedOut = await now.transaction(async (database) => {
    await engine.put(database, [{ ticket: forJobs, lane: 'batch', urgent: false }]);
    return [await engine.next(database, 8, 'batch'), await engine.next(database, 8, 'flex')];
  });
  await now.close();
  expect(handedOut).toEqual([[forJobs], [ticket]]);
});

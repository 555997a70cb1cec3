import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { sqliteLedger } from '../../support/sqlite.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aJob } from '../../support/jobs.contract.ts';
import { aPlan, aRun } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

it('leaves no word of what was forgotten in any file of the ledger', async () => {
  await using folder = await tempDir();
  const clock = fakeClock();
  const ledger = sqliteLedger(folder.at('ledger.db'), {
    clock,
    owner: { id: 'here 1', host: 'here', pid: 1, startedAt: 'boot 1' },
    isAlive: () => true,
    hasAnswer: () => false,
  });
  const words = 'the hidden garden '.repeat(500);
  await ledger.begin(aRun());
  await ledger.hold([aPlan({ prompt: words })]);
  await ledger.release('attempt-1', 'not sent', 'cancelled');
  const attempt = aPlan({ attemptId: 'b1', prompt: 'a hidden cat', lane: 'batch' });
  await ledger.jobs.plan([aJob({ items: [{ attempt, request: JSON.stringify({ prompt: words }) }] })]);
  await ledger.release('b1', 'cancelled', 'cancelled');
  await ledger.jobs.done('job-1');
  clock.advance(1);
  expect(await ledger.forget(clock.now())).toMatchObject({ prompts: 2 });
  const files = await Promise.all((await readdir(folder.path)).map((name) => readFile(folder.at(name))));
  expect(files.map((bytes) => bytes.includes('hidden'))).toEqual(files.map(() => false));
  await ledger.close();
});

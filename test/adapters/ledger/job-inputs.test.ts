import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { sqliteLedger } from '../../support/sqlite.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aJob } from '../../support/jobs.contract.ts';
import { aBill, anImage, aPlan, aRun } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

it('gives the room of pictures back once they are forgotten', async () => {
  await using folder = await tempDir();
  const path = folder.at('ledger.db');
  const ledger = sqliteLedger(path, {
    clock: fakeClock(),
    owner: { id: 'here 1', host: 'here', pid: 1, startedAt: 'boot 1' },
    isAlive: () => true,
    hasAnswer: () => false,
  });
  await ledger.begin(aRun());
  const bytes = randomBytes(2_000_000);
  const picture = { sha256: 'a'.repeat(64), name: 'a.png', mimeType: 'image/png', bytes };
  const item = { attempt: aPlan({ attemptId: 'a1', lane: 'batch' }), request: '{}', inputs: [picture] };
  await ledger.jobs.plan([aJob({ items: [item] })]);
  expect(Buffer.from(await ledger.jobs.input(picture.sha256)).equals(bytes)).toBe(true);
  await ledger.jobs.uploaded('job-1', 'files/f1');
  await ledger.jobs.creating('job-1');
  await ledger.settle('a1', aBill('0.0168'));
  await ledger.saved('a1', [anImage()]);
  await ledger.jobs.done('job-1');
  await ledger.close();
  expect((await stat(path)).size).toBeLessThan(500_000);
});

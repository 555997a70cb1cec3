import { readdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { books } from '../../../src/adapters/ledger/books.ts';
import { sqlite } from '../../../src/adapters/ledger/sqlite.ts';
import { ledgerReader } from '../../../src/adapters/ledger/ledger-reader.ts';
import { attemptIdOf } from '../../../src/core/manifest/fingerprint.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aJob } from '../../support/jobs.contract.ts';
import { aBill, anImage, aPlan, aRun } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

const HASH = 'ab'.repeat(32);
const OTHER = 'ac'.repeat(32);
const REAL = { sandbox: false };

async function places() {
  const root = await tempDir();
  const { ledger } = books(REAL, root.path, fakeClock());
  return { root, ledger, sight: ledgerReader(sqlite(root.at('ledger.db'), fakeClock())) };
}

it('knows nothing where there is no ledger, and makes none', async () => {
  const { root, sight } = await places();
  await using _ = root;
  expect(await sight.last(HASH)).toBeNull();
  expect(await readdir(root.path)).toEqual([]);
});

it('tells the job of what is under way, and the picture of what came', async () => {
  const { root, ledger, sight } = await places();
  await using _ = root;
  const id = attemptIdOf(HASH, 1);
  await ledger.begin(aRun());
  await ledger.jobs.plan([aJob({}, [id, attemptIdOf(OTHER, 1)])]);
  expect(await sight.last(HASH)).toEqual({ state: 'held', jobId: 'job-1', image: null });
  await ledger.jobs.uploaded('job-1', 'files/f1');
  await ledger.jobs.creating('job-1');
  await ledger.settle(id, aBill('0.02'));
  await ledger.saved(id, [anImage()]);
  expect(await sight.last(HASH)).toEqual({
    state: 'saved',
    jobId: 'job-1',
    image: { path: '/home/ada/out/lighthouse.png', sha256: anImage().sha256 },
  });
  await ledger.jobs.done('job-1');
  expect(await sight.last(OTHER)).toMatchObject({ jobId: null });
  await sight.close();
  await ledger.close();
});

it('goes by the last number, and by no other picture', async () => {
  const { root, ledger, sight } = await places();
  await using _ = root;
  await ledger.begin(aRun());
  for (const number of [1, 2, 9, 10]) {
    const attemptId = attemptIdOf(HASH, number);
    await ledger.hold([aPlan({ attemptId })]);
    if (number < 10) await ledger.release(attemptId, 'not this one', 'unavailable');
  }
  expect(await sight.last(HASH)).toMatchObject({ state: 'held' });
  expect(await sight.last(OTHER)).toBeNull();
  await sight.close();
  await ledger.close();
});

it('says which file it could not read', async () => {
  const { root, sight } = await places();
  await using _ = root;
  await writeFile(root.at('ledger.db'), 'no database at all, and not a short one'.repeat(99));
  const { message } = await rejection(sight.last(HASH));
  expect(message).toContain(root.at('ledger.db'));
});

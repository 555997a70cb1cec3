import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, faults, killed, meter } from './charging.ts';
import { workplace, type Workplace } from './pixtab.ts';
import { serving, type Served } from './serving.ts';

const COUNT = 4;

const pictures = ({ dir }: Workplace) => readdir(join(dir, 'out')).catch(() => []);

const buying = (served: Served) =>
  at(
    served,
    'a cat',
    '-n',
    String(COUNT),
    '-o',
    'out/',
    '--lane',
    'batch',
    '-m',
    'gemini-3.1-flash-lite-image',
  );

/** Everything was paid for once, is on disk once, and is booked as the sandbox counted it. */
async function proven(place: Workplace, served: Served): Promise<void> {
  const charged = await meter(served);
  expect(charged.charged).toBe(COUNT);
  expect(await pictures(place)).toHaveLength(COUNT);
  const spent = await place.run(['spend', '--sandbox', '--json']);
  expect(spent.stdout).toContain(`"${charged.total}"`);
  expect((await place.run(['verify', '--sandbox'])).code).toBe(0);
  expect((await place.run(['recover', '--sandbox', '--list'])).stdout).toBe('');
}

describe('kill -9', () => {
  it.each([
    ['before the upload', 'files:hang'],
    ['as the upload begins', 'files:okx2,files:hang'],
    ['in the middle of the upload', 'files:okx3,files:hang'],
    ['before the job is made', 'files:okx4,files:hang'],
    ['after the job is made, before the answer', 'batch:hang'],
  ])('%s: the job goes on, and everything is charged once', async (_, schedule) => {
    await using place = await workplace();
    await using served = await serving(place);
    await faults(served, schedule);
    await killed(place, served, buying(served));
    expect(await place.run(at(served, 'batch', 'wait'))).toMatchObject({ code: 0 });
    await proven(place, served);
  });

  it.each([
    ['while it asks', 'jobs:hang'],
    ['in the middle of the results', 'files:stall'],
  ])('%s: fetching goes on, and nothing is saved twice', async (_, schedule) => {
    await using place = await workplace();
    await using served = await serving(place);
    expect((await place.run(buying(served))).code).toBe(12);
    await faults(served, schedule);
    await killed(place, served, at(served, 'batch', 'wait'));
    expect(await place.run(at(served, 'batch', 'wait'))).toMatchObject({ code: 0 });
    await proven(place, served);
  });
});

describe('two homes that share a ledger', () => {
  it('wait for the same job and save everything once', async () => {
    await using place = await workplace();
    await using served = await serving(place);
    expect((await place.run(buying(served))).code).toBe(12);
    const home = place.env['PIXTAB_HOME'] ?? '';
    const there = { PIXTAB_HOME: `${home}-2`, PIXTAB_LEDGER: join(home, 'state') };
    const wait = at(served, 'batch', 'wait');
    const both = await Promise.all([place.run(wait), place.run(wait, { env: there })]);
    expect(both).toMatchObject([{ code: 0 }, { code: 0 }]);
    const said = both.flatMap(({ stdout }) => stdout.split('\n').filter(Boolean));
    expect(new Set(said).size).toBe(COUNT);
    expect(said).toHaveLength(COUNT);
    await proven(place, served);
  });
});

describe('a job that does not end well', () => {
  it.each([
    ['batch-failed', 10, 'Internal error.'],
    ['batch-expired', 10, 'expired'],
  ])('after %s charges nothing, and is asked for again', async (fault, code, why) => {
    await using place = await workplace();
    await using served = await serving(place, '--fault', fault);
    await place.run(buying(served));
    const waited = await place.run(at(served, 'batch', 'wait', '--json'));
    expect(waited.code).toBe(code);
    const document = waited.json<{ jobs: { jobId: string; failed: number }[]; error: { message: string } }>();
    expect(document).toMatchObject({ jobs: [{ failed: COUNT, open: 0 }] });
    expect(document.error.message).toContain(why);
    expect((await meter(served)).charged).toBe(0);
    const [job] = document.jobs;
    expect((await place.run(at(served, 'batch', 'resubmit', job?.jobId ?? ''))).code).toBe(12);
    expect((await place.run(at(served, 'batch', 'wait'))).code).toBe(0);
    await proven(place, served);
  });

  it('with failed requests among good ones saves the good ones, and asks again for the others', async () => {
    await using place = await workplace();
    await using served = await serving(place, '--fault', 'batch-item-errors');
    await place.run(buying(served));
    const waited = await place.run(at(served, 'batch', 'wait', '--json'));
    expect(waited.code).toBe(6);
    const { jobs } = waited.json<{ jobs: { jobId: string }[] }>();
    expect(jobs).toMatchObject([{ saved: 2, failed: 2 }]);
    await place.run(at(served, 'batch', 'resubmit', jobs[0]?.jobId ?? ''));
    expect((await place.run(at(served, 'batch', 'wait'))).code).toBe(0);
    await proven(place, served);
  });

  it('because it was cancelled gives its holds back', async () => {
    await using place = await workplace();
    await using served = await serving(place, '--fault', 'batch-stuck');
    await place.run(buying(served));
    const listed = await place.run(['batch', 'list', '--sandbox', '--json']);
    const { jobs } = listed.json<{ jobs: { jobId: string }[] }>();
    expect((await place.run(at(served, 'batch', 'cancel', jobs[0]?.jobId ?? ''))).code).toBe(0);
    expect((await meter(served)).charged).toBe(0);
    const after = (await place.run(['batch', 'list', '--sandbox', '--json'])).json<{ jobs: unknown }>();
    expect(after.jobs).toMatchObject([{ stage: 'done', failed: COUNT, open: 0 }]);
  });
});

it('answers in the sandbox of one command, pictures and all', async () => {
  await using place = await workplace();
  const { code, stdout } = await place.run([
    'a cat',
    '-n',
    '2',
    '-o',
    'out/',
    '--lane',
    'batch',
    '--sandbox',
  ]);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(await pictures(place)).toHaveLength(2);
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../../bench/process.mjs';
import { lacks } from '../support/lacks.ts';
import { killedAt, killedWhen } from './killing.ts';
import { disk } from './mount.ts';
import { place, sandboxWith, submitted, type Place } from './place.ts';
import { workplace, type Workplace } from './pixtab.ts';

const COUNT = 4;
const KEY = { 'x-goog-api-key': 'pixtab-sandbox' };

/** A draft that kill -9 left is none. */
const pictures = async ({ dir }: Workplace): Promise<readonly string[]> =>
  (await readdir(join(dir, 'out')).catch(() => [])).filter((name) => !name.startsWith('.pixtab-'));

const buying = (count = COUNT): readonly string[] => [
  'a cat',
  ...`-n ${count} -o out/ --lane batch -m gemini-3.1-flash-lite-image`.split(' '),
];

/** Everything was paid for once, is on disk once, and is booked as the sandbox counted it. */
async function proven(here: Place, count = COUNT): Promise<void> {
  const { charged, total } = here.sandbox.meter();
  expect(charged).toBe(count);
  expect(await pictures(here)).toHaveLength(count);
  expect((await here.run(['spend', '--json'])).stdout).toContain(`"${total}"`);
  expect((await here.run(['verify'])).code).toBe(0);
  expect((await here.run(['recover', '--list'])).stdout).toBe('');
}

describe('kill -9', () => {
  it.each([
    ['before the upload', 'files:hang'],
    ['as the upload begins', 'files:okx2,files:hang'],
    ['in the middle of the upload', 'files:okx3,files:hang'],
    ['before the job is made', 'files:okx4,files:hang'],
    ['after the job is made, before the answer', 'batch:hang'],
  ])('%s: the job goes on, and everything is charged once', async (_, schedule) => {
    await using here = await place();
    await killedAt(here, schedule, buying());
    expect(await here.run(['batch', 'wait'])).toMatchObject({ code: 0 });
    await proven(here);
  });

  it.each([
    ['while it asks', 'jobs:hang'],
    ['in the middle of the results', 'files:stall'],
  ])('%s: fetching goes on, and nothing is saved twice', async (_, schedule) => {
    await using here = await place();
    expect((await submitted(here, buying())).code).toBe(12);
    await killedAt(here, schedule, ['batch', 'wait']);
    expect(await here.run(['batch', 'wait'])).toMatchObject({ code: 0 });
    await proven(here);
  });
});

describe('kill -9 again and again', () => {
  it('at every stage of fetching loses nothing, and charges and saves everything once', async () => {
    await using here = await place();
    const count = 24;
    expect((await submitted(here, buying(count))).code).toBe(12);
    const fetching = ['batch', 'wait'];
    expect((await killedAt(here, 'jobs:hang', fetching)).jobs).toEqual(['running']);
    expect((await killedAt(here, 'files:stall', fetching)).jobs).toEqual(['ended']);

    const kept = await killedWhen(
      here,
      'an answer is kept',
      here.start(fetching),
      ({ answers }) => answers > 0,
    );
    expect(kept.answers).toBeGreaterThan(0);
    const booked = await killedWhen(
      here,
      'one is booked and not saved',
      here.start(fetching),
      ({ settled = 0 }) => settled > 0,
    );
    expect(booked.settled).toBeGreaterThan(0);
    const saved = await killedWhen(
      here,
      'some are saved and others are not',
      here.start(fetching),
      (books) => (books.saved ?? 0) > (booked.saved ?? 0) && (books.saved ?? 0) < count,
    );
    expect(await pictures(here)).not.toHaveLength(0);
    expect(saved.saved).toBeLessThan(count);

    expect(await here.run(fetching)).toMatchObject({ code: 0 });
    expect((await here.run(['recover'])).code).toBe(0);
    await proven(here, count);
  });
});

describe('Ctrl-C while it waits', () => {
  it('leaves the job alone, and says how to go on', async () => {
    await using here = await place({ batchMs: 600_000 });
    expect((await here.run(buying())).code).toBe(12);
    const waiting = here.start(['batch', 'wait']);
    await until('it says what it waits for', () => waiting.said().includes('0 of 1 job done'), waiting);
    waiting.child.kill('SIGINT');
    expect((await waiting.ran).code).toBe(130);
    expect(waiting.said()).toContain(
      'Cancelled; what is made goes on at the API.\n  pixtab batch wait takes it up again.',
    );
    here.sandbox.control.change({ batchMs: 0 });
    expect((await here.run(['batch', 'wait'])).code).toBe(0);
    await proven(here);
  });
});

describe('an account with little room', () => {
  it.each([
    ['for one job at a time', { batchJobs: 1 }],
    ['for the tokens of one job', { batchTokens: 6000 }],
  ])('%s: the others are kept here, and submitted while one waits', async (_, limits) => {
    await using here = await place({ batchMs: 600_000, ...limits });
    const first = await here.run(buying());
    expect(first.code).toBe(12);
    expect(first.stderr).not.toContain('kept here');
    for (const folder of ['two/', 'three/']) {
      const { code, stderr } = await here.run([...buying(), '-o', folder]);
      expect(code).toBe(12);
      expect(stderr).toContain('1 job kept here until the API has room');
    }
    const listed = await here.run(['batch', 'list']);
    expect(listed.stdout.match(/queued/g)).toHaveLength(2);
    here.sandbox.control.change({ batchMs: 0 });
    expect((await here.run(['batch', 'wait'])).code).toBe(0);
    expect(here.sandbox.meter().charged).toBe(3 * COUNT);
    for (const folder of ['out', 'two', 'three'])
      expect(await readdir(join(here.dir, folder))).toHaveLength(COUNT);
  });
});

describe('a command that cannot do anything for a job', () => {
  it('because there is no key ends before it asks', async () => {
    await using place = await workplace();
    const { code, stderr } = await place.run(['batch', 'wait']);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('no API key') });
  });

  it('because it is at another API says so where it was named, and leaves it alone where it was not', async () => {
    await using here = await place();
    const other = await sandboxWith({});
    const there = { env: { PIXTAB_BASE_URL: other.url } };
    expect((await submitted(here, buying())).code).toBe(12);
    const { jobs } = (await here.run(['batch', 'list', '--json'])).json<{
      jobs: { jobId: string }[];
    }>();
    const named = await here.run(['batch', 'wait', jobs[0]?.jobId ?? ''], there);
    expect(named.code).toBe(2);
    expect(named.stderr).toContain(`is at ${here.sandbox.url}, and this is ${other.url}`);
    const unnamed = await here.run(['batch', 'wait'], there);
    await other.close();
    expect(unnamed.code).toBe(0);
    expect(unnamed.stderr).toBe('note   1 job of another API or key left alone.\n');
    expect((await here.run(['batch', 'wait'])).code).toBe(0);
    await proven(here);
  });
});

describe.skipIf(lacks('the right to mount a file system'))('a full disk', () => {
  it('where the pictures should be: exit 11, and the next fetch goes on when there is room', async () => {
    await using here = await place();
    {
      using small = disk(join(here.dir, 'out'), '64m');
      expect((await submitted(here, buying(8))).code).toBe(12);
      small.occupy(150_000);
      const full = await here.run(['batch', 'wait']);
      expect(full.code).toBe(11);
      expect(full.stderr).toContain('out/');
      expect((await here.run(['batch', 'fetch'])).code).toBe(11);
    }
    expect((await here.run(['batch', 'fetch', '-o', 'elsewhere'])).code).toBe(0);
    expect(here.sandbox.meter().charged).toBe(8);
    const listed = (await here.run(['batch', 'list', '--json'])).json<{ jobs: unknown }>();
    expect(listed.jobs).toMatchObject([{ stage: 'done', saved: 8, open: 0 }]);
  });

  it('where the books are: nothing is submitted', async () => {
    await using here = await place();
    using small = disk(here.home, '24m');
    await here.run(['budget', 'set', '1/day']);
    small.occupy(64_000);
    const { code } = await submitted(here, buying());
    expect(code).toBe(2);
    expect(await (await fetch(`${here.sandbox.url}/v1beta/batches`, { headers: KEY })).json()).toEqual({});
  });
});

describe('two homes that share a ledger', () => {
  it('wait for the same job and save everything once', async () => {
    await using here = await place();
    expect((await submitted(here, buying())).code).toBe(12);
    const there = { PIXTAB_HOME: `${here.home}-2`, PIXTAB_LEDGER: join(here.home, 'state') };
    const wait = ['batch', 'wait'];
    const both = await Promise.all([here.spawned(wait), here.spawned(wait, { env: there })]);
    expect(both).toMatchObject([{ code: 0 }, { code: 0 }]);
    const said = both.flatMap(({ stdout }) => stdout.split('\n').filter(Boolean));
    expect(new Set(said).size).toBe(COUNT);
    expect(said).toHaveLength(COUNT);
    await proven(here);
  });
});

describe('a job that does not end well', () => {
  it.each([
    ['batch-failed', 10, 'Internal error.'],
    ['batch-expired', 10, 'expired'],
  ])('after %s charges nothing, and is asked for again', async (fault, code, why) => {
    await using here = await place({ faults: fault });
    await submitted(here, buying());
    const waited = await here.run(['batch', 'wait', '--json']);
    expect(waited.code).toBe(code);
    const document = waited.json<{ jobs: { jobId: string; failed: number }[]; error: { message: string } }>();
    expect(document).toMatchObject({ jobs: [{ failed: COUNT, open: 0 }] });
    expect(document.error.message).toContain(why);
    expect(here.sandbox.meter().charged).toBe(0);
    const [job] = document.jobs;
    expect((await submitted(here, ['batch', 'resubmit', job?.jobId ?? ''])).code).toBe(12);
    expect((await here.run(['batch', 'wait'])).code).toBe(0);
    await proven(here);
  });

  it('with failed requests among good ones saves the good ones, and asks again for the others', async () => {
    await using here = await place({ faults: 'batch-item-errors' });
    await submitted(here, buying());
    const waited = await here.run(['batch', 'wait', '--json']);
    expect(waited.code).toBe(6);
    const { jobs } = waited.json<{ jobs: { jobId: string }[] }>();
    expect(jobs).toMatchObject([{ saved: 2, failed: 2 }]);
    await submitted(here, ['batch', 'resubmit', jobs[0]?.jobId ?? '']);
    expect((await here.run(['batch', 'wait'])).code).toBe(0);
    await proven(here);
  });

  it('because it was cancelled gives its holds back', async () => {
    await using here = await place({ faults: 'batch-stuck' });
    await submitted(here, buying());
    const listed = await here.run(['batch', 'list', '--json']);
    const { jobs } = listed.json<{ jobs: { jobId: string }[] }>();
    expect((await here.run(['batch', 'cancel', jobs[0]?.jobId ?? ''])).code).toBe(0);
    expect(here.sandbox.meter().charged).toBe(0);
    const after = (await here.run(['batch', 'list', '--json'])).json<{ jobs: unknown }>();
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

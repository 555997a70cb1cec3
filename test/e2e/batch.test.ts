import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../../bench/place.mjs';
import { at, faults, killed, meter } from './charging.ts';
import { canMount, disk } from './mount.ts';
import { BIN, workplace, type Workplace } from './pixtab.ts';
import { serving, type Served } from './serving.ts';

const COUNT = 4;
const KEY = { 'x-goog-api-key': 'pixtab-sandbox' };

/** A draft that kill -9 left is none. */
const pictures = async ({ dir }: Workplace): Promise<readonly string[]> =>
  (await readdir(join(dir, 'out')).catch(() => [])).filter((name) => !name.startsWith('.pixtab-'));

const buying = (served: Served, count = COUNT) =>
  at(
    served,
    'a cat',
    '-n',
    String(count),
    '-o',
    'out/',
    '--lane',
    'batch',
    '-m',
    'gemini-3.1-flash-lite-image',
  );

/** From here on jobs take no time to speak of. */
async function hurried({ url }: Served): Promise<void> {
  const body = JSON.stringify({ batchMs: 200 });
  const answer = await fetch(`${url}/sandbox/settings`, { method: 'POST', body });
  expect(answer.status).toBe(200);
}

/** Everything was paid for once, is on disk once, and is booked as the sandbox counted it. */
async function proven(place: Workplace, served: Served, count = COUNT): Promise<void> {
  const charged = await meter(served);
  expect(charged.charged).toBe(count);
  expect(await pictures(place)).toHaveLength(count);
  const spent = await place.run(['spend', '--sandbox', '--json']);
  expect(spent.stdout).toContain(`"${charged.total}"`);
  expect((await place.run(['verify', '--sandbox'])).code).toBe(0);
  expect((await place.run(['recover', '--sandbox', '--list'])).stdout).toBe('');
}

describe.concurrent('kill -9', () => {
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

describe.concurrent('kill -9 again and again', () => {
  it('at any moment of fetching loses nothing, and charges and saves everything once', async () => {
    await using place = await workplace();
    await using served = await serving(place, '--batch-time', '100');
    expect((await place.run(buying(served, 24))).code).toBe(12);
    // Each goes a little further than the one before, so that all of the way is met by one of them.
    for (const ms of [350, 450, 500, 550, 600, 650, 700, 800]) {
      const { dir, env } = place;
      const args = at(served, 'batch', 'fetch');
      const child = spawn(process.execPath, [BIN, ...args], { cwd: dir, env: { ...env }, stdio: 'ignore' });
      const gone = once(child, 'exit');
      await Promise.race([sleep(ms), gone]);
      child.kill('SIGKILL');
      await gone;
    }
    expect(await place.run(at(served, 'batch', 'wait'))).toMatchObject({ code: 0 });
    expect((await place.run(['recover', '--sandbox'])).code).toBe(0);
    await proven(place, served, 24);
  });
});

describe.concurrent('Ctrl-C while it waits', () => {
  it('leaves the job alone, and says how to go on', async () => {
    await using place = await workplace();
    await using served = await serving(place, '--batch-time', '3000');
    expect((await place.run(buying(served))).code).toBe(12);
    const args = at(served, 'batch', 'wait');
    const child = spawn(process.execPath, [BIN, ...args], { cwd: place.dir, env: { ...place.env } });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const gone = once(child, 'exit');
    await until(() => said.includes('0 of 1 job done'));
    child.kill('SIGINT');
    expect((await gone)[0]).toBe(130);
    expect(said).toContain(
      'Cancelled; what is made goes on at the API.\n  pixtab batch wait takes it up again.',
    );
    expect((await place.run(at(served, 'batch', 'wait'))).code).toBe(0);
    await proven(place, served);
  });
});

describe.concurrent('an account with little room', () => {
  it.each([
    ['for one job at a time', ['--batch-jobs', '1']],
    ['for the tokens of one job', ['--batch-tokens', '6000']],
  ])('%s: the others are kept here, and submitted while one waits', async (_, limits) => {
    await using place = await workplace();
    await using served = await serving(place, '--batch-time', '600000', ...limits);
    const first = await place.run(buying(served));
    expect(first.code).toBe(12);
    expect(first.stderr).not.toContain('kept here');
    for (const folder of ['two/', 'three/']) {
      const { code, stderr } = await place.run([...buying(served), '-o', folder]);
      expect(code).toBe(12);
      expect(stderr).toContain('1 job kept here until the API has room');
    }
    const listed = await place.run(['batch', 'list', '--sandbox']);
    expect(listed.stdout.match(/queued/g)).toHaveLength(2);
    await hurried(served);
    expect((await place.run(at(served, 'batch', 'wait'))).code).toBe(0);
    expect((await meter(served)).charged).toBe(3 * COUNT);
    for (const folder of ['out', 'two', 'three'])
      expect(await readdir(join(place.dir, folder))).toHaveLength(COUNT);
  });
});

describe.concurrent('a command that cannot do anything for a job', () => {
  it('because there is no key ends before it asks', async () => {
    await using place = await workplace();
    const { code, stderr } = await place.run(['batch', 'wait']);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('no API key') });
  });

  it('because it is at another API says so where it was named, and leaves it alone where it was not', async () => {
    await using place = await workplace();
    await using served = await serving(place);
    await using other = await serving(place);
    expect((await place.run(buying(served))).code).toBe(12);
    const { jobs } = (await place.run(['batch', 'list', '--sandbox', '--json'])).json<{
      jobs: { jobId: string }[];
    }>();
    const named = await place.run(at(other, 'batch', 'wait', jobs[0]?.jobId ?? ''));
    expect(named.code).toBe(2);
    expect(named.stderr).toContain(`is at ${served.url}, and this is ${other.url}`);
    const unnamed = await place.run(at(other, 'batch', 'wait'));
    expect(unnamed.code).toBe(0);
    expect(unnamed.stderr).toContain('1 job at another API left alone');
    expect((await place.run(at(served, 'batch', 'wait'))).code).toBe(0);
    await proven(place, served);
  });
});

describe.skipIf(!canMount())('a full disk', () => {
  it('where the pictures should be: exit 11, and the next fetch goes on when there is room', async () => {
    await using place = await workplace();
    await using served = await serving(place);
    {
      using small = disk(join(place.dir, 'out'), '500k');
      expect((await place.run(buying(served, 8))).code).toBe(12);
      small.occupy(150_000);
      const full = await place.run(at(served, 'batch', 'wait'));
      expect(full.code).toBe(11);
      expect(full.stderr).toContain('out/');
      expect((await place.run(at(served, 'batch', 'fetch'))).code).toBe(11);
    }
    expect((await place.run(at(served, 'batch', 'fetch', '-o', 'elsewhere'))).code).toBe(0);
    expect((await meter(served)).charged).toBe(8);
    const listed = (await place.run(['batch', 'list', '--sandbox', '--json'])).json<{ jobs: unknown }>();
    expect(listed.jobs).toMatchObject([{ stage: 'done', saved: 8, open: 0 }]);
  });

  it('where the books are: nothing is submitted', async () => {
    await using place = await workplace();
    await using served = await serving(place);
    const home = place.env['PIXTAB_HOME'] ?? '';
    using small = disk(home, '24m');
    await place.run(['budget', 'set', '1/day', '--sandbox']);
    small.occupy(64_000);
    const { code } = await place.run(buying(served));
    expect(code).toBe(2);
    expect(await (await fetch(`${served.url}/v1beta/batches`, { headers: KEY })).json()).toEqual({});
  });
});

describe.concurrent('two homes that share a ledger', () => {
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

describe.concurrent('a job that does not end well', () => {
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

it.concurrent('answers in the sandbox of one command, pictures and all', async () => {
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

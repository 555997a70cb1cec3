import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { at, faults, killed, meter } from './charging.ts';
import { BIN, workplace, type Workplace } from './pixtab.ts';
import { serving, type Served } from './serving.ts';

const IDS = ['a', 'b', 'c', 'd'];

async function manifest({ dir }: Workplace, ids: readonly string[] = IDS, lane = 'batch'): Promise<void> {
  const images = ids.map((id) => ({ id, prompt: `the picture ${id}` }));
  await writeFile(join(dir, 'pixtab.json'), JSON.stringify({ defaults: { lane }, images }));
}

const files = async ({ dir }: Workplace): Promise<readonly string[]> =>
  (await readdir(join(dir, 'images')).catch((): string[] => [])).toSorted();

interface Picture {
  readonly id: string;
  readonly cost: string;
  readonly error: { readonly kind: string } | null;
}

/** Each picture is charged once, in its place, locked, and booked as the sandbox counted it. */
async function proven(place: Workplace, served: Served, count = IDS.length): Promise<void> {
  const { charged, total } = await meter(served);
  expect(charged).toBe(count);
  expect(await files(place)).toHaveLength(count);
  expect((await place.run(['apply', '--frozen', '--sandbox'])).code).toBe(0);
  const spent = await place.run(['spend', '--sandbox', '--json']);
  expect(spent.stdout).toContain(`"${total}"`);
  expect((await place.run(['verify', '--sandbox'])).code).toBe(0);
}

describe.concurrent('kill -9 of an apply', () => {
  it.each([
    ['before the upload', 'files:hang'],
    ['before the job is made', 'files:okx3,files:hang'],
    ['after the job is made, before the answer', 'batch:hang'],
  ])('%s: the next one goes on, and everything is charged once', async (_, schedule) => {
    await using place = await workplace();
    await using served = await serving(place);
    await manifest(place);
    await faults(served, schedule);
    await killed(place, served, at(served, 'apply'));
    expect(await place.run(at(served, 'apply', '--wait'))).toMatchObject({ code: 0 });
    await proven(place, served);
  });

  it.each([
    ['while it asks', 'jobs:hang'],
    ['in the middle of the results', 'files:stall'],
  ])('%s: the next one goes on, and everything is in its place once', async (_, schedule) => {
    await using place = await workplace();
    await using served = await serving(place);
    await manifest(place);
    expect((await place.run(at(served, 'apply'))).code).toBe(12);
    await faults(served, schedule);
    await killed(place, served, at(served, 'apply', '--wait'));
    expect(await place.run(at(served, 'apply', '--wait'))).toMatchObject({ code: 0 });
    await proven(place, served);
  });

  it('at any moment, again and again, leaves nothing charged twice', async () => {
    await using place = await workplace();
    await using served = await serving(place);
    await manifest(place);
    for (const ms of [250, 400, 550, 700, 850]) {
      const child = spawn(process.execPath, [BIN, ...at(served, 'apply')], {
        cwd: place.dir,
        env: { ...place.env },
        stdio: 'ignore',
      });
      const gone = once(child, 'exit');
      await wait(ms);
      child.kill('SIGKILL');
      await gone;
    }
    expect(await place.run(at(served, 'apply', '--wait'))).toMatchObject({ code: 0 });
    await proven(place, served);
  });
});

it.concurrent('pays once when two processes apply at the same time', async () => {
  await using place = await workplace();
  await using served = await serving(place);
  await manifest(place);
  const both = await Promise.all([place.run(at(served, 'apply')), place.run(at(served, 'apply'))]);
  // Who comes second finds them under way, or is told that somebody is just buying them.
  expect(both.every(({ code }) => [0, 10, 12].includes(code ?? -1))).toBe(true);
  expect(await place.run(at(served, 'apply', '--wait'))).toMatchObject({ code: 0 });
  await proven(place, served);
});

it.concurrent('buys what is urgent now and the rest by batch, to the last digit of the meter', async () => {
  await using place = await workplace();
  await using served = await serving(place);
  await manifest(place, IDS, 'mixed');
  const first = await place.run(at(served, 'apply', '--urgent', 'a,b', '--json'));
  expect(first.code).toBe(12);
  expect(await files(place)).toEqual(['a.jpg', 'b.jpg']);
  const rest = await place.run(at(served, 'apply', '--wait', '--json'));
  expect(rest.code).toBe(0);
  const costs = [first, rest].flatMap((ran) =>
    ran.json<{ pictures: readonly Picture[] }>().pictures.map(({ cost }) => Number(cost)),
  );
  const { total } = await meter(served);
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(Number(total), 9);
  await proven(place, served);
});

describe.concurrent('a job that does not end well', () => {
  it('with failed requests among good ones ends as partial with a list, and the next apply buys those', async () => {
    await using place = await workplace();
    await using served = await serving(place, '--fault', 'batch-item-errors');
    await manifest(place);
    const waited = await place.run(at(served, 'apply', '--wait', '--json'));
    expect(waited.code).toBe(6);
    const { pictures } = waited.json<{ pictures: readonly Picture[] }>();
    expect(pictures.filter(({ error }) => error === null)).toHaveLength(2);
    expect((await meter(served)).charged).toBe(2);
    expect(await place.run(at(served, 'apply', '--wait'))).toMatchObject({ code: 0 });
    await proven(place, served);
  });

  it.each(['batch-failed', 'batch-expired'])(
    'after %s charges nothing, and is bought again',
    async (fault) => {
      await using place = await workplace();
      await using served = await serving(place, '--fault', fault);
      await manifest(place);
      expect((await place.run(at(served, 'apply', '--wait'))).code).toBe(10);
      expect((await meter(served)).charged).toBe(0);
      expect(await place.run(at(served, 'apply', '--wait'))).toMatchObject({ code: 0 });
      await proven(place, served);
    },
  );

  it('is asked for again by batch resubmit, which apply does not do a second time', async () => {
    await using place = await workplace();
    await using served = await serving(place, '--fault', 'batch-expired');
    await manifest(place);
    await place.run(at(served, 'apply', '--wait'));
    const listed = await place.run(['batch', 'list', '--sandbox', '--json']);
    const [job] = listed.json<{ jobs: { jobId: string }[] }>().jobs;
    expect((await place.run(at(served, 'batch', 'resubmit', job?.jobId ?? ''))).code).toBe(12);
    expect((await place.run(['plan', '--sandbox'])).stdout).toContain('4 under way');
    expect(await place.run(at(served, 'apply', '--wait'))).toMatchObject({ code: 0 });
    await proven(place, served);
  });
});

it.concurrent('waits for the sandbox of one command, and buys again what was lost with it', async () => {
  await using place = await workplace();
  await manifest(place);
  const child = spawn(process.execPath, [BIN, 'apply', '--sandbox'], {
    cwd: place.dir,
    env: { ...place.env },
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  await wait(800);
  child.kill('SIGKILL');
  await gone;
  expect(await place.run(['apply', '--sandbox'])).toMatchObject({ code: 0 });
  expect(await files(place)).toHaveLength(IDS.length);
  expect((await place.run(['apply', '--frozen', '--sandbox'])).code).toBe(0);
});

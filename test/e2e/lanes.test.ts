import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { killedAt, killedWhen } from './killing.ts';
import { place, submitted, type Place } from './place.ts';
import { workplace, type Workplace } from './pixtab.ts';

const IDS = ['a', 'b', 'c', 'd'];

async function manifest({ dir }: Workplace, ids: readonly string[] = IDS, lane = 'batch'): Promise<void> {
  const images = ids.map((id) => ({ id, prompt: `the picture ${id}` }));
  await writeFile(join(dir, 'pixtab.json'), JSON.stringify({ defaults: { lane }, images }));
}

const files = async ({ dir }: Workplace): Promise<readonly string[]> =>
  (await readdir(join(dir, 'images')).catch((): string[] => [])).toSorted();

interface Picture {
  readonly id: string;
  readonly cost: { readonly amount: string };
  readonly error: { readonly kind: string } | null;
}

/** Each picture is charged once, in its place, locked, and booked as the sandbox counted it. */
async function proven(here: Place, count = IDS.length): Promise<void> {
  const { charged, total } = here.sandbox.meter();
  expect(charged).toBe(count);
  expect(await files(here)).toHaveLength(count);
  expect((await here.run(['apply', '--frozen'])).code).toBe(0);
  expect((await here.run(['spend', '--json'])).stdout).toContain(`"${total}"`);
  expect((await here.run(['verify'])).code).toBe(0);
}

describe('kill -9 of an apply', () => {
  it.each([
    ['before the upload', 'files:hang'],
    ['before the job is made', 'files:okx3,files:hang'],
    ['after the job is made, before the answer', 'batch:hang'],
  ])('%s: the next one goes on, and everything is charged once', async (_, schedule) => {
    await using here = await place();
    await manifest(here);
    await killedAt(here, schedule, ['apply']);
    expect(await here.run(['apply', '--wait'])).toMatchObject({ code: 0 });
    await proven(here);
  });

  it.each([
    ['while it asks', 'jobs:hang'],
    ['in the middle of the results', 'files:stall'],
  ])('%s: the next one goes on, and everything is in its place once', async (_, schedule) => {
    await using here = await place();
    await manifest(here);
    expect((await submitted(here, ['apply'])).code).toBe(12);
    await killedAt(here, schedule, ['apply', '--wait']);
    expect(await here.run(['apply', '--wait'])).toMatchObject({ code: 0 });
    await proven(here);
  });

  it('at every stage, one after the other, leaves nothing charged twice', async () => {
    await using here = await place();
    await manifest(here);
    const left: (readonly string[])[] = [];
    const schedules =
      'files:hang; files:okx3,files:hang; batch:hang; jobs:hang; jobs:ok,jobs:hang; files:stall'.split('; ');
    for (const schedule of schedules) left.push((await killedAt(here, schedule, ['apply', '--wait'])).jobs);
    // One job: its file, itself, the search for it, the look at it, and its results were under way.
    expect(left.flat()).toEqual(['planned', 'planned', 'creating', 'creating', 'running', 'ended']);
    expect(await here.run(['apply', '--wait'])).toMatchObject({ code: 0 });
    await proven(here);
  });
});

it('pays once when two processes apply at the same time', async () => {
  await using here = await place();
  await manifest(here);
  const both = await Promise.all([here.spawned(['apply']), here.spawned(['apply'])]);
  // Who comes second finds them under way, or is told that somebody is just buying them.
  expect(both.every(({ code }) => [0, 10, 12].includes(code ?? -1))).toBe(true);
  expect(await here.run(['apply', '--wait'])).toMatchObject({ code: 0 });
  await proven(here);
});

it('buys what is urgent now and the rest by batch, to the last digit of the meter', async () => {
  await using here = await place();
  await manifest(here, IDS, 'mixed');
  const first = await submitted(here, ['apply', '--urgent', 'a,b', '--json']);
  expect(first.code).toBe(12);
  expect(await files(here)).toEqual(['a.jpg', 'b.jpg']);
  const rest = await here.run(['apply', '--wait', '--json']);
  expect(rest.code).toBe(0);
  const costs = [first, rest].flatMap((ran) =>
    ran.json<{ pictures: readonly Picture[] }>().pictures.map(({ cost }) => Number(cost.amount)),
  );
  const { total } = here.sandbox.meter();
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(Number(total), 9);
  await proven(here);
});

describe('a job that does not end well', () => {
  it('with failed requests among good ones ends as partial with a list, and the next apply buys those', async () => {
    await using here = await place({ faults: 'batch-item-errors' });
    await manifest(here);
    const waited = await here.run(['apply', '--wait', '--json']);
    expect(waited.code).toBe(6);
    const { pictures } = waited.json<{ pictures: readonly Picture[] }>();
    expect(pictures.filter(({ error }) => error === null)).toHaveLength(2);
    expect(here.sandbox.meter().charged).toBe(2);
    expect(await here.run(['apply', '--wait'])).toMatchObject({ code: 0 });
    await proven(here);
  });

  it.each(['batch-failed', 'batch-expired'])(
    'after %s charges nothing, and is bought again',
    async (fault) => {
      await using here = await place({ faults: fault });
      await manifest(here);
      expect((await here.run(['apply', '--wait'])).code).toBe(10);
      expect(here.sandbox.meter().charged).toBe(0);
      expect(await here.run(['apply', '--wait'])).toMatchObject({ code: 0 });
      await proven(here);
    },
  );

  it('is asked for again by batch resubmit, which apply does not do a second time', async () => {
    await using here = await place({ faults: 'batch-expired' });
    await manifest(here);
    await here.run(['apply', '--wait']);
    const listed = await here.run(['batch', 'list', '--json']);
    const [job] = listed.json<{ jobs: { jobId: string }[] }>().jobs;
    expect((await submitted(here, ['batch', 'resubmit', job?.jobId ?? ''])).code).toBe(12);
    expect((await here.run(['plan'])).stdout).toContain('4 under way');
    expect(await here.run(['apply', '--wait'])).toMatchObject({ code: 0 });
    await proven(here);
  });
});

it('waits for the sandbox of one command, and buys again what was lost with it', async () => {
  await using place = await workplace();
  await manifest(place);
  const victim = place.start(['apply', '--sandbox']);
  await killedWhen(place, 'its job runs', victim, ({ jobs }) => jobs.includes('running'));
  expect(await place.run(['apply', '--sandbox'])).toMatchObject({ code: 0 });
  expect(await files(place)).toHaveLength(IDS.length);
  expect((await place.run(['apply', '--frozen', '--sandbox'])).code).toBe(0);
});

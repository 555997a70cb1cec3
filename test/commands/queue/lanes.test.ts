import { describe, expect, it } from 'vitest';
import { hashIn } from '../../../src/core/manifest/fingerprint.ts';
import { Failure, usageFailure } from '../../../src/core/errors.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { world, type WorldOptions } from '../../support/fakes/deps.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { fakeQueue } from '../../support/fakes/queue.ts';

const THREE = `images:
  - { id: hero, prompt: a lighthouse, urgent: true }
  - { id: icon, prompt: a house }
  - { id: barn, prompt: a barn }
`;

function shop(manifest = THREE, options: WorldOptions = {}) {
  const all = world(options);
  all.pictureFiles.files.set('pixtab.yaml', Buffer.from(manifest));
  const json = async (...argv: readonly string[]) => {
    const ran = await all.pixtab(...argv, '--json');
    return { ...ran, document: JSON.parse(ran.stdout) as Record<string, unknown> };
  };
  const counts = async () => (await json('queue')).document['counts'];
  const states = () => [...all.store.attempts.values()].map(({ state }) => state);
  const asked = () => [...all.google.jobs.values()].map(({ keys }) => keys.length);
  return { ...all, json, counts, states, asked };
}

describe('queue add', () => {
  it('sets aside what pictures cost by batch, and gives back what they did not need', async () => {
    const { json, google } = shop();
    await json('budget', 'set', '0.06/day');
    // All of it at once would cost more than that.
    expect((await json('queue', 'add')).code).toBe(4);
    const { document, stderr } = await json('queue', 'add', '--lane', 'batch');
    expect(document).toMatchObject({
      changed: 3,
      counts: { waiting: 3 },
      held: expect.stringMatching(/^0\.05/),
    });
    expect(stderr).toMatch(/^lanes {2}3 by batch for \$0\.0513; wait up to 24 h: saves \$0\.0513/m);
    // What is set aside stays so, whatever is allowed by then.
    await json('budget', 'set', '0.01/day');
    google.endsAtOnce();
    expect((await json('work', '--until-empty')).code).toBe(0);
    expect((await json('queue')).document).toMatchObject({
      counts: { done: 3 },
      held: '0',
      spent: expect.stringMatching(/^0\.05/),
    });
  });

  it('refuses a folder that workers on other machines do not have', async () => {
    expect(await shop().pixtab('queue', 'add', '--store', 'store')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        '--store store is a folder of this machine, and workers may be on others.',
      ),
    });
  });

  it('lets a bucket reach the workers, in every lane', async () => {
    const places: (string | undefined)[] = [];
    const all: ReturnType<typeof shop> = shop(THREE, {
      deps: {
        store: async ({ folder }) => ({
          ...all.pictureStore,
          has: async () => false,
          async put() {
            places.push(folder);
          },
        }),
      },
    });
    all.google.endsAtOnce();
    await all.pixtab('queue', 'add', '--lane', 'mixed', '--store', 's3://shop/pixtab');
    await all.pixtab('work', '--until-empty', '--store', './own');
    expect(places).toEqual(Array.from({ length: 3 }, () => 's3://shop/pixtab'));
  });
});

describe('work', () => {
  it('buys the urgent ones at once, gathers the rest into a job, and says what waits', async () => {
    const { json, api, google, asked, counts } = shop();
    await json('queue', 'add', '--lane', 'mixed');
    const { code, document, stderr } = await json('work', '--until-empty');
    expect([code, document]).toMatchObject([12, { taken: 3, done: 1, error: { kind: 'pending' } }]);
    expect(stderr).toMatch(/^job {4}\w{8}: 2 pictures, about [\d,]+ tokens$/m);
    expect(stderr).toContain('2 pictures of the queue in jobs, not finished yet.');
    expect(api.sent.map(({ prompt, lane }) => [prompt, lane])).toEqual([['a lighthouse', 'now']]);
    expect(asked()).toEqual([2]);
    expect(await counts()).toMatchObject({ waiting: 0, working: 0, inJobs: 2, done: 1 });
    google.end();
    // Whoever comes later fetches it.
    expect((await json('work', '--until-empty')).document).toMatchObject({
      taken: 0,
      done: 2,
      outcome: 'ok',
    });
    expect(google.created).toHaveLength(1);
  });

  it('fetches what apply puts in place at no cost', async () => {
    const { pixtab, google, pictureFiles, api } = shop();
    await pixtab('queue', 'add', '--lane', 'batch');
    google.endsAtOnce();
    await pixtab('work', '--until-empty');
    const applied = await pixtab('apply');
    expect(applied).toMatchObject({ code: 0, stderr: expect.stringContaining('0 to buy, 3 at no cost') });
    expect([...pictureFiles.files.keys()].toSorted()).toEqual([
      'images/barn.jpg',
      'images/hero.jpg',
      'images/icon.jpg',
      'pixtab.lock',
      'pixtab.yaml',
    ]);
    expect([api.sent.length, google.created.length]).toEqual([0, 1]);
  });

  it('lets apply, in whatever checkout, fetch what a worker submitted', async () => {
    const { pixtab, google, pictureFiles, counts } = shop();
    await pixtab('queue', 'add', '--lane', 'batch');
    await pixtab('work', '--until-empty');
    expect(await pixtab('apply')).toMatchObject({ code: 12 });
    google.end();
    expect(await pixtab('apply')).toMatchObject({ code: 0 });
    expect([...pictureFiles.files.keys()].toSorted()).toEqual([
      'images/barn.jpg',
      'images/hero.jpg',
      'images/icon.jpg',
      'pixtab.lock',
      'pixtab.yaml',
    ]);
    await pixtab('queue', 'retry');
    expect(await counts()).toMatchObject({ done: 3, inJobs: 0 });
  });

  it('waits for jobs where it is told to', async () => {
    const ending = async () => {
      while (all.google.created.length === 0) await Promise.resolve();
      all.google.end();
      return refusalAnswer('STOP');
    };
    const all: ReturnType<typeof shop> = shop(THREE, { script: [ending] });
    await all.json('queue', 'add', '--lane', 'mixed');
    const { document } = await all.json('work', '--until-empty', '--wait', '--refusal-retries', '0');
    expect(document).toMatchObject({ done: 2, refused: 1 });
  });

  it('leaves what is bought by batch to others where nobody sells it so', async () => {
    const { json, deps, google } = shop();
    await json('queue', 'add', '--lane', 'mixed');
    const settings = await deps.settings({});
    const { profile } = settings;
    const plain = { ...settings, profile: { ...profile, can: { ...profile.can, batch: false } } };
    const worker = world({ deps: { ...deps, settings: async () => plain } });
    expect(await worker.pixtab('work', '--until-empty')).toMatchObject({
      code: 12,
      stderr: expect.stringContaining(
        '2 pictures of the queue to be bought by batch, and Google has no batch lane.',
      ),
    });
    expect(google.created).toEqual([]);
  });

  it('waits no longer than it is told to', async () => {
    const { json, clock } = shop();
    await json('queue', 'add', '--lane', 'batch');
    const before = clock.now();
    expect((await json('work', '--until-empty', '--wait', '600')).code).toBe(12);
    const waited = clock.now() - before;
    expect(waited).toBeGreaterThanOrEqual(600_000);
    expect(waited).toBeLessThan(610_000);
  });

  it('makes no second job where the answer to the first was lost', async () => {
    const { json, google, counts } = shop();
    google.twist('lost');
    await json('queue', 'add', '--lane', 'batch');
    await json('work', '--until-empty');
    google.end();
    expect((await json('work', '--until-empty')).code).toBe(0);
    expect(google.created).toHaveLength(1);
    expect(await counts()).toMatchObject({ done: 3 });
  });

  it('leaves a submitted job to any other worker when it is told to stop', async () => {
    const stopping = async () => {
      while (first.google.created.length === 0) await Promise.resolve();
      first.stop.abort();
      return refusalAnswer('STOP');
    };
    const first: ReturnType<typeof shop> = shop(THREE, { script: [stopping] });
    await first.json('queue', 'add', '--lane', 'mixed');
    const { code, document } = await first.json('work', '--refusal-retries', '0');
    expect([code, document]).toMatchObject([0, { outcome: 'ok', taken: 3, refused: 1 }]);
    expect(await first.counts()).toMatchObject({ inJobs: 2, waiting: 0, working: 0 });
    first.google.end();
    const second = { ...first.deps, stop: new AbortController().signal };
    const next = world({ deps: { ...second } });
    expect((await next.pixtab('work', '--until-empty')).code).toBe(0);
    expect(await first.counts()).toMatchObject({ inJobs: 0, done: 2 });
    expect(first.google.created).toHaveLength(1);
  });

  it('submits nothing while the queue is paused, not even a job that is made', async () => {
    const { json, google, counts } = shop();
    google.twist('busy');
    await json('queue', 'add', '--lane', 'batch');
    await json('work', '--until-empty');
    // Google had no room for it.
    expect([google.created.length, await counts()]).toMatchObject([0, { inJobs: 3 }]);
    await json('queue', 'pause');
    await json('work', '--until-empty');
    expect(google.created).toEqual([]);
    await json('queue', 'resume');
    google.endsAtOnce();
    expect((await json('work', '--until-empty')).code).toBe(0);
    expect(google.created).toHaveLength(1);
  });

  it('says why pictures of a job did not come, and asks for them again in their lane', async () => {
    const { json, api, google, asked, store } = shop();
    await json('queue', 'add', '--lane', 'batch');
    await json('work', '--until-empty');
    const [refused, failed] = [...store.attempts.keys()];
    google.outcomes.set(refused ?? '', { response: refusalAnswer('IMAGE_SAFETY') });
    google.outcomes.set(failed ?? '', { error: { code: 13, message: 'internal' } });
    google.end();
    const first = await json('work', '--until-empty');
    expect([first.code, first.document]).toMatchObject([6, { done: 1, refused: 1, failed: 1 }]);
    expect(first.document).toMatchObject({
      error: {
        message: '1 of 3 images on disk. IMAGE_SAFETY',
        hint: 'pixtab queue retry --refused asks again, and pays again.',
      },
    });
    expect((await json('queue', 'retry')).document).toMatchObject({ changed: 1 });
    expect((await json('queue', 'retry', '--refused')).document).toMatchObject({ changed: 1 });
    google.endsAtOnce();
    expect((await json('work', '--until-empty')).document).toMatchObject({ done: 2 });
    expect([api.sent, asked()]).toEqual([[], [3, 2]]);
  });

  it('ends where no waiting helps, and leaves job and holds as they were', async () => {
    const { json, google, counts } = shop();
    google.twist('refused');
    await json('queue', 'add', '--lane', 'batch');
    expect((await json('work')).code).toBe(2);
    expect([google.created.length, await counts()]).toMatchObject([0, { inJobs: 3, failed: 0 }]);
  });

  it('waits for no job that goes no further by itself, and says what is in its way', async () => {
    const { json, google, clock, counts } = shop();
    google.twist('gone');
    await json('queue', 'add', '--lane', 'batch');
    const before = clock.now();
    const { code, stderr } = await json('work', '--until-empty', '--wait', '86400');
    expect([code, stderr]).toEqual([9, expect.stringContaining('Google has no such model.')]);
    expect(clock.now() - before).toBeLessThan(60_000);
    expect(await counts()).toMatchObject({ inJobs: 3 });
  });

  it('tells what it paid for and the store did not take, and the next worker finishes that and its job', async () => {
    const { json, google, pictureStore, store, counts } = shop();
    const { put } = pictureStore;
    pictureStore.put = async () => {
      throw new Failure('disk', 'The store is full.', { charged: 'yes' });
    };
    await json('queue', 'add', '--lane', 'batch', '--only', 'hero');
    google.endsAtOnce();
    const first = await json('work', '--until-empty');
    expect([first.code, first.document]).toMatchObject([11, { failed: 1, error: { kind: 'disk' } }]);
    expect(first.document['spent']).toMatch(/^0\.01/);
    pictureStore.put = put;
    expect(await json('work', '--until-empty')).toMatchObject({ code: 0, document: { spent: '0' } });
    expect(await counts()).toMatchObject({ done: 1, failed: 0 });
    expect([...store.jobs.values()].map(({ facts }) => facts.stage)).toEqual(['done']);
  });

  it('counts what came of a job before it was told to stop', async () => {
    const all = shop();
    const { json, pictureStore, google, counts, deps } = all;
    const { put } = pictureStore;
    pictureStore.put = async (...picture) => {
      all.stop.abort();
      return put(...picture);
    };
    await json('queue', 'add', '--lane', 'batch');
    google.endsAtOnce();
    const { code, document } = await json('work');
    const { done } = document as { readonly done: number };
    expect([code, done]).toEqual([0, pictureStore.kept.size]);
    expect(done).toBeGreaterThan(0);
    expect(await counts()).toMatchObject({ done, inJobs: 3 - done });
    const next = world({ deps: { ...deps, stop: new AbortController().signal } });
    expect((await next.pixtab('work', '--until-empty')).code).toBe(0);
    expect(await counts()).toMatchObject({ done: 3 });
  });

  it('gives back later what was taken for a job, where the queue could not take it back at once', async () => {
    const failures = new Map([
      ['gather', 1],
      ['giveBack', 1],
    ]);
    const failing = <A extends readonly unknown[], R>(name: string, step: (...asked: A) => Promise<R>) =>
      (async (...asked: A) => {
        const left = failures.get(name) ?? 0;
        failures.set(name, left - 1);
        // Who waits for ever is told to stop.
        if (left < -100) all.stop.abort();
        if (left > 0) throw new Failure('unavailable', 'The ledger cannot be reached.', { charged: 'no' });
        return step(...asked);
      }) satisfies (...asked: A) => Promise<R>;
    const all: ReturnType<typeof shop> = shop(THREE, {
      deps: {
        queue: async () => {
          const queue = fakeQueue({ clock: all.clock, store: all.store, owner: 'this process' });
          return {
            ...queue,
            gather: failing('gather', queue.gather),
            giveBack: failing('giveBack', queue.giveBack),
            status: failing('status', queue.status),
          };
        },
      },
    });
    all.google.endsAtOnce();
    await all.json('queue', 'add', '--lane', 'batch');
    const { code, document } = await all.json('work', '--until-empty', '--wait');
    expect([code, document]).toMatchObject([0, { taken: 6, returned: 3, done: 3 }]);
    expect(all.asked()).toEqual([3]);
  });

  it('gives it back before it ends, too', async () => {
    let isAway = true;
    const all: ReturnType<typeof shop> = shop(THREE, {
      deps: {
        queue: async () => {
          const queue = fakeQueue({ clock: all.clock, store: all.store, owner: 'this process' });
          return {
            ...queue,
            gather: async () => Promise.reject(new Failure('auth', 'Nobody is let in.', { charged: 'no' })),
            async giveBack(...asked) {
              if (!isAway) return queue.giveBack(...asked);
              isAway = false;
              throw new Failure('unavailable', 'The ledger cannot be reached.', { charged: 'no' });
            },
          };
        },
      },
    });
    await all.json('queue', 'add', '--lane', 'batch');
    expect((await all.json('work', '--until-empty')).code).toBe(3);
    expect(await all.counts()).toMatchObject({ waiting: 3, working: 0 });
  });

  it('writes down later what no job can ask for, where the queue could not write it down at once', async () => {
    let failures = 1;
    const one = 'images: [{ id: hat, prompt: a hat, inputs: [head.png] }]';
    const all: ReturnType<typeof shop> = shop(one, {
      deps: {
        queue: async () => {
          const queue = fakeQueue({ clock: all.clock, store: all.store, owner: 'this process' });
          let looks = 0;
          return {
            ...queue,
            inputBytes: async () => Promise.reject(usageFailure('Nobody has that picture.')),
            async finish(attemptId) {
              if ((failures -= 1) >= 0)
                throw new Failure('unavailable', 'The ledger cannot be reached.', { charged: 'no' });
              return queue.finish(attemptId);
            },
            async status() {
              // Who waits for ever is told to stop.
              if ((looks += 1) > 100) all.stop.abort();
              return queue.status();
            },
          };
        },
      },
    });
    all.pictureFiles.files.set('head.png', fakePicture('png', 64, 64, 'head'));
    await all.json('queue', 'add', '--lane', 'batch');
    const { document } = await all.json('work', '--until-empty');
    expect(await all.counts()).toMatchObject({ waiting: 0, working: 0, failed: 1 });
    expect([document, all.states()]).toMatchObject([{ taken: 1, returned: 0, failed: 1 }, ['released']]);
    expect(all.stop.signal.aborted).toBe(false);
  });

  it('goes on with the job of a worker that died, and makes no other', async () => {
    let owner = 'first';
    const dead = new Set<string>();
    const processOf = (all: ReturnType<typeof shop>) => ({
      clock: all.clock,
      store: all.store,
      owner,
      isAlive: (other: string) => !dead.has(other),
      hasAnswer: (attemptId: string) => all.journal.answers.has(attemptId),
    });
    const all: ReturnType<typeof shop> = shop(THREE, {
      deps: {
        queue: async () => fakeQueue(processOf(all)),
        books: async () => ({ ledger: fakeLedger(processOf(all)), journal: all.journal }),
      },
    });
    all.google.twist('busy');
    await all.json('queue', 'add', '--lane', 'batch');
    await all.json('work', '--until-empty');
    dead.add('first');
    owner = 'second';
    all.google.endsAtOnce();
    expect((await all.json('work', '--until-empty')).document).toMatchObject({ taken: 0, done: 3 });
    expect(all.asked()).toEqual([3]);
  });
});

describe('queue cancel', () => {
  it('gives back at once what waits, and what is in a job that was not submitted', async () => {
    const { json, google, states } = shop();
    google.twist('busy');
    await json('queue', 'add', '--lane', 'batch', '--only', 'hero,icon');
    await json('work', '--until-empty');
    await json('queue', 'add', '--lane', 'batch');
    const { document, stderr } = await json('queue', 'cancel');
    expect(document).toMatchObject({ changed: 3, counts: { cancelled: 3, inJobs: 0 }, held: '0' });
    expect(stderr).toMatch(/^3 pictures taken off the queue, \$0\.05\d+ given back$/m);
    expect(states()).toEqual(['released', 'released', 'released']);
    expect(google.created).toEqual([]);
  });

  it('asks the API to end a job that runs, and counts what comes of it', async () => {
    const { json, google, counts } = shop();
    await json('queue', 'add', '--lane', 'batch');
    await json('work', '--until-empty');
    const { document, stderr } = await json('queue', 'cancel');
    expect(stderr).toMatch(/Job \w{8} (is cancelled|was asked to end)/);
    expect(document['outcome']).toBe('ok');
    google.end('cancelled', { counts: { total: 3, succeeded: 0, failed: 0 } });
    await json('work', '--until-empty');
    expect(await counts()).toMatchObject({ cancelled: 3, inJobs: 0 });
    expect((await json('queue', 'retry')).document).toMatchObject({ changed: 0 });
    expect(google.created).toHaveLength(1);
  });

  it('is no failure of the worker that fetches what a job had finished: nobody asks for the rest any more', async () => {
    const all = shop();
    const { json, google, counts } = all;
    await json('queue', 'add', '--lane', 'batch');
    await json('work', '--until-empty');
    for (const job of google.jobs.values()) job.remote = { ...job.remote, state: 'running' };
    await json('queue', 'cancel');
    const [hero = '', ...rest] = [...google.jobs.values()].flatMap(({ keys }) => keys);
    for (const key of rest) google.outcomes.set(key, { error: { code: 1, message: 'Cancelled.' } });
    google.end('cancelled', {
      counts: { total: 3, succeeded: 1, failed: 0 },
      resultsFile: 'files/batch-b1',
    });
    const { code, document, stderr } = await json('work', '--until-empty', '--log', 'json');
    expect([code, document]).toMatchObject([0, { done: 1, failed: 0, outcome: 'ok', error: null }]);
    expect(stderr.match(/"level":"info","event":"ended",.*"state":"cancelled"/g)).toHaveLength(2);
    expect(stderr).not.toContain('"level":"error"');
    expect(await counts()).toMatchObject({ done: 1, cancelled: 2, inJobs: 0 });
    expect(all.store.attempts.get(hero)?.state).toBe('saved');
    expect((await json('queue', 'add', '--lane', 'batch')).document).toMatchObject({ changed: 2 });
  });
});

it('numbers no picture twice, whatever lanes it goes through', async () => {
  const { json, google, store } = shop();
  await json('queue', 'add', '--lane', 'batch');
  await json('queue', 'cancel');
  await json('queue', 'add');
  google.endsAtOnce();
  expect((await json('work', '--until-empty')).code).toBe(0);
  const hashes = [...store.attempts.keys()].map((id) => hashIn(id));
  expect([new Set(hashes).size, hashes.length]).toEqual([3, 6]);
});

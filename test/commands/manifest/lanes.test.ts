import { describe, expect, it } from 'vitest';
import { run } from '../../../src/cli.ts';
import { Failure } from '../../../src/core/errors.ts';
import { hashIn } from '../../../src/core/manifest/fingerprint.ts';
import { USAGE, refusalAnswer } from '../../support/answers.ts';
import { fakeBatches } from '../../support/fakes/batches.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aPicture, world, type WorldOptions } from '../../support/fakes/deps.ts';
import { fakeJournal } from '../../support/fakes/journal.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { fakeStore } from '../../support/fakes/ledger-state.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { fakeTerminal } from '../../support/fakes/terminal.ts';

const TWO = 'images: [{ id: a, prompt: a cat }, { id: b, prompt: a dog }]';
const BATCH = `defaults: { lane: batch }\n${TWO}`;

function project(text = BATCH, options: WorldOptions = {}) {
  const all = world(options);
  const write = (manifest: string): void =>
    void all.pictureFiles.files.set('pixtab.yaml', Buffer.from(manifest));
  write(text);
  const read = (path: string): string => Buffer.from(all.pictureFiles.files.get(path) ?? '').toString();
  const lock = () =>
    read('pixtab.lock')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line));
  const paths = () =>
    [...all.pictureFiles.files.keys()].filter((path) => !path.startsWith('pixtab.')).toSorted();
  /** How often each picture was asked for by batch. */
  const asked = () => {
    const counts = new Map<string, number>();
    for (const key of [...all.google.jobs.values()].flatMap(({ keys }) => keys)) {
      const hash = hashIn(key) ?? key;
      counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
    return [...counts.values()];
  };
  const states = () => [...all.store.attempts.values()].map(({ state }) => state);
  return { ...all, write, read, lock, paths, asked, states };
}

describe('apply in lane batch', () => {
  it('submits what is missing, holds all of it, and ends as pending with a word on what to do next', async () => {
    const { pixtab, api, store, google, states } = project();
    const { code, stdout, stderr } = await pixtab('apply');
    expect([code, stdout]).toEqual([12, '']);
    expect(stderr).toMatch(
      /^lanes {2}2 by batch for \$0\.0\d+; wait up to 24 h: saves \$\S+ against the catalogue's prices in lane now$/m,
    );
    expect(stderr).toMatch(/^job {4}a {2}under way in job \w{8}$/m);
    expect(stderr).toMatch(/note {3}2 pictures under way, .* pixtab apply again .* pixtab batch wait/);
    expect(api.sent).toEqual([]);
    expect(google.created).toHaveLength(1);
    expect(states()).toEqual(['sent', 'sent']);
    expect([...store.runs.values()]).toMatchObject([{ command: 'apply', outcome: 'pending' }]);
  });

  it('says so in JSON', async () => {
    const { pixtab } = project();
    expect(JSON.parse((await pixtab('apply', '--json')).stdout)).toMatchObject({
      outcome: 'pending',
      exitCode: 12,
      lanes: { batch: { pictures: 2 } },
      settled: '0',
      pictures: [
        { id: 'a', deed: 'buy', lane: 'batch', image: null, charged: 'no', error: null },
        { id: 'b', deed: 'buy', lane: 'batch' },
      ],
      jobs: [{ stage: 'running', requests: 2 }],
    });
  });

  it('shows how many answers came while it fetches', async () => {
    const { deps, google, pixtab } = project();
    await pixtab('apply');
    google.end();
    const terminal = fakeTerminal();
    expect(await run(['apply'], { ...deps, terminal: () => terminal })).toBe(0);
    expect(terminal.progressed).toContain('Fetching: 2 answers so far');
    expect(terminal.spinning).toBe(0);
  });

  it('counts what answers came to while it waits for the others', async () => {
    const { pixtab, google } = project();
    google.endsAtOnce();
    const { code, stderr } = await pixtab('apply', '--wait');
    expect(code).toBe(0);
    const paid = /^paid {3}(\$\S+)/m.exec(stderr)?.[1];
    expect(stderr.match(/^wait .*$/gm)?.at(-1)).toBe(
      `wait   1 of 1 job done, 2 of 2 images saved, ${paid} spent`,
    );
  });

  it('asks the ledger what is under way a few times, however many pictures there are', async () => {
    const askedFor = async (count: number): Promise<number> => {
      const [clock, store, journal] = [fakeClock(), fakeStore(), fakeJournal()];
      let times = 0;
      const books = async () => {
        const ledger = fakeLedger({ clock, store, hasAnswer: () => false });
        const underWay = () => ((times += 1), ledger.jobs.underWay());
        return { ledger: { ...ledger, jobs: { ...ledger.jobs, underWay } }, journal };
      };
      const text = `defaults: { lane: batch }\nimages: [{ id: a, prompt: a cat, count: ${count} }]`;
      expect((await project(text, { deps: { books } }).pixtab('apply')).code).toBe(12);
      return times;
    };
    expect(await askedFor(40)).toBe(await askedFor(4));
  });

  it('asks for nothing twice while it is under way', async () => {
    const { pixtab, asked, google } = project();
    await pixtab('apply');
    const again = await pixtab('apply');
    expect(again.code).toBe(12);
    expect(again.stderr).toContain('plan   0 to buy, 2 under way, 0 at no cost, 0 as wanted');
    expect(google.created).toHaveLength(1);
    expect(asked()).toEqual([1, 1]);
  });

  it('puts in place what has come: files, lock, store, at what the ledger says it cost', async () => {
    const { pixtab, google, lock, paths, pictureStore, store, asked } = project();
    await pixtab('apply');
    google.end();
    const { code, stdout, stderr } = await pixtab('apply');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual(['images/a.jpg', 'images/b.jpg']);
    expect(stderr).toMatch(/^paid {3}\$0\.0\d+$/m);
    expect(paths()).toEqual(['images/a.jpg', 'images/b.jpg']);
    const bills = [...store.attempts.values()].map(({ bill }) => bill?.amount ?? 0n);
    expect(lock().map(({ cost }) => cost)).toHaveLength(2);
    expect(lock().map(({ cost }) => BigInt(Math.round(Number(cost) * 1e9)))).toEqual(bills);
    expect(pictureStore.kept.size).toBe(2);
    expect(asked()).toEqual([1, 1]);
    expect(await pixtab('apply')).toMatchObject({ code: 0, stdout: '' });
    expect([...store.runs.values()].map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  it('recognises what pixtab batch fetch brought', async () => {
    const { pixtab, google, lock, paths, asked } = project();
    await pixtab('apply');
    google.end();
    expect((await pixtab('batch', 'fetch')).code).toBe(0);
    expect((await pixtab('plan', '--detailed-exitcode')).stdout).toContain('2 of them at no cost');
    expect((await pixtab('apply')).code).toBe(0);
    expect(lock()).toMatchObject([{ path: 'images/a.jpg' }, { path: 'images/b.jpg' }]);
    expect(paths()).toEqual(['images/a.jpg', 'images/b.jpg']);
    expect(asked()).toEqual([1, 1]);
    expect((await pixtab('apply', '--frozen')).code).toBe(0);
  });

  it('takes over what was fetched into another folder', async () => {
    const { pixtab, google, lock, paths } = project();
    await pixtab('apply');
    google.end();
    await pixtab('batch', 'fetch', '--out', '/elsewhere');
    expect((await pixtab('apply')).code).toBe(0);
    expect(lock()).toMatchObject([{ path: 'images/a.jpg' }, { path: 'images/b.jpg' }]);
    expect(paths()).toContain('/elsewhere/a.jpg');
  });

  it('gives a picture that was fetched beside an older one that one’s place', async () => {
    const { pixtab, google, write, paths, lock } = project();
    await pixtab('apply');
    google.end();
    await pixtab('apply');
    write(BATCH.replace('a cat', 'a lion'));
    await pixtab('apply');
    google.end();
    await pixtab('batch', 'fetch');
    expect(paths()).toContain('images/a-2.jpg');
    expect((await pixtab('apply')).code).toBe(0);
    expect(paths().filter((path) => path.startsWith('images/'))).toEqual(['images/a.jpg', 'images/b.jpg']);
    expect(lock()).toMatchObject([{ path: 'images/a.jpg' }, { path: 'images/b.jpg' }]);
    expect((await pixtab('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('keeps what came too late in the store, out of the way of what is wanted now', async () => {
    const { pixtab, google, write, pictureFiles, lock, pictureStore, asked } = project();
    await pixtab('apply');
    write(BATCH.replace('a cat', 'a lion'));
    await pixtab('apply', '--lane', 'now', '--only', 'a');
    const lion = pictureFiles.files.get('images/a.jpg');
    google.end();
    const { code, stderr } = await pixtab('apply');
    expect(code).toBe(0);
    expect(stderr).toContain('of it for pictures that nobody asks for any more');
    expect(pictureFiles.files.get('images/a.jpg')).toEqual(lion);
    expect(pictureStore.kept.size).toBe(3);
    write(BATCH);
    expect((await pixtab('apply')).code).toBe(0);
    expect(asked()).toEqual([1, 1]);
    expect(lock()).toHaveLength(2);
  });

  it('buys again what was not charged, in the next run only', async () => {
    const { pixtab, google, store, lock } = project();
    await pixtab('apply');
    const [first = '', second = ''] = store.attempts.keys();
    google.outcomes.set(first, { error: { code: 13, message: 'Internal error encountered.' } });
    google.outcomes.set(second, { error: { code: 3, message: 'Bad request.' } });
    google.end();
    const next = await pixtab('apply');
    expect(next.code).toBe(12);
    expect(next.stderr).toMatch(/^job {4}\w{8}: 0 of 2 pictures came, 2 did not/m);
    expect(next.stderr).toContain('2 to buy');
    google.end();
    expect((await pixtab('apply')).code).toBe(0);
    expect(lock()).toHaveLength(2);
    expect([...store.attempts.keys()].map((id) => id.slice(-2)).toSorted()).toEqual(['-1', '-1', '-2', '-2']);
  });

  it('waits with --wait, and lists what did not come without buying it again', async () => {
    const { pixtab, google, store } = project();
    const [{ hash }] = JSON.parse((await pixtab('plan', '--json')).stdout).pictures;
    google.outcomes.set(`${hash}-1`, { error: { code: 3, message: 'Bad request.' } });
    google.endsAtOnce();
    const { code, stdout } = await pixtab('apply', '--wait', '--json');
    expect(code).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'partial',
      pictures: [
        { id: 'a', deed: 'buy', image: null, charged: 'no', error: { kind: 'unavailable' } },
        { id: 'b', deed: 'buy', image: { path: 'images/b.jpg' }, charged: 'yes', error: null },
      ],
    });
    expect(store.attempts.size).toBe(2);
  });

  it('ends with 12 when the time of --wait runs out', async () => {
    const { pixtab, clock } = project();
    const before = clock.now();
    expect((await pixtab('apply', '--wait', '600')).code).toBe(12);
    expect(clock.now() - before).toBe(600_000);
  });

  it('gives everything back where a budget does not allow it', async () => {
    const { pixtab, google, store } = project();
    await pixtab('budget', 'set', '0.03/day');
    expect((await pixtab('apply')).code).toBe(4);
    expect([store.attempts.size, google.created.length]).toEqual([0, 0]);
    expect((await pixtab('apply', '--max-cost', '0.01')).code).toBe(4);
  });

  it('refuses a model that is not sold there, with the place in the manifest', async () => {
    const { pixtab } = project('images: [{ id: a, prompt: x, model: imagen-4, lane: batch }]', {
      settings: { sandbox: true },
    });
    const { code, stderr } = await pixtab('apply');
    expect(code).toBe(2);
    expect(stderr).toMatch(/pixtab\.yaml:1:\d+: .*batch/);
  });

  it('holds a copy back until what it is a copy of has come', async () => {
    const { pixtab, google, paths, asked } = project(
      'defaults: { lane: batch }\nimages: [{ id: a, prompt: x }, { id: b, prompt: x }]',
    );
    expect((await pixtab('apply')).code).toBe(12);
    google.end();
    expect((await pixtab('apply')).code).toBe(0);
    expect(paths()).toEqual(['images/a.jpg', 'images/b.jpg']);
    expect(asked()).toEqual([1]);
  });

  it('sends inputs along, as they were planned', async () => {
    const { pixtab, pictureFiles, google } = project(
      'images: [{ id: a, prompt: x, inputs: in.png, lane: batch }]',
    );
    pictureFiles.files.set('in.png', Buffer.from('no picture'));
    expect((await pixtab('apply')).code).toBe(2);
    pictureFiles.files.set('in.png', fakePicture('png', 8, 8));
    expect((await pixtab('apply')).code).toBe(12);
    expect(google.created).toHaveLength(1);
  });

  it('uploads a picture that many of them show once', async () => {
    const { pixtab, pictureFiles, google } = project(
      'defaults: { lane: batch, inputs: in.png }\nimages: [{ id: a, prompt: x }, { id: b, prompt: y }, { id: c, prompt: z }]',
    );
    pictureFiles.files.set('in.png', fakePicture('png', 8, 8));
    const ran = await pixtab('apply');
    expect(ran.code).toBe(12);
    expect(ran.stderr).toContain('upload in.png (1 kB) goes to the Files API');
    expect(google.uploads.filter((name) => name === 'in.png')).toHaveLength(1);
    expect([...google.jobs.values()].flatMap(({ keys }) => keys)).toHaveLength(3);
  });

  it('brings what another checkout of the same project is waiting for', async () => {
    const here = project();
    await here.pixtab('apply');
    here.google.end();
    const there = project(BATCH, {
      deps: {
        cwd: '/there',
        books: here.deps.books,
        client: here.deps.client,
        ledgerReader: here.deps.ledgerReader,
      },
    });
    const { code } = await there.pixtab('apply');
    expect(code).toBe(0);
    expect(there.lock()).toHaveLength(2);
    expect(here.asked()).toEqual([1, 1]);
  });
});

describe('lane mixed', () => {
  const MIXED = `defaults: { lane: mixed }
images:
  - { id: hero, prompt: a cat, urgent: true }
  - { id: icon, prompt: a dog }
  - { id: other, prompt: an owl }
`;

  it('buys what is urgent now and the rest by batch, in one hold', async () => {
    const { pixtab, api, google, paths, store } = project(MIXED);
    const { code, stderr } = await pixtab('apply', '--urgent', 'oth*');
    expect(code).toBe(12);
    expect(stderr).toMatch(/^lanes {2}2 now for \$\S+, 1 by batch for \$\S+; wait up to 24 h: saves \$/m);
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(['a cat', 'an owl']);
    expect(paths()).toEqual(['images/hero.jpg', 'images/other.jpg']);
    expect(google.created).toHaveLength(1);
    expect([...store.attempts.values()].map(({ plan }) => plan.lane)).toEqual(['batch', 'now', 'now']);
  });

  it('buys now what is not sold by batch, and says so', async () => {
    const manifest = `${MIXED}  - { id: old, prompt: a tower, model: imagen-4 }\n`;
    const { pixtab } = project(manifest, { settings: { sandbox: true } });
    const { stdout } = await pixtab('plan');
    expect(stdout).toMatch(/^\+ old +\$0\.04 {2}not sold in lane batch {2}imagen-4 1K$/m);
    expect(stdout).toMatch(/^\+ icon .* batch$/m);
    expect(stdout).toMatch(/^lanes {2}2 now for \$\S+, 2 by batch for \$\S+; wait up to 24 h: saves \$/m);
  });

  it('is a matter of the command line too, which can say batch for all of it', async () => {
    const { pixtab } = project(MIXED);
    const lanes = async (...flags: readonly string[]) =>
      JSON.parse((await pixtab('plan', '--json', ...flags)).stdout).pictures.map(
        ({ lane }: { lane: string }) => lane,
      );
    expect(await lanes()).toEqual(['now', 'batch', 'batch']);
    expect(await lanes('--lane', 'batch')).toEqual(['batch', 'batch', 'batch']);
    expect(await lanes('--lane', 'now')).toEqual(['now', 'now', 'now']);
    expect(await lanes('--urgent', 'icon')).toEqual(['now', 'now', 'batch']);
    expect((await pixtab('plan', '--lane', 'batch', '--urgent', 'hero')).code).toBe(2);
    expect((await pixtab('plan', '--urgent', 'heroo')).stderr).toContain('Did you mean hero?');
  });

  it('tells a plan in JSON what each lane comes to and what that saves', async () => {
    const { pixtab } = project(MIXED);
    const { pictures, total } = JSON.parse((await pixtab('plan', '--json')).stdout);
    const sum = (lane: string): number =>
      pictures
        .filter((one: { lane: string }) => one.lane === lane)
        .reduce((all: number, one: { quote: { expected: string } }) => all + Number(one.quote.expected), 0);
    expect(Number(total.lanes.now.expected)).toBeCloseTo(sum('now'), 9);
    expect(Number(total.lanes.batch.expected)).toBeCloseTo(sum('batch'), 9);
    expect(total.lanes).toMatchObject({ now: { pictures: 1 }, batch: { pictures: 2 } });
    expect(Number(total.saves)).toBeCloseTo(sum('batch'), 4);
  });
});

describe('apply in lane mixed', () => {
  it('lets what is being bought come to its end when work on a job breaks down', async () => {
    const { batches } = fakeBatches(fakeClock());
    const broken = new TypeError('broken');
    const slowly = async () => {
      for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
      return aPicture('late');
    };
    const { pixtab, states } = project(
      'defaults: { lane: mixed }\nimages: [{ id: a, prompt: a cat, urgent: true }, { id: b, prompt: a dog }]',
      {
        script: [slowly],
        client: { batches: { ...batches, create: () => Promise.reject(broken) } },
      },
    );
    expect((await pixtab('apply')).code).toBe(1);
    expect(states()).toEqual(['sent', 'saved']);
  });
});

describe('plan, while jobs run', () => {
  it('says what is under way instead of calling it new, and opens nothing to find out', async () => {
    const { pixtab } = project();
    await pixtab('apply');
    const { code, stdout } = await pixtab('plan', '--detailed-exitcode');
    expect(code).toBe(12);
    expect(stdout).toMatch(/^> a +\$0\.00 {2}under way in job \w{8}$/m);
    expect(stdout).toContain('plan   0 to create, 0 to change, 0 to keep, 2 under way');
    const { pictures, total } = JSON.parse((await pixtab('plan', '--json')).stdout);
    expect(pictures).toMatchObject([
      { id: 'a', source: 'job', quote: null },
      { id: 'b', source: 'job' },
    ]);
    expect(total).toMatchObject({ create: 0, underWay: 2, planned: { high: '0' } });
  });
});

describe('apply', () => {
  it('asks the next model of --fallback where one refuses, and counts both', async () => {
    const { pixtab, api, lock, store } = project(
      'images: [{ id: a, prompt: x, model: gemini-3.1-flash-lite-image }]',
      {
        script: [refusalAnswer()],
      },
    );
    const { code, stderr } = await pixtab('apply', '--fallback', 'nano-banana-pro');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^step {3}a: Nano Banana Pro \(gemini-3-pro-image\) is asked for 1 image, at most \$/m,
    );
    expect(api.sent.map(({ model }) => model.id)).toEqual([
      'gemini-3.1-flash-lite-image',
      'gemini-3-pro-image',
    ]);
    expect(lock()).toMatchObject([{ model: 'gemini-3-pro-image' }]);
    expect([...store.attempts.keys()].map((id) => id.slice(-2))).toEqual(['-1', '-2']);
    expect((await pixtab('apply')).code).toBe(0);
    expect(api.sent).toHaveLength(2);
  });

  it.each([
    [
      'refuses --fallback where all is bought by batch',
      ['--lane', 'batch'],
      2,
      /--fallback is for the other lanes\./,
    ],
    [
      'says of which pictures --fallback is not',
      ['--lane', 'mixed', '--urgent', 'a'],
      12,
      /--fallback is for the other lanes, and 1 picture of these by batch/,
    ],
  ])('%s', async (_, flags, exit, said) => {
    const { pixtab } = project(TWO);
    const { code, stderr } = await pixtab('apply', ...flags, '--fallback', 'nano-banana-pro');
    expect([code, stderr]).toEqual([exit, expect.stringMatching(said)]);
  });

  it.each([
    ['--only', 'a', '--only', 'b'],
    ['--only', 'a,b'],
    ['--lane', 'now', '--force', 'a', '--force', 'b'],
    ['--lane', 'mixed', '--urgent', 'a', '--urgent', 'b'],
  ])('takes a list of ids in one flag or in several: %s', async (...flags) => {
    const { pixtab, api } = project(TWO);
    await pixtab('apply', ...flags);
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(['a cat', 'a dog']);
  });

  it('counts what a refusal cost also where the next model brings nothing', async () => {
    const { pixtab } = project('images: [{ id: a, prompt: x, model: gemini-3.1-flash-lite-image }]', {
      script: [
        { ...refusalAnswer('NO_IMAGE', 'None.'), usageMetadata: USAGE },
        new Failure('rate-limited', 'Too many.', { charged: 'no' }),
      ],
    });
    const { stdout } = await pixtab('apply', '--fallback', 'nano-banana-pro', '--json');
    expect(Number(JSON.parse(stdout).settled)).toBeGreaterThan(0.03);
  });

  it('tells what was paid where the lock cannot be written, and buys from nobody else', async () => {
    const { pixtab, api, pictureFiles, write } = project('images: [{ id: a, prompt: x }]', {
      script: [aPicture('first'), refusalAnswer()],
    });
    await pixtab('apply');
    write('images: [{ id: a, prompt: y, out: "elsewhere/{id}" }]');
    const put = pictureFiles.put.bind(pictureFiles);
    pictureFiles.put = async (path, bytes, options) =>
      path === 'pixtab.lock'
        ? Promise.reject(new Failure('disk', 'No space left on device.', { charged: 'yes' }))
        : put(path, bytes, options);
    const { code, stdout } = await pixtab('apply', '--fallback', 'nano-banana-pro,nano-banana-2.1', '--json');
    expect(code).toBe(11);
    expect(api.sent).toHaveLength(3);
    expect(Number(JSON.parse(stdout).settled)).toBeGreaterThan(0.1);
  });

  it('keeps raw answers with --keep-raw', async () => {
    const { pixtab, journal } = project(TWO);
    const { stderr } = await pixtab('apply', '--keep-raw');
    expect(stderr.match(/^raw {4}/gm)).toHaveLength(2);
    expect(await journal.aside()).toHaveLength(2);
  });
});

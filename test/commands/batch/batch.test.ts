import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { run } from '../../../src/cli.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakeJournal } from '../../support/fakes/journal.ts';
import { fakeTerminal } from '../../support/fakes/terminal.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';

const LITE = ['-m', 'gemini-3.1-flash-lite-image'];
const DAY = 86_400_000;

interface Document {
  readonly outcome: string;
  readonly exitCode: number;
  readonly jobs: readonly Record<string, unknown>[];
  readonly images: readonly { readonly path: string }[];
  readonly settled?: string;
  readonly cost?: unknown;
}
const read = (stdout: string) => JSON.parse(stdout) as Document;

/** One job of three pictures at the API. */
async function submitted() {
  const here = world();
  const ran = await here.pixtab('a cat', '-n', '3', '-o', 'cats/', '--lane', 'batch', ...LITE);
  return { ...here, ran };
}

describe('--lane batch', () => {
  it('submits, says the price first, and ends as pending', async () => {
    const { ran, google, store } = await submitted();
    expect(ran.code).toBe(12);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toMatch(/price {2}\$0\.0513 expected for 3 images/);
    expect(ran.stderr).toMatch(
      /job {4}\w{8}: 3 images, about 4,560 of the 2,000,000 tokens that tier 1 may queue\nnote {3}.*pixtab batch wait/,
    );
    expect(google.created).toHaveLength(1);
    expect([...store.runs.values()]).toMatchObject([{ command: 'generate', outcome: 'pending' }]);
  });

  it('says so in JSON, with the job and without a cost', async () => {
    const here = world();
    const { code, stdout } = await here.pixtab('a cat', '--lane', 'batch', '--json', ...LITE);
    const document = read(stdout);
    expect({ code, document }).toMatchObject({
      code: 12,
      document: { outcome: 'pending', exitCode: 12, cost: null, images: [] },
    });
    expect(document.jobs).toMatchObject([{ stage: 'running', requests: 1, open: 1, saved: 0 }]);
  });

  it('counts what nobody knows of a job that it waited for, and says how to settle it', async () => {
    const here = world({ settings: { sandbox: true } });
    here.google.endsAtOnce();
    here.google.outcomes.set('00000002-fake', { error: { code: 4, message: 'It took too long.' } });
    const order = ['a cat', '-n', '2', '-o', 'cats/', '--lane', 'batch', ...LITE];
    const { code, stdout, stderr } = await here.pixtab(...order, '--json');
    const unsure = [...here.store.attempts.values()].find(({ state }) => state === 'unconfirmed');
    expect(unsure).toBeDefined();
    expect({ code, ...read(stdout) }).toMatchObject({
      outcome: 'partial',
      images: [{}],
      cost: { basis: 'estimated', charged: 'unknown' },
    });
    expect(stderr).toContain(
      `pixtab settle ${unsure?.plan.attemptId.slice(0, 8)} --charged or --not-charged`,
    );
  });

  it('waits for the pictures where the sandbox ends with the command', async () => {
    const here = world({ settings: { sandbox: true } });
    here.google.endsAtOnce();
    const { code, stdout, stderr } = await here.pixtab(
      'a cat',
      '-n',
      '3',
      '-o',
      'cat-{n}',
      '--lane',
      'batch',
      ...LITE,
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'cat-1.jpg\ncat-2.jpg\ncat-3.jpg' });
    expect(stderr).toMatch(/paid {3}\$\S+ for 3 images in the sandbox/);
  });

  it.each([
    [['-o', '-'], /cannot wait for the batch lane/],
    [['--fallback', 'nano-banana-pro'], /--fallback is for the other lanes/],
    [['-m', 'imagen-4'], /batch|retired|shut down/i],
  ])('refuses %j before anything is written down', async (flags, message) => {
    const here = world();
    const { code, stderr } = await here.pixtab('a cat', '--lane', 'batch', ...flags);
    expect(code).toBeGreaterThan(0);
    expect(code).not.toBe(12);
    expect(stderr).toMatch(message);
    expect(here.store.attempts.size).toBe(0);
    expect(here.google.stored.size).toBe(0);
  });

  it('shows what it would send, with --dry-run', async () => {
    const here = world();
    const { code, stdout, stderr } = await here.pixtab('a cat', '--lane', 'batch', '--dry-run', ...LITE);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'nothing is sent; it would be 1 job of 1 request, about 1,520 of the 2,000,000 tokens that tier 1 may queue',
    );
    expect(stdout).toMatch(/^POST .*:batchGenerateContent/);
    expect(here.store.attempts.size).toBe(0);
  });

  it('keeps to the budget: nothing is uploaded', async () => {
    const here = world();
    await here.pixtab('budget', 'set', '0.01/day');
    const { code } = await here.pixtab('a cat', '--lane', 'batch', ...LITE);
    expect(code).toBe(4);
    expect(here.google.stored.size).toBe(0);
  });
});

describe('pixtab batch', () => {
  it('lists jobs without asking the API', async () => {
    const { pixtab, google } = await submitted();
    google.jobs.clear();
    const { code, stdout } = await pixtab('batch', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^job .*\n\w{8} +nano-banana-2-lite +pending +3 +0 +0/);
    expect((await world().pixtab('batch', 'list')).stderr).toContain('There is no job.');
  });

  it.each(['wait', 'fetch'])('has nothing to say but that there is no job to %s for', async (verb) => {
    const { code, stderr } = await world().pixtab('batch', verb);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'There is no job with work left.' });
  });

  it('says while it waits that the API cannot be asked, and goes on', async () => {
    const { clock, google, store } = await submitted();
    let left = 2;
    const trouble = new Failure('unavailable', 'Google cannot be reached.', { charged: 'no' });
    const get: typeof google.batches.get = async (...asked) => {
      left -= 1;
      if (left >= 0) throw trouble;
      google.end();
      return google.batches.get(...asked);
    };
    const books = async () => ({
      ledger: fakeLedger({ clock, store, hasAnswer: () => false }),
      journal: fakeJournal(),
    });
    const later = world({
      client: { batches: { ...google.batches, get }, files: google.files },
      deps: { books },
    });
    const { code, stderr } = await later.pixtab('batch', 'wait');
    expect(code).toBe(0);
    expect(stderr.match(/^wait .*; Google cannot be reached\.$/gm)).toHaveLength(1);
  });

  it('fetches what there is, and says with 12 that there is more to come', async () => {
    const { pixtab, google, store } = await submitted();
    const early = await pixtab('batch', 'fetch');
    expect(early).toMatchObject({ code: 12, stdout: '' });
    google.end();
    const { code, stdout, stderr } = await pixtab('batch', 'fetch');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stdout).toMatch(/^cats\/\S+\.jpg$/m);
    expect(stderr).toMatch(/paid {3}\$0\.0\d+ for 3 images/);
    expect([...store.runs.values()]).toMatchObject([{ outcome: 'ok' }]);
    expect(await pixtab('batch', 'fetch')).toMatchObject({ code: 0, stdout: '' });
  });

  it('waits no longer than it is told to', async () => {
    const { pixtab, clock } = await submitted();
    const before = clock.now();
    const { code, stderr } = await pixtab('batch', 'wait', '--timeout', '90');
    expect(code).toBe(12);
    expect(stderr).toContain('1 job not finished yet.');
    expect(stderr.match(/^wait .*$/gm)).toEqual([
      'wait   0 of 1 job done (1 pending), 0 of 3 images saved, $0.00 spent',
    ]);
    expect(clock.now() - before).toBe(90_000);
  });

  it.each(['wait', 'fetch'])('%s counts images, money and seconds as they come', async (verb) => {
    const { deps, google, clock } = await submitted();
    google.end();
    const terminal = fakeTerminal();
    const slow: typeof deps.sha256 = (bytes) => (clock.advance(2_000), deps.sha256(bytes));
    expect(await run(['batch', verb], { ...deps, sha256: slow, terminal: () => terminal })).toBe(0);
    const counts = terminal.progressed.filter((text) => / of 3 images, /.test(text));
    expect(counts.map((text) => text.slice(0, 1))).toEqual(['1', '2', '3']);
    expect(counts.at(1)).toMatch(/^2 of 3 images, \$0\.0\d+ spent, about \d+ s left$/);
    expect(counts.at(-1)).toMatch(/^3 of 3 images, \$0\.0\d+ spent$/);
  });

  it('tells in JSON what every job came to', async () => {
    const { pixtab, google, store } = await submitted();
    google.outcomes.set([...store.attempts.keys()][0] ?? '', { error: { code: 3, message: 'bad part' } });
    google.end();
    const { code, stdout } = await pixtab('batch', 'wait', '--json');
    const document = read(stdout);
    expect(code).toBe(6);
    expect(document).toMatchObject({
      outcome: 'partial',
      exitCode: 6,
      jobs: [{ stage: 'done', state: 'succeeded', saved: 2, failed: 1, open: 0 }],
      error: { kind: 'partial', message: '2 of 3 images on disk. Not every request brought a picture.' },
    });
    expect(document.images).toHaveLength(2);
    expect(Number(document.settled)).toBeGreaterThan(0.03);
  });

  it('says why a job failed as a whole', async () => {
    const { pixtab, google } = await submitted();
    google.end('failed', { why: 'input file malformed' });
    const { code, stderr } = await pixtab('batch', 'wait');
    expect(code).toBe(10);
    expect(stderr).toContain('0 of 3 images on disk. input file malformed');
    expect((await pixtab('batch', 'list')).stdout).toMatch(/failed +3 +0 +3/);
  });

  it('shows every request of a job', async () => {
    const { pixtab, google, store } = await submitted();
    google.outcomes.set([...store.attempts.keys()][1] ?? '', { error: { code: 3, message: 'bad part' } });
    google.end();
    await pixtab('batch', 'wait');
    const [job] = store.jobs.keys();
    const { stdout } = await pixtab('batch', 'show', job?.slice(0, 6) ?? '');
    expect(stdout).toContain(`job      ${job}`);
    expect(stdout.match(/ saved +a cat/g)).toHaveLength(2);
    expect(stdout).toMatch(/released +a cat +INVALID_ARGUMENT: bad part/);
    const { stdout: json } = await pixtab('batch', 'show', job ?? '', '--json');
    expect(read(json).jobs[0]).toMatchObject({
      items: [{ state: 'saved' }, { why: expect.any(String) }, {}],
    });
  });

  it('cancels, and gives the holds back', async () => {
    const { pixtab, store } = await submitted();
    const [job = ''] = store.jobs.keys();
    const { code, stderr } = await pixtab('batch', 'cancel', job);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('is cancelled') });
    expect(new Set([...store.attempts.values()].map(({ state }) => state))).toEqual(new Set(['released']));
  });

  it('does not call a job cancelled that was over already', async () => {
    const { pixtab, google, store } = await submitted();
    google.end();
    const [job = ''] = store.jobs.keys();
    for (let times = 0; times < 2; times += 1) {
      const { code, stderr } = await pixtab('batch', 'cancel', job);
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(
          /was over already: succeeded\. pixtab batch fetch \w{8} brings what it made\.$/,
        ),
      });
    }
  });

  it('says why a job cannot be cancelled that the API does not know, and keeps its hold', async () => {
    const { pixtab, google, store, clock } = await submitted();
    google.jobs.clear();
    clock.advance(DAY);
    const [job = ''] = store.jobs.keys();
    const { code, stderr } = await pixtab('batch', 'cancel', job);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('for this key') });
    expect([...store.attempts.values()].map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
  });

  it.each(['wait', 'cancel'])('%s ends a job of a sandbox that was started anew since', async (verb) => {
    const settings = {
      sandbox: true,
      baseUrl: { value: 'http://127.0.0.1:4100', from: 'PIXTAB_BASE_URL' },
    } as const;
    const { pixtab, google, store } = world({ settings, deps: { isSandbox: async () => true } });
    await pixtab('a cat', '-n', '3', '--lane', 'batch', ...LITE);
    google.jobs.clear();
    const [job = ''] = store.jobs.keys();
    const { stderr } = await pixtab('batch', verb, job);
    expect(stderr).toContain(verb === 'cancel' ? 'is cancelled' : 'The sandbox that it was at is gone.');
    expect([...store.attempts.values()].map(({ state }) => state)).toEqual(Array(3).fill('released'));
    expect((await pixtab('batch', 'wait')).code).toBe(0);
    expect((await pixtab('batch', 'list')).stdout).toMatch(/ gone +3 +0 +3 /);
  });

  it('closes the sandbox that it started where the ledger cannot be opened', async () => {
    let open = 0;
    const sandbox = async () => (
      (open += 1),
      { url: 'http://127.0.0.1:1', close: async () => void (open -= 1) }
    );
    const books = () => Promise.reject(new Failure('usage', 'The ledger cannot be used.'));
    const { code } = await world({ settings: { sandbox: true }, deps: { sandbox, books } }).pixtab(
      'batch',
      'wait',
    );
    expect([code, open]).toEqual([2, 0]);
  });

  it('asks again for what failed', async () => {
    const { pixtab, google, store } = await submitted();
    google.end('expired');
    await pixtab('batch', 'wait');
    const [job = ''] = store.jobs.keys();
    const { code, stderr } = await pixtab('batch', 'resubmit', job, '--max-cost', '1');
    expect(code).toBe(12);
    expect(stderr).toMatch(
      /^price {2}\$0\.05\d+ expected for 3 requests again; from \S+, at most \$0\.05\d+$/m,
    );
    expect(stderr).toMatch(/job {4}\w{8}: 3 requests/);
    const [, second = ''] = store.jobs.keys();
    const shown = await pixtab('batch', 'show', second);
    expect(shown.stdout).toContain(`chain    ${job.slice(0, 8)} (expired) → ${second.slice(0, 8)} (this)`);
    expect((await pixtab('batch', 'show', job)).stdout).toMatch(/ \(this\) → \w{8} \(pending\)/);
    google.end();
    expect((await pixtab('batch', 'wait')).stdout.split('\n')).toHaveLength(3);
    expect(await pixtab('batch', 'resubmit', job)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Nothing in job'),
    });
  });

  it.each<[string, readonly string[], number, (here: Awaited<ReturnType<typeof submitted>>) => void]>([
    ['the price is above what is allowed', ['--max-cost', '0.01'], 4, () => {}],
    ['there is no place for the pictures', [], 2, ({ pictureFiles }) => pictureFiles.breaks('prove', 'gone')],
    [
      'it is another API',
      [],
      2,
      ({ store }) => {
        for (const { facts } of store.jobs.values()) facts.baseUrl = 'https://other.example';
      },
    ],
  ])('asks for nothing again when %s', async (_, flags, expected, happening) => {
    const here = await submitted();
    here.google.end('expired');
    await here.pixtab('batch', 'wait');
    happening(here);
    const [job = ''] = here.store.jobs.keys();
    const { code } = await here.pixtab('batch', 'resubmit', job, ...flags);
    expect(code).toBe(expected);
    expect(here.store.jobs.size).toBe(1);
    expect(here.google.created).toHaveLength(1);
  });

  it('puts the pictures elsewhere where that is said', async () => {
    const { pixtab, google } = await submitted();
    google.end();
    const { stdout } = await pixtab('batch', 'fetch', '-o', 'else');
    for (const path of stdout.split('\n')) expect(path).toMatch(/else\/[^/]+\.jpg$/);
  });

  it.each([
    [['batch', 'frobnicate'], 'batch takes list'],
    [['batch', 'show'], 'batch show takes one job'],
    [['batch', 'show', 'nope'], 'There is no job "nope"'],
    [['batch', 'wait', 'nope'], 'There is no job "nope"'],
    [['batch', 'list', 'nope'], 'There is no job "nope"'],
    [['batch', 'cancel', '0'], 'Several jobs begin with "0".'],
  ])('refuses %j', async (argv, message) => {
    const { pixtab } = await submitted();
    await pixtab('another', '--lane', 'batch', ...LITE);
    const { code, stderr } = await pixtab(...argv);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  it('tells what a key without billing means', async () => {
    const here = world();
    const refuse = async () => Promise.reject(new Failure('auth', 'No billing.', { charged: 'no' }));
    const { batches } = here.google;
    const pixtab = world({ client: { batches: { ...batches, create: refuse } } }).pixtab;
    const { code, stderr } = await pixtab('a cat', '--lane', 'batch', ...LITE);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('No billing.') });
    expect(stderr).toContain('pixtab batch cancel lets go');
  });

  it('is mentioned by other commands once its results may expire', async () => {
    const { pixtab, clock } = await submitted();
    expect((await pixtab('spend')).stderr).not.toContain('batch');
    clock.advance(DAY);
    expect((await pixtab('spend')).stderr).toContain('1 batch job to fetch, whose results may be gone in');
  });
});

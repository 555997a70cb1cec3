import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { aPicture, world, type WorldOptions } from '../../support/fakes/deps.ts';

const FILE = ['# our animals', 'a cat', '', '{"prompt": "a dog", "count": 2, "aspect": "16:9"}', 'a fox'];

/** A world with a file of prompts. */
function filed(options: WorldOptions = {}, lines: readonly string[] = FILE) {
  const read = async function* () {
    yield lines;
  };
  const all = world({ ...options, deps: { lines: read, ...options.deps } });
  const args = [
    'generate',
    '--each-line',
    '--prompt-file',
    'prompts.txt',
    '-o',
    'out/{n}.jpg',
    '--concurrency',
    '1',
  ];
  const prompts = () => all.api.sent.map(({ prompt }) => prompt);
  return { ...all, buy: (...flags: readonly string[]) => all.pixtab(...args, ...flags), prompts };
}

interface Document {
  readonly runId: string;
  readonly outcome: string;
  readonly lines: readonly {
    readonly line: string;
    readonly outcome: string;
    readonly images: readonly unknown[];
  }[];
}
const documentIn = ({ stdout }: { readonly stdout: string }): Document => JSON.parse(stdout);

describe('generate --each-line', () => {
  it('buys every line under one hold, and tells of all in one document', async () => {
    const { buy, prompts, api, store } = filed();
    const ran = await buy('--json');
    expect(ran.code).toBe(0);
    expect(prompts()).toEqual(['a cat', 'a dog', 'a dog', 'a fox']);
    expect(api.sent.map(({ aspect }) => aspect)).toEqual([null, '16:9', '16:9', null]);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      schema: 'pixtab.generate/1',
      outcome: 'ok',
      exitCode: 0,
      model: 'gemini-3.1-flash-lite-image',
      lane: 'now',
      cost: { charged: 'yes' },
      images: [1, 2, 3, 4].map((n) => ({ path: `out/${n}.jpg` })),
      lines: [
        { line: 'line 2', prompt: 'a cat', outcome: 'ok', images: [{ path: 'out/1.jpg' }], error: null },
        { line: 'line 4', prompt: 'a dog', images: [{ path: 'out/2.jpg' }, { path: 'out/3.jpg' }] },
        { line: 'line 5', prompt: 'a fox' },
      ],
      error: null,
    });
    expect(ran.stderr).toMatch(/^price {2}\$0\.1\d+ expected for 4 images of 3 prompts; from /m);
    expect(new Set([...store.attempts.values()].map(({ plan }) => plan.runId)).size).toBe(1);
  });

  it('tells paths in the order of the lines', async () => {
    expect((await filed().buy()).stdout.split('\n')).toEqual([1, 2, 3, 4].map((n) => `out/${n}.jpg`));
  });

  it('is refused as a whole above --max-cost, and asked as a whole above --ask-above', async () => {
    for (const limit of ['--max-cost', '--ask-above']) {
      const { buy, prompts } = filed();
      expect((await buy(limit, '0.10')).code).toBe(4);
      expect(prompts()).toEqual([]);
    }
  });

  it('only prices with --dry-run, and shows the request of the first line', async () => {
    const { buy, prompts } = filed();
    const ran = await buy('--dry-run', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'dry-run',
      exitCode: 0,
      request: { method: 'POST', url: expect.stringContaining('/v1beta/models/'), body: { prompt: 'a cat' } },
      lines: [{}, {}, {}],
    });
    const told = await buy('--dry-run');
    expect(told.stdout).toMatch(/^POST https:.*\n\{/);
    expect(told.stderr).toContain('nothing is sent; this would be the request of line 2');
    expect(prompts()).toEqual([]);
  });

  it('goes on after a line that failed, names it, and says how to go on', async () => {
    const { buy } = filed({ script: [aPicture('1'), refusalAnswer(), aPicture('2')] });
    const ran = await buy('--json');
    expect(ran.code).toBe(6);
    const { lines, runId } = documentIn(ran);
    expect(lines.map(({ outcome, images }) => [outcome, images.length])).toEqual([
      ['ok', 1],
      ['partial', 1],
      ['ok', 1],
    ]);
    expect(ran.stderr).toMatch(/^failed line 4: /m);
    expect(ran.stderr).toContain(`pixtab generate --resume ${runId.slice(0, 8)} buys what is missing`);
  });

  it('orders lines of lane batch together, and counts them as under way', async () => {
    const { buy, google } = filed();
    const ran = await buy('--lane', 'batch', '--json');
    expect(ran.code).toBe(12);
    expect(documentIn(ran).lines.map(({ outcome }) => outcome)).toEqual(['pending', 'pending', 'pending']);
    expect(google.created).toHaveLength(1);
    expect(ran.stderr).not.toContain('failed');
  });

  it('fails for what a job ended without, and says of which line', async () => {
    const { buy, google } = filed({ settings: { sandbox: true } });
    google.endsAtOnce();
    google.outcomes.set('00000005-fake', { error: { code: 3, message: 'That makes no sense.' } });
    const ran = await buy('--lane', 'batch', '--json');
    expect(ran.code).toBe(6);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'partial',
      images: [{}, {}, {}],
      lines: [
        { outcome: 'ok', images: [{ path: 'out/1.jpg' }] },
        { outcome: 'ok', images: [{ path: 'out/2.jpg' }, { path: 'out/3.jpg' }] },
        { outcome: 'unavailable', images: [], cost: { amount: '0', charged: 'no' } },
      ],
    });
    expect(ran.stderr).toMatch(/^failed line 5: .*That makes no sense/m);
  });

  it('counts what nobody knows of a job', async () => {
    const { buy, google, store } = filed({ settings: { sandbox: true } });
    google.endsAtOnce();
    google.outcomes.set('00000005-fake', { error: { code: 4, message: 'It took too long.' } });
    const ran = await buy('--lane', 'batch', '--json');
    expect(store.attempts.get('00000005-fake')?.state).toBe('unconfirmed');
    const { lines } = JSON.parse(ran.stdout);
    expect(ran.code).toBe(6);
    expect(lines[2]).toMatchObject({ outcome: 'unconfirmed', cost: { charged: 'unknown' } });
    expect(Number(lines[2].cost.amount)).toBeGreaterThan(0);
  });

  it('says why a job was not made, and that its holds stand', async () => {
    const { buy, google } = filed();
    google.twist('refused');
    const ran = await buy('--lane', 'batch', '--json');
    expect([ran.code, documentIn(ran).outcome]).toEqual([2, 'usage']);
    expect(ran.stderr).toContain('Google did not accept it.');
    expect(ran.stderr).toContain('pixtab batch cancel lets go');
    expect(ran.stderr).not.toContain('--resume');
  });

  it.each<[string, readonly string[], readonly string[], RegExp]>([
    ['words', FILE, ['a', 'cat'], /given twice: as words and with --prompt-file/],
    ['--style', FILE, ['--style', 'ink'], /takes prompts as they are/],
    ['an input image', FILE, ['-i', 'a.png'], /no input images/],
    ['-o -', FILE, ['-o', '-'], /asks for several/],
    ['--cached', FILE, ['--cached'], /does not look into the store/],
    ['a size that no model has', ['{"prompt": "a cat", "size": "8K"}'], [], /prompts\.txt, line 1: .*size/],
    [
      'an impossible line',
      ['a cat', '{"prompt": "a cat", "model": "imagen-9"}'],
      [],
      /prompts\.txt, line 2: /,
    ],
    ['no prompt', ['# nothing', ''], [], /has no prompt in it/],
    [
      'too many prompts',
      Array.from({ length: 10_001 }, () => 'a cat'),
      ['--dry-run'],
      /more than 10,000 prompts/,
    ],
  ])('refuses %s', async (_, lines, flags, why) => {
    const { buy, prompts } = filed({}, lines);
    expect(await buy(...flags)).toMatchObject({ code: 2, stderr: expect.stringMatching(why) });
    expect(prompts()).toEqual([]);
  });
});

describe('generate --resume', () => {
  const stopped = () => {
    const all = filed({ script: [async () => (all.stop.abort(), aPicture('1'))] });
    return all;
  };

  it('buys what an interruption left out, under the name of the run, and nothing twice', async () => {
    const all = stopped();
    const first = await all.buy('--json');
    expect(first.code).toBe(130);
    expect(first.stderr).toContain('left   2 of 3 prompts not begun');
    const { runId } = documentIn(first);
    const { pixtab } = again(all);
    const resumed = await pixtab('generate', '--resume', runId.slice(0, 8), '--json');
    expect(resumed.code).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      runId,
      outcome: 'ok',
      images: [2, 3, 4].map((n) => ({ path: `out/${n}.jpg` })),
    });
    expect(all.prompts()).toEqual(['a cat', 'a dog', 'a dog', 'a fox']);
    const once = await pixtab('generate', '--resume', runId);
    expect(once).toMatchObject({ code: 0, stdout: '' });
    expect(once.stderr).toBe('note   nothing of it is missing');
  });

  /** The same world for a later command, whose user has not stopped it. */
  function again(all: ReturnType<typeof filed>) {
    return world({ deps: { ...all.deps, stop: new AbortController().signal } });
  }

  it('leaves alone what may have been charged, unless it is told to', async () => {
    const all = filed({ script: [new Failure('unconfirmed', 'No answer came.')] });
    const { runId } = documentIn(await all.buy('--json'));
    const left = await all.pixtab('generate', '--resume', runId);
    expect(left.stderr).toContain('1 picture may have been charged: --retry-unconfirmed buys them again');
    expect(all.prompts()).toHaveLength(4);
    expect((await all.pixtab('generate', '--resume', runId, '--retry-unconfirmed')).code).toBe(0);
    expect(all.prompts().at(-1)).toBe('a cat');
  });

  it('works for any run of generate', async () => {
    const all = filed({ script: [async () => (all.stop.abort(), aPicture('1'))] });
    const first = await all.pixtab('a cat', '-n', '3', '-o', 'cats/{n}.jpg', '--concurrency', '1', '--json');
    const resumed = await again(all).pixtab('generate', '--resume', documentIn(first).runId, '--json');
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      images: [{ path: 'cats/2.jpg' }, { path: 'cats/3.jpg' }],
    });
  });

  it('takes the last run by that name', async () => {
    const all = filed({ script: [async () => (all.stop.abort(), aPicture('1'))] });
    await all.pixtab('a cat', '-n', '2', '-o', 'cats/{n}.jpg', '--concurrency', '1');
    const resumed = await again(all).pixtab('generate', '--resume', 'last', '--json');
    expect(JSON.parse(resumed.stdout)).toMatchObject({ images: [{ path: 'cats/2.jpg' }] });
  });

  it.each([
    ['a run that nobody knows', ['ffff'], /no run "ffff"/],
    ['nothing', [''], /no run/],
    ['a prompt beside it', ['ffff', 'a', 'cat'], /takes no prompt/],
  ])('refuses %s', async (_, args, why) => {
    expect(await world().pixtab('generate', '--resume', ...args)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(why),
    });
  });
});

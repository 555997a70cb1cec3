import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { aPicture, world } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

const REFUSED = refusalAnswer();
const LOST = new Failure('unconfirmed', 'The connection broke.');

/** One picture, one refusal, one request without an answer, and two pictures of one order. */
async function shop() {
  const all = world({ script: [aPicture('a'), REFUSED, LOST] });
  await all.pixtab('a cat', '-o', 'out/cat.jpg', '--project', 'shop', '--label', 'spring');
  all.clock.advance(86_400_000);
  await all.pixtab('a dog', '--refusal-retries', '0', '--project', 'shop');
  await all.pixtab('a bird', '-m', 'nano-banana-2');
  await all.pixtab('two fish', '-n', '2', '--lane', 'flex');
  const ids = [...all.store.attempts.keys()];
  return { ...all, ids };
}

const rowsOf = (stdout: string) => JSON.parse(stdout).rows;

describe('history', () => {
  it('has a line for each request, the newest first', async () => {
    const { pixtab } = await shop();
    const { code, stdout } = await pixtab('history');
    expect(code).toBe(0);
    const [titles, ...rows] = stdout.split('\n');
    expect(titles).toMatch(/^time +id +for +model +price +outcome +path$/);
    expect(rows).toHaveLength(5);
    expect(rows[2]).toMatch(/^11-23 12:00 +\S{8} +a bird +nano-banana-2 +\$0\.\d+\? +unconfirmed +The conn/);
    expect(rows[3]).toMatch(/a dog +nano-banana-2-lite +\$\S+ +refused +IMAGE_SAFETY$/);
    expect(rows[4]).toMatch(/^11-22 12:00 .*a cat .*\$0\.03\d+ +ok +out\/cat\.jpg$/);
  });

  it('answers in JSON with what was charged, and why there is no picture', async () => {
    const { pixtab } = await shop();
    const document = JSON.parse((await pixtab('history', '--json')).stdout);
    expect(document).toMatchObject({
      schema: 'pixtab.history/1',
      sandbox: false,
      outcome: 'ok',
      exitCode: 0,
    });
    expect(document).toMatchObject({ warnings: [], error: null, next: null });
    expect(document.rows.slice(2)).toMatchObject([
      {
        model: 'gemini-3.1-flash-image',
        outcome: 'unconfirmed',
        reason: 'The connection broke.',
        charged: 'unknown',
        cost: { basis: 'estimated', charged: 'unknown' },
        images: [],
      },
      { outcome: 'refused', reason: 'IMAGE_SAFETY', charged: expect.stringMatching(/yes|no/) },
      {
        at: '2026-11-22T12:00:00.000Z',
        project: 'shop',
        labels: ['spring'],
        command: 'generate',
        lane: 'now',
        gateway: 'google',
        account: expect.stringMatching(/^google\.example#[\da-f]{12}$/),
        prompt: 'a cat',
        outcome: 'ok',
        reason: null,
        charged: 'yes',
        cost: { amount: expect.stringMatching(/^0\.03/), currency: 'USD', basis: 'metered' },
        images: ['/work/out/cat.jpg'],
      },
    ]);
  });

  it.each([
    [['--refused'], ['a dog']],
    [['--unconfirmed'], ['a bird']],
    [
      ['--refused', '--unconfirmed'],
      ['a bird', 'a dog'],
    ],
    [
      ['--project', 'shop'],
      ['a dog', 'a cat'],
    ],
    [['--label', 'spring'], ['a cat']],
    [['-m', 'nano-banana-2'], ['a bird']],
    [
      ['--lane', 'flex'],
      ['two fish', 'two fish'],
    ],
    [['--since', 'today', '-n', '1'], ['two fish']],
    [['--until', 'yesterday'], ['a cat']],
  ])('narrowed by %j shows %j', async (flags, prompts) => {
    const { pixtab } = await shop();
    const rows = rowsOf((await pixtab('history', '--json', ...flags)).stdout);
    expect(rows.map(({ prompt }: { prompt: string }) => prompt)).toEqual(prompts);
  });

  it('turns its pages with what the one before calls next', async () => {
    const { pixtab, ids } = await shop();
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const more = next === null ? [] : ['--next', next];
      const page = JSON.parse((await pixtab('history', '--json', '-n', '2', ...more)).stdout);
      seen.push(...page.rows.map(({ attemptId }: { attemptId: string }) => attemptId));
      next = page.next;
    } while (next !== null);
    expect(seen).toEqual(ids.toReversed());
  });

  it.each([
    ['--project', 'shpo', 'Did you mean shop?'],
    ['--label', 'sprnig', 'Did you mean spring?'],
    ['--label', 'completely else', 'There are spring.'],
    ['--run', 'zzz', 'no run begins with "zzz"'],
    ['--next', 'zzz', 'there is no request "zzz"'],
    ['--since', 'soon', '--since takes a day'],
  ])('%s %s ends with 2 and says what would be right', async (flag, value, said) => {
    const { pixtab } = await shop();
    const { code, stderr } = await pixtab('history', flag, value);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });

  it('says that there is nothing, rather than an empty table', async () => {
    const { pixtab } = world();
    expect(await pixtab('history')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'No request was made yet.',
    });
  });

  it('opens a request whole by the start of its id, with all that was tried for it', async () => {
    const all = world({ script: [refusalAnswer('NO_IMAGE'), aPicture('a')] });
    await all.pixtab('a cat', '-o', 'cat.jpg', '--refusal-retries', '1');
    const [first, second] = [...all.store.attempts.keys()];
    const { code, stdout } = await all.pixtab('history', second?.slice(0, 8) ?? '');
    expect(code).toBe(0);
    expect(stdout).toContain(`request   ${first}`);
    expect(stdout).toMatch(/^outcome +refused: NO_IMAGE$/m);
    expect(stdout).toMatch(/^image +\/work\/cat\.jpg/m);
    for (const unknown of ['zzz', ''])
      expect((await all.pixtab('history', unknown)).stderr).toContain(`No request begins with "${unknown}"`);
  });
});

describe('history --again', () => {
  it('buys a request as it was: priced, filed alike, beside the first picture', async () => {
    const { pixtab, ids, store, api } = await shop();
    const { code, stdout, stderr } = await pixtab('history', ids[0] ?? '', '--again');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^model .*: the model that it was bought from$/m);
    expect(stderr).toMatch(/^price .* expected for 1 image/m);
    expect(stdout).toMatch(/^out\/.*\.jpg$/);
    expect(api.sent.at(-1)).toMatchObject({ prompt: 'a cat', count: 1, lane: 'now' });
    const run = [...store.runs.values()].at(-1);
    expect(run).toMatchObject({ project: 'shop', labels: ['spring'] });
  });

  it('buys all pictures of a run', async () => {
    const { pixtab, store, ids } = await shop();
    const before = ids.length;
    const runId = store.attempts.get(ids[3] ?? '')?.plan.runId ?? '';
    await pixtab('history', runId, '--again');
    const bought = [...store.attempts.values()].slice(before).map(({ plan }) => plan);
    expect(bought).toMatchObject([{ prompt: 'two fish', lane: 'flex' }, { prompt: 'two fish' }]);
  });

  it('is bound by --max-cost like any order', async () => {
    const { pixtab, ids, api } = await shop();
    const sent = api.sent.length;
    expect((await pixtab('history', ids[0] ?? '', '--again', '--max-cost', '0.001')).code).toBe(4);
    expect(api.sent).toHaveLength(sent);
  });

  it('sends the same input picture, and refuses where it is another one now', async () => {
    const all = world();
    all.pictureFiles.files.set('room.png', fakePicture('jpeg', 64, 64));
    await all.pixtab('edit', 'room.png', '-p', 'a lamp', '-o', 'lamp.jpg');
    const [id = ''] = all.store.attempts.keys();
    expect(await all.pixtab('history', id, '--again')).toMatchObject({ code: 0 });
    expect(all.api.sent.at(-1)).toMatchObject({ prompt: 'a lamp', inputs: [{ name: 'room.png' }] });
    all.pictureFiles.files.set('room.png', fakePicture('jpeg', 64, 64, 'other'));
    const { code, stderr } = await all.pixtab('history', id, '--again');
    expect(code).toBe(2);
    expect(stderr).toContain('room.png is another one now');
  });

  it('needs to be told which', async () => {
    expect((await world().pixtab('history', '--again')).stderr).toContain(
      '--again needs the id of a request',
    );
  });
});

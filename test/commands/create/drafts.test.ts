import { describe, expect, it } from 'vitest';
import { wordsIn } from '../../../src/core/drafts/prompt.ts';
import { candidate, imagePart, refusalAnswer } from '../../support/answers.ts';
import { world, type WorldOptions } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

/** A sheet as the fake `Pictures` reads it; the tag says what is odd about it. */
const aSheet = (tag = '') => candidate([imagePart(fakePicture('jpeg', 4096, 4096, tag), 'image/jpeg')]);
const drafting = (
  script: WorldOptions['script'] = [aSheet(), aSheet('second')],
  deps: WorldOptions['deps'] = {},
) => world({ script, deps });

describe('generate --drafts', () => {
  it('buys one sheet of the largest size, and puts it and its cells on disk', async () => {
    const { pixtab, api, pictureFiles } = drafting();
    const ran = await pixtab('a cat', '--drafts', '2x2', '-o', 'cat.jpg');
    expect(ran).toMatchObject({
      code: 0,
      stdout: 'cat.cell-1.jpg\ncat.cell-2.jpg\ncat.cell-3.jpg\ncat.cell-4.jpg',
    });
    expect(ran.stderr).toMatch(/at \$0\.029\d? a draft/);
    expect(api.sent).toEqual([expect.objectContaining({ size: '4K', count: 1 })]);
    expect(api.sent[0]?.prompt).toMatch(/grid of 2 columns and 2 rows[^]*\n\na cat$/);
    expect([...pictureFiles.files.keys()].toSorted()).toEqual([
      'cat.cell-1.jpg',
      'cat.cell-2.jpg',
      'cat.cell-3.jpg',
      'cat.cell-4.jpg',
      'cat.jpg',
    ]);
  });

  it('names files after the words of the user, numbers sheets, and takes them all into its document', async () => {
    const { pixtab } = drafting();
    const ran = await pixtab('a cat', '--drafts', '4x3', '-n', '2', '-o', '{slug}-{n}', '--json');
    const { images, cost, exitCode } = JSON.parse(ran.stdout);
    expect(exitCode).toBe(0);
    expect(images.map(({ path }: { path: string }) => path)).toEqual(['a-cat-1.jpg', 'a-cat-2.jpg']);
    expect(images[1].cells).toHaveLength(12);
    expect(images[1].cells[6]).toMatchObject({
      cell: 7,
      path: 'a-cat-2.cell-07.jpg',
      width: 1024,
      height: 1365,
    });
    expect(cost.charged).toBe('yes');
  });

  it('lets the aspect be that of a draft', async () => {
    const { pixtab, api } = drafting();
    await pixtab('a cat', '--drafts', '2x2', '-a', '16:9');
    await pixtab('a cat', '--drafts', '4x2', '-a', '2:3');
    expect(api.sent.map(({ aspect }) => aspect)).toEqual(['16:9', '4:3']);
  });

  it('takes the format that was asked for, for the sheet and its cells', async () => {
    const { pixtab, pictureFiles } = drafting();
    await pixtab('a cat', '--drafts', '2x1', '-o', 'cat.webp');
    expect([...pictureFiles.files.keys()].toSorted()).toEqual([
      'cat.cell-1.webp',
      'cat.cell-2.webp',
      'cat.webp',
    ]);
  });

  it.each([
    [
      'it cannot be cut',
      'uncut its rows are lost!',
      'could not be cut into 2x2: its rows are lost.',
      'cat.jpg',
      0,
    ],
    [
      'a cell is empty',
      'empty 3',
      '1 of the 4 cells of cat.jpg came empty.',
      'cat.cell-1.jpg\ncat.cell-2.jpg\ncat.cell-4.jpg',
      3,
    ],
  ])('keeps the sheet, says so and ends as partial where %s', async (_, tag, says, paths, cells) => {
    const { pixtab, api, pictureFiles, journal } = drafting([aSheet(tag)]);
    const ran = await pixtab('a cat', '--drafts', '2x2', '-o', 'cat.jpg');
    expect(ran).toMatchObject({ code: 6, stdout: paths, stderr: expect.stringContaining(says) });
    expect([pictureFiles.files.size, api.sent.length, journal.answers.size]).toEqual([1 + cells, 1, 0]);
  });

  it('asks again for a refused sheet although another could not be cut', async () => {
    const { pixtab, api } = drafting([aSheet('uncut so it is!'), refusalAnswer('IMAGE_OTHER'), aSheet()]);
    const ran = await pixtab('a cat', '--drafts', '2x2', '-n', '2', '--concurrency', '1', '--json');
    expect([api.sent.length, ran.code]).toEqual([3, 6]);
    expect(JSON.parse(ran.stdout).images).toHaveLength(2);
  });

  it('cuts a sheet that an interrupted run paid for', async () => {
    const { pixtab, pictureFiles, api } = drafting();
    pictureFiles.breaks('put', 'no space left');
    expect((await pixtab('a cat', '--drafts', '2x1', '-o', 'cat.jpg')).code).toBe(11);
    pictureFiles.breaks('put', null);
    const again = await pixtab('recover');
    expect(again).toMatchObject({ code: 0, stdout: 'cat.cell-1.jpg\ncat.cell-2.jpg' });
    expect([pictureFiles.files.size, api.sent.length]).toEqual([3, 1]);
  });

  it('cuts a sheet from the store, and buys none', async () => {
    const { pixtab, pictureFiles, api } = drafting();
    await pixtab('a cat', '--drafts', '2x1', '-o', 'one/', '--cached');
    const ran = await pixtab('a cat', '--drafts', '2x1', '-o', 'two.jpg', '--cached');
    expect(ran).toMatchObject({ code: 0, stdout: 'two.cell-1.jpg\ntwo.cell-2.jpg' });
    expect([pictureFiles.files.size, api.sent.length]).toEqual([6, 1]);
  });

  it('buys a sheet for every line of a file', async () => {
    const lines = async function* () {
      yield ['a cat', 'a dog'];
    };
    const { pixtab } = drafting(undefined, { lines });
    const ran = await pixtab('--each-line', '--prompt-file', 'p.txt', '--drafts', '2x1', '-o', '{slug}');
    expect(ran.stdout).toBe('a-cat-1.cell-1.jpg\na-cat-1.cell-2.jpg\na-dog-2.cell-1.jpg\na-dog-2.cell-2.jpg');
  });

  it('cuts what a job of lane batch brings', async () => {
    const { pixtab, google, pictureFiles } = drafting();
    expect((await pixtab('a cat', '--drafts', '2x1', '-o', 'cat.jpg', '--lane', 'batch')).code).toBe(12);
    google.end();
    const ran = await pixtab('batch', 'wait');
    expect(ran.stdout).toBe('cat.cell-1.jpg\ncat.cell-2.jpg');
    expect(pictureFiles.files.size).toBe(3);
  });

  it('says of a sheet of lane batch too that it could not be cut, and ends as partial', async () => {
    const { pixtab, google, store } = drafting();
    await pixtab('a cat', '--drafts', '2x1', '-o', 'cat.jpg', '--lane', 'batch');
    const [id = ''] = store.attempts.keys();
    google.outcomes.set(id, { response: aSheet('uncut its rows are lost!') });
    google.end();
    const ran = await pixtab('batch', 'wait');
    expect(ran).toMatchObject({
      code: 6,
      stdout: 'cat.jpg',
      stderr: expect.stringContaining('could not be cut'),
    });
  });

  it('buys the same again by its id', async () => {
    const { pixtab, api, store } = drafting();
    await pixtab('a cat', '--drafts', '4x2', '-a', '2:3', '-o', 'cat.jpg');
    const [id = ''] = store.attempts.keys();
    expect((await pixtab('history', id, '--again')).code).toBe(0);
    expect(api.sent[1]).toMatchObject({ prompt: api.sent[0]?.prompt, aspect: '4:3', size: '4K' });
  });

  it.each([
    [['-o', '-'], '-o - writes one'],
    [['--resize', '9x9'], '--resize has no place beside --drafts'],
    [['--size-exact', '9x9'], '--size-exact has no place beside --drafts'],
    [['--min-px', '9x9'], '--min-px has no place beside --drafts'],
    [['-m', 'lite', '-s', '1K'], 'cannot draw a sheet of drafts'],
    [['--drafts', '1x1'], 'such as 4x4'],
  ])('refuses %j before anything is sent', async (flags, says) => {
    const { pixtab, api } = drafting();
    const ran = await pixtab('a cat', '--drafts', '2x2', ...flags);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
    expect(api.sent).toEqual([]);
  });

  it('overwrites no draft of an earlier sheet', async () => {
    const { pixtab, api, pictureFiles } = drafting();
    await pictureFiles.put('cat.cell-2.jpg', fakePicture('jpeg', 9, 9), { replace: false });
    const ran = await pixtab('a cat', '--drafts', '2x2', '-o', 'cat.jpg');
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('cat.cell-2.jpg exists') });
    expect(api.sent).toEqual([]);
  });
});

describe('what is known of drafts', () => {
  it('is in their receipt, in history and in verify', async () => {
    const { pixtab } = drafting();
    await pixtab('a cat', '--drafts', '2x1', '-o', 'cat.jpg');
    const { receipts } = JSON.parse((await pixtab('receipt', 'cat.cell-2.jpg', '--json')).stdout);
    expect(receipts[0].images[0].cells[1]).toMatchObject({ cell: 2, path: '/work/cat.cell-2.jpg' });
    const { rows } = JSON.parse((await pixtab('history', '--json')).stdout);
    expect(rows[0]).toMatchObject({
      prompt: 'a cat',
      images: ['/work/cat.jpg'],
      drafts: ['/work/cat.cell-1.jpg', '/work/cat.cell-2.jpg'],
    });
    expect((await pixtab('verify')).stdout).toContain('missing  /work/cat.cell-1.jpg');
  });
});

describe('develop', () => {
  it('asks for a draft at 2K, with the words that its sheet was asked for with', async () => {
    const { pixtab, api } = drafting();
    await pixtab('a cat', '--drafts', '2x2', '-o', 'cat.jpg');
    const ran = await pixtab('develop', 'cat.cell-3.jpg', '-o', 'large.jpg');
    expect(ran).toMatchObject({
      code: 0,
      stdout: 'large.jpg',
      stderr: expect.stringContaining('price  $0.05'),
    });
    const [, order] = api.sent;
    expect(order).toMatchObject({
      size: '2K',
      count: 1,
      aspect: '1:1',
      inputs: [{ name: 'cat.cell-3.jpg' }],
    });
    expect(order?.prompt).toMatch(/^Draw the attached draft again/);
    expect(wordsIn(order?.prompt ?? '')).toBe('a cat');
  });

  it('takes any picture of ours, and one that says itself what it shows', async () => {
    const { pixtab, api, pictureFiles, store } = drafting();
    await pixtab('a cat', '-o', 'cat.jpg', '--embed');
    await pixtab('develop', 'cat.jpg', '-s', '4K');
    store.attempts.clear();
    await pictureFiles.put('moved.jpg', await pictureFiles.read('cat.jpg'), { replace: false });
    await pixtab('develop', 'moved.jpg');
    expect(api.sent.slice(1).map(({ prompt }) => wordsIn(prompt))).toEqual(['a cat', 'a cat']);
  });

  it('finds the words beside a picture', async () => {
    const { pixtab, api, store } = drafting();
    await pixtab('a cat', '-o', 'cat.jpg', '--sidecar');
    store.attempts.clear();
    await pixtab('develop', 'cat.jpg');
    expect(wordsIn(api.sent[1]?.prompt ?? '')).toBe('a cat');
  });

  it('wants to be told what a stranger shows, and says how', async () => {
    const { pixtab, api, pictureFiles } = drafting();
    await pictureFiles.put('photo.png', fakePicture('png', 900, 600), { replace: false });
    const asked = await pixtab('develop', 'photo.png');
    expect(asked).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('pixtab develop photo.png -p "…"'),
    });
    expect((await pixtab('develop', 'photo.png', '-p', 'a barn', '--style', 'ink')).code).toBe(0);
    expect(wordsIn(api.sent[0]?.prompt ?? '')).toBe('a barn. Style: ink.');
    expect(api.sent[0]?.aspect).toBe('3:2');
  });

  it('does not read words that pixtab forget let go', async () => {
    const { pixtab, store } = drafting();
    await pixtab('a cat', '-o', 'cat.jpg');
    for (const attempt of store.attempts.values())
      Object.assign(attempt, { plan: { ...attempt.plan, prompt: '' } });
    expect((await pixtab('develop', 'cat.jpg')).code).toBe(2);
  });

  it.each([[[]], [['a.jpg', 'b.jpg']], [['gone.jpg']]])('refuses %j', async (args) => {
    const { pixtab, api } = drafting();
    expect((await pixtab('develop', ...args)).code).toBe(2);
    expect(api.sent).toEqual([]);
  });
});

describe('estimate --drafts', () => {
  it('quotes the sheet, and compares it with pictures of their own, now and in lane batch', async () => {
    const { pixtab } = drafting();
    const ran = await pixtab('estimate', '--drafts', '4x4', '--json');
    const { quotes, drafts } = JSON.parse(ran.stdout);
    expect(quotes[0]).toMatchObject({ size: '4K', count: 1, model: 'gemini-nano-banana-2.1' });
    expect(
      drafts.map(({ way, lane, count }: { way: string; lane: string; count: number }) => [way, lane, count]),
    ).toEqual([
      ['sheet', 'batch', 1],
      ['sheet', 'now', 1],
      ['singles', 'batch', 16],
      ['singles', 'now', 16],
    ]);
    expect(drafts[1].expected).toBe(quotes[0].expected);
  });

  it('says the price that generate says', async () => {
    const { pixtab } = drafting();
    const [{ expected }] = JSON.parse(
      (await pixtab('estimate', 'a cat', '--drafts', '4x4', '--json')).stdout,
    ).quotes;
    const { quote } = JSON.parse((await pixtab('a cat', '--drafts', '4x4', '--dry-run', '--json')).stdout);
    expect(quote.expected).toBe(expected);
  });

  it('leaves files of prompts to generate', async () => {
    const ran = await drafting().pixtab(
      'estimate',
      '--drafts',
      '4x4',
      '--each-line',
      '--prompt-file',
      'p.txt',
    );
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('pixtab generate --dry-run') });
  });
});

import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { candidate, imagePart } from '../../support/answers.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePicture, fakePictures } from '../../support/fakes/pictures.ts';

const signed = candidate([imagePart(fakePicture('jpeg', 1024, 1024, 'c2pa'), 'image/jpeg')]);

describe('an exact size', () => {
  it('is cropped out of the cheapest picture that covers it', async () => {
    const { pixtab, api } = world();
    const ran = await pixtab('a cat', '--size-exact', '1200x630', '--json');
    const { images } = JSON.parse(ran.stdout);
    expect(images).toEqual([expect.objectContaining({ width: 1200, height: 630 })]);
    expect(api.sent[0]).toMatchObject({
      size: '1K',
      aspect: '16:9',
      model: { id: 'gemini-3.1-flash-lite-image' },
    });
    expect(ran.stderr).toContain('1200x630 is cropped out of 1K at 16:9.');
  });

  it('is priced the same by estimate', async () => {
    const { pixtab } = world();
    const [first] = JSON.parse(
      (await pixtab('estimate', 'a cat', '--size-exact', '1920x1080', '--json')).stdout,
    ).quotes;
    expect(first).toMatchObject({ model: 'gemini-nano-banana-2.1', size: '2K', aspect: '16:9' });
  });

  it('says when it must enlarge, and refuses what is beyond that', async () => {
    const { pixtab, api } = world();
    expect((await pixtab('a cat', '--size-exact', '7680x4320', '--dry-run')).stderr).toMatch(
      /enlarged 1\.4. times/,
    );
    expect((await pixtab('a cat', '--size-exact', '20000x20000')).code).toBe(2);
    expect(api.sent).toEqual([]);
  });
});

it.each([
  ['-o cat.png --format webp', 'disagree'],
  ['-o cat.png --quality 80', '--quality works on'],
  ['--sidecar -o -', '--sidecar puts a file'],
  ['-n 2 -o -', 'writes one picture'],
  ['--resize 20000x20000', '--resize: 20000x20000'],
  ['--embed -o cat.avif', '--embed works in'],
])('a dry run refuses %s as the purchase would', async (flags, says) => {
  const { pixtab, pictureFiles } = world();
  const ran = await pixtab('a cat', '--dry-run', ...flags.split(' '));
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
  expect((await pixtab('a cat', ...flags.split(' '))).code).toBe(2);
  expect(pictureFiles.files.size).toBe(0);
});

describe('what is made of a picture', () => {
  it('is nothing unless it is asked for: not a byte changes', async () => {
    const convert = () => Promise.reject(new Error('it was decoded and written anew'));
    const pictures = async () => ({ ...fakePictures(), convert });
    const { pixtab, pictureFiles } = world({ script: [signed], deps: { pictures } });
    const ran = await pixtab('a cat', '-o', 'cat.jpg');
    expect(ran.code).toBe(0);
    expect(Buffer.from(await pictureFiles.read('cat.jpg')).toString('latin1')).toContain('c2pa');
    expect(ran.stderr).not.toContain('C2PA');
  });

  it.each([[['-o', 'cat.png']], [['-o', 'cat.jpg', '--strip']], [['-o', 'cat.jpg', '--resize', '9x9']]])(
    'with %j is said to end the content credentials',
    async (flags) => {
      const { pixtab } = world({ script: [signed] });
      const ran = await pixtab('a cat', ...flags, '--json');
      expect(ran.stderr).toMatch(/C2PA.*no longer hold/);
      expect(JSON.parse(ran.stdout).warnings).toContainEqual(expect.stringContaining('C2PA'));
    },
  );

  it('carries prompt, model, cost and run inside with --embed, and receipt reads them without a ledger', async () => {
    const { pixtab, pictureFiles } = world();
    const ran = await pixtab('a "cat"', '-o', 'cat.jpg', '--embed', '--json');
    const { runId, cost, model, images } = JSON.parse(ran.stdout);
    const bytes = await pictureFiles.read('cat.jpg');
    const facts = { prompt: 'a "cat"', model, cost: cost.amount, runId };
    expect(fakePictures().factsIn(bytes)).toMatchObject(facts);
    expect(images[0].bytes).toBe(bytes.byteLength);

    const elsewhere = world();
    await elsewhere.pictureFiles.put('cat.jpg', bytes, { replace: false });
    const told = await elsewhere.pixtab('receipt', 'cat.jpg', '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({
      receipts: [],
      embedded: { prompt: facts.prompt, amount: facts.cost },
      error: null,
    });
    const shown = await elsewhere.pixtab('receipt', 'cat.jpg');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain(`paid      $${cost.amount}`);
    expect(shown.stderr).toContain('The ledger knows nothing of it');
  });

  it('has its receipt beside it with --sidecar, as the ledger has it', async () => {
    const { pixtab, pictureFiles } = world();
    const ran = await pixtab('a cat', '-n', '2', '-o', 'cat-{n}.jpg', '--sidecar', '--json');
    const { runId, images, quote } = JSON.parse(ran.stdout);
    const beside = JSON.parse(Buffer.from(await pictureFiles.read('cat-2.jpg.json')).toString());
    expect(beside).toMatchObject({ schema: 'pixtab.sidecar/1', runId, prompt: 'a cat', image: images[1] });
    expect(Number(beside.quote.expected) * 2).toBeCloseTo(Number(quote.expected), 9);
    expect(beside.cost).toMatchObject({ currency: 'USD', basis: 'metered', charged: 'yes' });
  });

  it('does not overwrite a file in the place of a sidecar, and buys nothing then', async () => {
    const { pixtab, pictureFiles, api } = world();
    await pictureFiles.put('cat.jpg.json', Buffer.from('mine'), { replace: false });
    expect((await pixtab('a cat', '-o', 'cat.jpg', '--sidecar')).code).toBe(2);
    expect(api.sent).toEqual([]);
  });

  it.each([
    [['--size-exact', '9x9', '--resize', '9x9'], /both say/],
    [['--fit', 'cover'], /there is no --resize/],
    [['--embed', '-o', 'cat.avif'], /--embed works in png, jpeg and webp/],
    [['--sidecar', '-o', '-'], /-o - has no place/],
    [['--resize', '0x9'], /--resize/],
    [['--resize', '20000x20000'], /--resize: 20000x20000 is more than 67 million pixels/],
    [['--resize', '17000x20', '-o', 'cat.webp'], /--resize: 17000x20 is more than a webp holds/],
    [['--resize', '66000x20'], /--resize: 66000x20 is more than a jpeg holds/],
    [['--resize', '17000x20', '--lane', 'batch', '-o', 'cat.avif'], /more than an avif holds/],
    [['--quality', '80'], /--quality works on/],
  ])('cannot be %j, and that is said before anything is bought', async (flags, says) => {
    const { pixtab, api } = world();
    const ran = await pixtab('a cat', ...flags);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(says);
    expect(api.sent).toEqual([]);
  });
});

it.each([
  ['--resize', '66000x20', '-o', 'cat.png'],
  ['--resize', '20000x20000', '--fit', 'inside'],
])('%s %s %s %s is no larger than can be', async (...flags) => {
  expect((await world().pixtab('a cat', ...flags)).code).toBe(0);
});

it('says why a picture could not be resized', async () => {
  const { deps } = world();
  const pictures = await deps.pictures();
  const convert = async () => Promise.reject(new Failure('disk', 'There is no memory.'));
  const broken = world({ deps: { ...deps, pictures: async () => ({ ...pictures, convert }) } });
  const ran = await broken.pixtab('a cat', '--resize', '9x9');
  expect(ran.code).toBe(11);
  expect(ran.stderr).toContain('could not be resized. There is no memory.');
});

describe('showing what is on disk', () => {
  it('opens every picture, and draws it in the terminal', async () => {
    const opened: string[] = [];
    const deps = {
      open: async (path: string) => void opened.push(path),
      preview: async () => async () => 'DRAWN',
    };
    const ran = await world({ deps }).pixtab('a cat', '-n', '2', '-o', 'cat-{n}.jpg', '--open', '--preview');
    expect(opened).toEqual(['cat-1.jpg', 'cat-2.jpg']);
    expect(ran.stderr.match(/DRAWN/g)).toHaveLength(2);
    expect(ran.stdout).toBe('cat-1.jpg\ncat-2.jpg');
  });

  it('changes nothing about what was bought when it fails', async () => {
    const deps = { open: async () => Promise.reject(new Error('no such program')) };
    const ran = await world({ deps }).pixtab('a cat', '-o', 'cat.jpg', '--open', '--preview');
    expect(ran).toMatchObject({ code: 0, stdout: 'cat.jpg' });
    expect(ran.stderr).toContain('no such program');
    expect(ran.stderr).toContain('--preview shows pictures in a terminal');
  });
});

import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

/** A world with pictures on disk, by name and measures. */
async function withPictures(files: Readonly<Record<string, readonly [number, number]>>) {
  const made = world();
  for (const [path, [width, height]] of Object.entries(files)) {
    await made.pictureFiles.put(path, fakePicture('jpeg', width, height, path), { replace: false });
  }
  return made;
}

it('prints one document, also where sessions cannot be opened any more once it has bought', async () => {
  const before = world();
  const made = world({
    deps: {
      sessions: async () => {
        if (made.api.sent.length > 0) throw new Failure('usage', 'config.json cannot be read (EACCES).');
        return before.sessions;
      },
    },
  });
  await made.pictureFiles.put('a.jpg', fakePicture('jpeg', 10, 10, 'a.jpg'), { replace: false });
  const { code, stdout } = await made.pixtab('edit', 'a.jpg', '-p', 'night', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ outcome: 'ok' })]);
});

/** A picture of so many megabytes. */
const heavy = (megabytes: number): Uint8Array => fakePicture('jpeg', 9, 9, 'x'.repeat(megabytes * 1_000_000));

describe('a large picture', () => {
  async function withLarge() {
    const made = await withPictures({ 'a.jpg': [10, 10] });
    await made.pictureFiles.put('large.jpg', heavy(16), { replace: false });
    const edited = (...flags: readonly string[]) =>
      made.pixtab('edit', 'large.jpg', 'a.jpg', '-p', 'night', ...flags);
    return { ...made, edited };
  }

  it('goes ahead as a file, as it is, after the price was said', async () => {
    const { edited, api, google } = await withLarge();
    const ran = await edited('-n', '3');
    expect(ran.code).toBe(0);
    expect(google.uploads).toEqual(['large.jpg']);
    expect(api.sent).toHaveLength(3);
    for (const { inputs } of api.sent)
      expect(inputs).toMatchObject([{ uri: expect.stringContaining('files/') }, { name: 'a.jpg' }]);
    expect(api.sent[0]?.inputs[1]).not.toHaveProperty('uri');
    const lines = ran.stderr.split('\n');
    const at = (start: string): number => lines.findIndex((line) => line.startsWith(start));
    expect(lines[at('upload')]).toBe(
      'upload large.jpg (16.0 MB) goes to the Files API, where it stays for 48 hours',
    );
    expect(at('upload')).toBeGreaterThan(at('price'));
    expect((await edited()).stderr).toContain('upload large.jpg is at the Files API already');
    expect(google.uploads).toHaveLength(1);
  });

  it('is one that is not large, when many requests would repeat it', async () => {
    const { pixtab, pictureFiles, api, google } = await withPictures({});
    await pictureFiles.put('photo.jpg', heavy(4), { replace: false });
    await pixtab('edit', 'photo.jpg', '-p', 'night', '-n', '3');
    expect(google.uploads).toEqual([]);
    await pixtab('edit', 'photo.jpg', '-p', 'night', '-n', '5');
    expect(google.uploads).toEqual(['photo.jpg']);
    expect(api.sent.slice(3).every(({ inputs }) => inputs[0]?.uri !== undefined)).toBe(true);
  });

  it('is held before it leaves, and given back when it does not arrive', async () => {
    const { edited, api, google, store } = await withLarge();
    google.refuseUpload(new Failure('auth', 'Google does not let this key in.', { charged: 'no' }));
    const ran = await edited('-n', '2', '--json');
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'auth', cost: { amount: '0', charged: 'no' } });
    expect(api.sent).toEqual([]);
    expect([...store.attempts.values()].map(({ state }) => state)).toEqual(['released', 'released']);
  });

  it('never leaves when a budget says no', async () => {
    const { edited, google, pixtab } = await withLarge();
    await pixtab('budget', 'set', '0.001/day');
    expect((await edited()).code).toBe(4);
    expect(google.uploads).toEqual([]);
  });

  it('is uploaded again when Google lost it, and paid once', async () => {
    const lost = new Failure('unavailable', 'Google lost it.', { charged: 'no', lost: true });
    const made = world({ script: [lost] });
    await made.pictureFiles.put('large.jpg', heavy(16), { replace: false });
    const ran = await made.pixtab('edit', 'large.jpg', '-p', 'night');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('Google lost it. Trying again.');
    expect([...made.store.attempts.values()].map(({ state }) => state)).toEqual(['saved']);
  });

  it('is named in a dry run, which asks nobody', async () => {
    const { edited, google, store } = await withLarge();
    google.refuseUpload(new Failure('bug', 'asked'));
    const ran = await edited('--dry-run');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('upload large.jpg (16.0 MB) would go to the Files API');
    expect(store.attempts.size).toBe(0);
    expect((await edited('--dry-run', '--lane', 'batch')).stderr).toContain('upload a.jpg');
  });
});

describe('edit', () => {
  it('sends the pictures in their order with the text, and is a purchase like any other', async () => {
    const { pixtab, api, store } = await withPictures({ 'a.jpg': [1024, 1024], 'b.jpg': [10, 10] });
    const ran = await pixtab('edit', 'a.jpg', '-p', 'make it night', '-i', 'b.jpg', '-o', 'night.jpg');
    expect(ran).toMatchObject({ code: 0, stdout: 'night.jpg' });
    expect(api.sent[0]?.prompt).toBe('make it night');
    expect(api.sent[0]?.inputs.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg']);
    expect([...store.runs.values()]).toMatchObject([{ command: 'edit', outcome: 'ok' }]);
  });

  it('prices input images before anything is sent', async () => {
    const { pixtab } = await withPictures({ 'a.jpg': [10, 10] });
    const price = async (...args: readonly string[]) =>
      JSON.parse((await pixtab(...args, '--dry-run', '--json')).stdout).quote;
    const edited = await price('edit', 'a.jpg', '-p', 'night');
    expect(edited.lines.map(({ meter }: { meter: string }) => meter)).toContain('image input');
    expect(Number(edited.expected)).toBeGreaterThan(Number((await price('generate', 'night')).expected));
  });

  it.each([
    [[4032, 3024], [], '4:3'],
    [[768, 1376], [], '9:16'],
    [[1000, 1000], [], '1:1'],
    [[1000, 1000], ['-a', '16:9'], '16:9'],
  ] as const)('a picture of %j with %j comes back as %s', async (size, flags, aspect) => {
    const { pixtab, api } = await withPictures({ 'a.jpg': size, 'b.jpg': [10, 100] });
    await pixtab('edit', 'a.jpg', 'b.jpg', '-p', 'night', ...flags);
    expect(api.sent[0]?.aspect).toBe(aspect);
  });

  it('says when no model makes the ratio of the picture', async () => {
    const { pixtab } = await withPictures({ 'a.jpg': [1000, 700], 'b.jpg': [1376, 768] });
    expect((await pixtab('edit', 'a.jpg', '-p', 'night')).stderr).toContain(
      '3:2 is the ratio of Nano Banana 2 Lite that is nearest to 1000x700.',
    );
    expect((await pixtab('edit', 'b.jpg', '-p', 'night')).stderr).not.toContain('nearest');
  });

  it('shrinks only what a model takes in no way, and says so', async () => {
    const { pixtab, api, google, pictureFiles } = await withPictures({ 'a.jpg': [10, 10] });
    await pictureFiles.put('huge.jpg', heavy(31), { replace: false });
    const ran = await pixtab('edit', 'huge.jpg', 'a.jpg', '-p', 'night', '-m', 'nano-banana-pro');
    expect(ran.stderr).toContain('huge.jpg is sent smaller.');
    expect(ran.stderr).not.toContain('a.jpg is sent smaller.');
    expect(api.sent[0]?.inputs.every(({ bytes }) => bytes.byteLength < 1000)).toBe(true);
    expect(google.uploads).toEqual([]);
  });

  it.each([
    [['edit', '-p', 'night'], /no picture to change/],
    [['edit', 'a.jpg'], /not said what to change/],
    [['edit', 'a.jpg', '-p', ' '], /prompt is empty/],
    [['edit', 'nowhere.jpg', '-p', 'night'], /nowhere\.jpg cannot be read/],
    [['edit', '-', '-i', '-', '-p', 'night'], /once/],
    [['edit', '-', '--prompt-file', '-'], /once/],
    [['edit', 'a.jpg', '-p', 'night', '-m', 'imagen-4', '--allow-retired'], /cannot change images/],
    [['edit', ...Array.from({ length: 15 }, () => 'a.jpg'), '-p', 'night'], /up to 14 input images, not 15/],
    [['generate', '-i', 'a.jpg', 'b.jpg', 'a cat'], /-i takes one file, and b\.jpg/],
  ])('%j sends nothing and says why', async (args, says) => {
    const { pixtab, api, store } = await withPictures({ 'a.jpg': [10, 10], 'b.jpg': [10, 10] });
    const ran = await pixtab(...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(says);
    expect(api.sent).toEqual([]);
    expect(store.runs.size).toBe(0);
  });

  it('shares its document with generate, also when it fails', async () => {
    const { pixtab } = await withPictures({ 'a.jpg': [10, 10] });
    const good = JSON.parse((await pixtab('edit', 'a.jpg', '-p', 'night', '--json')).stdout);
    const bad = JSON.parse((await pixtab('edit', '-p', 'night', '--json')).stdout);
    expect([good.schema, bad.schema]).toEqual(['pixtab.generate/1', 'pixtab.generate/1']);
    expect(bad.error).toMatchObject({ kind: 'usage', exitCode: 2 });
    expect(Object.keys(good).toSorted()).toEqual(Object.keys(bad).toSorted());
  });
});

describe('generate with references', () => {
  it('leaves the prompt alone: -i takes one file each time', async () => {
    const { pixtab, api } = await withPictures({ 'a.jpg': [10, 10], 'b.jpg': [10, 10] });
    const ran = await pixtab('-i', 'a.jpg', 'a cat', 'like this', '-i', 'b.jpg');
    expect(ran.code).toBe(0);
    expect(api.sent[0]).toMatchObject({ prompt: 'a cat like this', aspect: null });
    expect(api.sent[0]?.inputs.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg']);
  });

  it('costs the same as estimate says', async () => {
    const { pixtab } = await withPictures({ 'a.jpg': [10, 10] });
    const estimated = JSON.parse((await pixtab('estimate', 'a cat', '-i', 'a.jpg', '--json')).stdout)
      .quotes[0];
    const bought = JSON.parse((await pixtab('generate', 'a cat', '-i', 'a.jpg', '--json')).stdout).quote;
    expect(bought).toMatchObject({ low: estimated.low, expected: estimated.expected, high: estimated.high });
  });
});

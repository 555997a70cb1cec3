import { describe, expect, it } from 'vitest';
import { world } from '../support/fakes/deps.ts';
import { fakePicture } from '../support/fakes/pictures.ts';

/** A world with pictures on its shelf, by name and measures. */
async function withPictures(files: Readonly<Record<string, readonly [number, number]>>) {
  const made = world();
  for (const [path, [width, height]] of Object.entries(files)) {
    await made.shelf.put(path, fakePicture('jpeg', width, height, path), { replace: false });
  }
  return made;
}

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

  it('shrinks only what no request can hold, and says so', async () => {
    const { pixtab, api, shelf } = await withPictures({ 'a.jpg': [10, 10] });
    await shelf.put('huge.jpg', fakePicture('jpeg', 9, 9, 'x'.repeat(75_000_000)), { replace: false });
    const ran = await pixtab('edit', 'huge.jpg', 'a.jpg', '-p', 'night');
    expect(ran.stderr).toContain('huge.jpg is sent smaller.');
    expect(ran.stderr).not.toContain('a.jpg is sent smaller.');
    expect(api.sent[0]?.inputs.every(({ bytes }) => bytes.byteLength < 1000)).toBe(true);
  });

  it.each([
    [['edit', '-p', 'night'], /no picture to change/],
    [['edit', 'a.jpg'], /not said what to change/],
    [['edit', 'a.jpg', 'make it night'], /-p "make it night"/],
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

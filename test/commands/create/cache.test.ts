import { describe, expect, it } from 'vitest';
import { refusalAnswer } from '../../support/answers.ts';
import { aPicture, world } from '../../support/fakes/deps.ts';

const MODEL = 'gemini-3.1-flash-lite-image';
const asManifest = (entry: object): Uint8Array =>
  Buffer.from(JSON.stringify({ images: [{ model: MODEL, out: 'images/{id}', ...entry }] }));

describe('--cached', () => {
  it('buys once, and brings the same bytes for $0 from then on', async () => {
    const { pixtab, api, pictureFiles } = world({ script: [aPicture('1')] });
    const first = JSON.parse((await pixtab('a cat', '--cached', '-o', 'one.jpg', '--json')).stdout);
    expect([first.fromStore, first.cost.charged]).toEqual([[], 'yes']);
    const ran = await pixtab('generate', 'a cat', '--cached', '-o', 'two.jpg', '--max-cost', '0', '--json');
    const doc = JSON.parse(ran.stdout);
    expect(ran.code).toBe(0);
    expect(doc).toMatchObject({
      outcome: 'ok',
      model: MODEL,
      quote: { low: '0', expected: '0', high: '0', lines: [] },
      cost: { amount: '0', basis: null, charged: 'no', lines: [] },
      images: [{ path: 'two.jpg' }],
      fromStore: ['two.jpg'],
      steps: [],
    });
    expect(pictureFiles.files.get('two.jpg')).toEqual(pictureFiles.files.get('one.jpg'));
    expect(api.sent).toHaveLength(1);
  });

  it('buys once where two ask for the same at one moment: the second waits, and finds it in the store', async () => {
    const taken = new Set<string>();
    const lockName = async (name: string) => {
      if (taken.has(name)) return null;
      taken.add(name);
      return () => void taken.delete(name);
    };
    const { pixtab, api } = world({ script: [aPicture('1'), aPicture('2')], deps: { lockName } });
    const ran = await Promise.all([
      pixtab('a cat', '--cached', '-o', 'one.jpg'),
      pixtab('a cat', '--cached', '-n', '2', '-o', 'two-{n}.jpg'),
    ]);
    expect(ran.map(({ code }) => code)).toEqual([0, 0]);
    expect(ran[1]?.stderr).toContain('another pixtab is buying the same with --cached');
    expect(api.sent.reduce((sum, { count }) => sum + count, 0)).toBe(2);
    expect(taken.size).toBe(0);
  });

  it('does not wait for ever, and for a dry run not at all', async () => {
    const { pixtab, api } = world({ deps: { lockName: async () => null } });
    expect((await pixtab('a cat', '--cached', '--dry-run')).code).toBe(0);
    const ran = await pixtab('a cat', '--cached');
    expect(ran).toMatchObject({ code: 10, stderr: expect.stringContaining('for ten minutes') });
    expect(api.sent).toEqual([]);
  });

  it('says on stderr what it brought, and its path on stdout', async () => {
    const { pixtab } = world({ script: [aPicture('1')] });
    await pixtab('a cat', '--cached', '-o', 'one.jpg');
    const ran = await pixtab('a cat', '--cached', '-o', 'two.jpg');
    expect([ran.code, ran.stdout]).toEqual([0, 'two.jpg']);
    expect(ran.stderr).toMatch(/store {2}1 image bought before, for \$0\.00/);
  });

  it('buys only what is missing of several, and tells which is which', async () => {
    const { pixtab, api } = world({ script: [aPicture('1'), aPicture('2'), aPicture('3')] });
    await pixtab('a cat', '--cached', '-o', 'one.jpg');
    const ran = await pixtab(
      'a cat',
      '-n',
      '3',
      '--cached',
      '-o',
      'x/{n}.jpg',
      '--concurrency',
      '1',
      '--json',
    );
    const doc = JSON.parse(ran.stdout);
    expect(doc.images.map(({ path }: { path: string }) => path)).toEqual(['x/1.jpg', 'x/2.jpg', 'x/3.jpg']);
    expect(doc.fromStore).toEqual(['x/1.jpg']);
    expect(api.sent).toHaveLength(3);
    const again = await pixtab('a cat', '-n', '3', '--cached', '-o', 'y/{n}.jpg');
    expect(again.stderr).toContain('store  3 images bought before');
    expect(api.sent).toHaveLength(3);
  });

  it('is partial when the store has some and the rest is refused', async () => {
    const { pixtab } = world({ script: [aPicture('1'), refusalAnswer('IMAGE_SAFETY')] });
    await pixtab('a cat', '--cached', '-o', 'one.jpg');
    const ran = await pixtab('a cat', '-n', '2', '--cached', '-o', 'x/{n}.jpg');
    expect([ran.code, ran.stdout]).toEqual([6, 'x/1.jpg']);
    expect(ran.stderr).toContain('1 of 2 images on disk');
  });

  it('counts the pictures of each combination of words by itself', async () => {
    const { pixtab, api } = world();
    const vary = ['a cat', '--cached', '--vary', 'style=ink,oil', '-n', '2'];
    await pixtab(...vary, '-o', 'a/');
    await pixtab(...vary, '-o', 'b/');
    expect(api.sent).toHaveLength(4);
    await pixtab('a cat', '--cached', '--vary', 'style=oil', '-o', 'c/');
    expect(api.sent).toHaveLength(4);
  });

  it.each([
    ['another prompt', ['a dog']],
    ['another size', ['a cat', '-s', '2K', '-m', 'nano-banana-2']],
    ['another aspect', ['a cat', '-a', '16:9']],
    ['another model', ['a cat', '-m', 'nano-banana-pro']],
  ])('buys %s', async (_, asked) => {
    const { pixtab, api } = world();
    await pixtab('a cat', '--cached', '-o', 'one.jpg');
    await pixtab(...asked, '--cached', '-o', 'two.jpg');
    expect(api.sent).toHaveLength(2);
  });

  it('converts out of the original, however it was stored the first time', async () => {
    const { pixtab, api } = world();
    await pixtab('a cat', '--cached', '-o', 'one.webp');
    const ran = await pixtab('a cat', '--cached', '-o', 'two.jpg', '--json');
    expect(JSON.parse(ran.stdout).images[0].mimeType).toBe('image/jpeg');
    expect(api.sent).toHaveLength(1);
  });

  it('shares what it knows with a manifest that names the model, both ways', async () => {
    const { pixtab, api, pictureFiles } = world();
    pictureFiles.files.set('pixtab.json', asManifest({ id: 'cat', prompt: 'a cat', count: 2 }));
    await pixtab('a cat', '-n', '2', '--cached', '-o', 'mine/');
    expect((await pixtab('plan', '--fail-over', '0')).code).toBe(0);
    expect((await pixtab('apply')).code).toBe(0);
    expect(api.sent).toHaveLength(2);
    pictureFiles.files.set('pixtab.json', asManifest({ id: 'owl', prompt: 'an owl', aspect: '16:9' }));
    await pixtab('apply');
    const ran = await pixtab('an owl', '-a', '16:9', '--cached', '-o', 'owl.jpg');
    expect([ran.code, api.sent.length]).toEqual([0, 3]);
  });

  it('says on a dry run that nothing would be sent', async () => {
    const { pixtab, pictureFiles } = world();
    await pixtab('a cat', '--cached', '-o', 'one.jpg');
    const ran = await pixtab('a cat', '--cached', '-o', 'two.jpg', '--dry-run', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'dry-run', exitCode: 0, images: [] });
    expect(pictureFiles.files.has('two.jpg')).toBe(false);
  });

  it.each([
    ['the batch lane', ['--lane', 'batch'], /lane batch/],
    ['--embed', ['--embed'], /--embed and --sidecar/],
  ])('is refused with %s', async (_, more, why) => {
    const { pixtab, api } = world();
    const ran = await pixtab('a cat', '--cached', ...more);
    expect([ran.code, api.sent.length]).toEqual([2, 0]);
    expect(ran.stderr).toMatch(why);
  });

  it('does nothing to the store without the flag', async () => {
    const { pixtab, pictureStore } = world();
    await pixtab('a cat', '-o', 'one.jpg');
    expect(pictureStore.kept.size).toBe(0);
  });
});

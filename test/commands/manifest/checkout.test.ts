import { describe, expect, it } from 'vitest';
import { checkout, machine, market, pointerTo, type Files } from '../../support/checkout.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

/** A checkout that goes from one machine to the next: each has its own ledger, and none has a store. */
function project(text: string) {
  const commits: Files[] = [];
  const world = market();
  const here = checkout(world, new Map(), () => commits);
  here.write(text);
  return {
    ...here,
    paid: () => world.sent.length,
    commit: () => void commits.unshift(new Map(here.files)),
    /** In place of every picture, a pointer to it. */
    point(): void {
      for (const [path, bytes] of here.files)
        if (path.startsWith('images/')) here.files.set(path, pointerTo(bytes));
    },
    pixtab: (...argv: readonly string[]) => here.on(machine(world), ...argv),
  };
}

const image = (more = '', id = 'hero'): string => `images: [{ id: ${id}, prompt: a lighthouse${more} }]`;

describe('a picture that lies in the checkout is not bought again, on a machine without a store and a ledger', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['when its id changes', [image(), image('', 'tower')], ['images/hero.jpg', 'images/tower.jpg']],
    ['when it goes elsewhere and back', [image(), image(', out: a/b'), image()], ['images/hero.jpg']],
    ['when its format changes', [image(), image(', format: webp')], ['images/hero.webp']],
    [
      'when its format changes and changes back',
      [image(), image(', format: webp'), image()],
      ['images/hero.webp'],
    ],
    [
      'when its quality changes',
      [image(', format: webp, quality: 60'), image(', format: webp, quality: 90')],
      ['images/hero.webp'],
    ],
    [
      'when a second one asks for the same',
      [image(), 'images: [{ id: hero, prompt: a lighthouse }, { id: twin, prompt: a lighthouse }]'],
      ['images/hero.jpg', 'images/twin.jpg'],
    ],
  ])('%s', async (_, manifests, paths) => {
    const [first = '', ...later] = manifests;
    const { write, pixtab, paid, paths: there } = project(first);
    await pixtab('apply');
    for (const text of later) {
      write(text);
      expect((await pixtab('plan')).stdout).toContain('$0.00');
      expect((await pixtab('apply')).code).toBe(0);
      expect(paid()).toBe(1);
      expect((await pixtab('apply', '--frozen')).code).toBe(0);
    }
    expect(there()).toEqual(paths);
  });

  it('when somebody moved its file along with what the manifest says', async () => {
    const { write, pixtab, paid, files, paths } = project(image());
    await pixtab('apply');
    const bytes = files.get('images/hero.jpg') ?? Buffer.of();
    files.delete('images/hero.jpg');
    files.set('art/tower.jpg', bytes);
    write(image(', out: art/tower'));
    expect((await pixtab('plan')).stdout).toContain('as art/tower.jpg');
    expect((await pixtab('apply')).code).toBe(0);
    expect([paid(), paths()]).toEqual([1, ['art/tower.jpg']]);
  });

  it('when two of them change places, and neither is overwritten by the other', async () => {
    const two = (a: string, b: string) => `images: [{ id: a, prompt: ${a} }, { id: b, prompt: ${b} }]`;
    const { write, pixtab, paid, files } = project(two('cat', 'dog'));
    await pixtab('apply');
    const [cat, dog] = ['images/a.jpg', 'images/b.jpg'].map((path) => files.get(path));
    write(two('dog', 'cat'));
    expect((await pixtab('apply')).code).toBe(0);
    expect([files.get('images/a.jpg'), files.get('images/b.jpg')]).toEqual([dog, cat]);
    expect(paid()).toBe(2);
    expect((await pixtab('apply', '--frozen')).code).toBe(0);
  });

  it('when its file is gone and an older commit has it', async () => {
    const { write, pixtab, paid, files, commit } = project(image());
    await pixtab('apply');
    commit();
    write(image().replace('lighthouse', 'tower'));
    await pixtab('apply');
    commit();
    files.delete('images/hero.jpg');
    write(image());
    expect((await pixtab('plan')).stdout).toMatch(/\$0\.00 {2}prompt changed; images\/hero\.jpg of commit 1/);
    expect((await pixtab('apply')).code).toBe(0);
    expect(paid()).toBe(2);
  });

  it('when two of the same are bought at once and the store keeps nothing', async () => {
    const { pixtab, paid, paths } = project(
      'images: [{ id: a, prompt: a cat }, { id: b, prompt: a cat, format: webp }]',
    );
    expect((await pixtab('apply')).code).toBe(0);
    expect([paid(), paths()]).toEqual([1, ['images/a.jpg', 'images/b.webp']]);
  });
});

describe('a Git LFS pointer is the picture that it points to', () => {
  it('so nothing is bought, and it is said that git lfs brings it', async () => {
    const { pixtab, paid, point, paths } = project(image());
    await pixtab('apply');
    point();
    const plan = await pixtab('plan', '--detailed-exitcode');
    expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('1 picture as wanted') });
    expect(plan.stderr).toMatch(/Git LFS pointers: images\/hero\.jpg\. git lfs pull brings them/);
    for (const argv of [['apply'], ['apply', '--frozen']]) {
      const { code, stderr } = await pixtab(...argv);
      expect(code).toBe(12);
      expect(stderr).toContain('git lfs pull brings them');
    }
    expect([paid(), paths()]).toEqual([1, ['images/hero.jpg']]);
  });

  it('also where it is wanted elsewhere: that waits for git lfs, and is not bought', async () => {
    const { write, pixtab, paid, point } = project(image());
    await pixtab('apply');
    point();
    write(image(', format: webp', 'tower'));
    expect((await pixtab('plan')).stdout).toMatch(/\+ tower .*\$0\.00 .*git lfs pull/);
    const { code, stderr } = await pixtab('apply');
    expect(code).toBe(12);
    expect(stderr).toContain('git lfs pull brings it; then apply again.');
    expect(paid()).toBe(1);
  });

  it('and makes room for a new picture, as its own file would', async () => {
    const { write, pixtab, paths, point } = project(image());
    await pixtab('apply');
    point();
    write(image().replace('lighthouse', 'tower'));
    expect((await pixtab('apply')).code).toBe(0);
    expect(paths()).toEqual(['images/hero.jpg']);
  });

  it('as an input: its hash is that of the picture, and a purchase waits for the picture', async () => {
    const { write, pixtab, paid, files } = project(image(', inputs: [like.png]'));
    const like = fakePicture('png', 8, 8);
    files.set('like.png', like);
    await pixtab('apply');
    files.set('like.png', pointerTo(like));
    expect((await pixtab('apply', '--frozen')).code).toBe(0);
    write(image(', inputs: [like.png]').replace('lighthouse', 'tower'));
    const plan = await pixtab('plan');
    expect([plan.code, paid()]).toEqual([2, 1]);
    expect(plan.stderr).toMatch(/pixtab\.yaml:1:\d+: inputs: like\.png is no image\./);
  });
});

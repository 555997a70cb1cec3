import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import type { Store } from '../../../src/ports/index.ts';
import { fakeAttic } from '../../support/fakes/attic.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakeJournal } from '../../support/fakes/journal.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { fakeStore } from '../../support/fakes/ledger-state.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

/** A machine that keeps nothing from one run to the next, as in CI. */
const NO_STORE: Store = {
  has: async () => false,
  get: async () => null,
  put: async () => Promise.reject(new Failure('disk', 'There is no store.')),
};

type Files = ReadonlyMap<string, Uint8Array>;

/** A checkout that goes from one machine to the next: each has its own ledger, and none has a store. */
function checkout(text: string) {
  const commits: Files[] = [];
  const all = world();
  const { pictureFiles, api } = all;
  const write = (manifest: string): void => void pictureFiles.files.set('pixtab.yaml', Buffer.from(manifest));
  write(text);
  return {
    write,
    files: pictureFiles.files,
    paid: () => api.sent.length,
    commit: () => void commits.unshift(new Map(pictureFiles.files)),
    paths: () =>
      [...pictureFiles.files.keys()]
        .filter((path) => !path.startsWith('pixtab.') && !path.startsWith('.pixtab-trash/'))
        .toSorted(),
    /** In place of every picture, a pointer to it. */
    point(): void {
      for (const [path, bytes] of pictureFiles.files)
        if (path.startsWith('images/')) pictureFiles.files.set(path, pointerTo(bytes));
    },
    pixtab(...argv: readonly string[]) {
      const store = fakeStore();
      const books = { ledger: fakeLedger({ clock: all.clock, store }), journal: fakeJournal() };
      const { pixtab } = world({
        client: { images: api },
        deps: {
          clock: all.clock,
          store: async () => NO_STORE,
          books: async () => books,
          attic: async (folder) => fakeAttic(pictureFiles.files, folder, () => commits),
          tree: all.deps.tree,
          inputs: all.deps.inputs,
          pictureFiles: async () => pictureFiles,
        },
      });
      return pixtab(...argv);
    },
  };
}

function pointerTo(bytes: Uint8Array): Uint8Array {
  const oid = createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes.byteLength}\n`,
  );
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
    const { write, pixtab, paid, paths: there } = checkout(first);
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
    const { write, pixtab, paid, files, paths } = checkout(image());
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
    const { write, pixtab, paid, files } = checkout(two('cat', 'dog'));
    await pixtab('apply');
    const [cat, dog] = ['images/a.jpg', 'images/b.jpg'].map((path) => files.get(path));
    write(two('dog', 'cat'));
    expect((await pixtab('apply')).code).toBe(0);
    expect([files.get('images/a.jpg'), files.get('images/b.jpg')]).toEqual([dog, cat]);
    expect(paid()).toBe(2);
    expect((await pixtab('apply', '--frozen')).code).toBe(0);
  });

  it('when its file is gone and an older commit has it', async () => {
    const { write, pixtab, paid, files, commit } = checkout(image());
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
    const { pixtab, paid, paths } = checkout(
      'images: [{ id: a, prompt: a cat }, { id: b, prompt: a cat, format: webp }]',
    );
    expect((await pixtab('apply')).code).toBe(0);
    expect([paid(), paths()]).toEqual([1, ['images/a.jpg', 'images/b.webp']]);
  });
});

describe('a Git LFS pointer is the picture that it points to', () => {
  it('so nothing is bought, and it is said that git lfs brings it', async () => {
    const { pixtab, paid, point, paths } = checkout(image());
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
    const { write, pixtab, paid, point } = checkout(image());
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
    const { write, pixtab, paths, point } = checkout(image());
    await pixtab('apply');
    point();
    write(image().replace('lighthouse', 'tower'));
    expect((await pixtab('apply')).code).toBe(0);
    expect(paths()).toEqual(['images/hero.jpg']);
  });

  it('as an input: its hash is that of the picture, and a purchase waits for the picture', async () => {
    const { write, pixtab, paid, files } = checkout(image(', inputs: [like.png]'));
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

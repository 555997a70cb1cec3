import { describe, expect, it } from 'vitest';
import type { PageRow, PageStart } from '../../../src/core/page/types.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { aPicture, world } from '../../support/fakes/deps.ts';

/** Two pictures and a refusal. */
async function shop() {
  const all = world({ script: [aPicture('a'), refusalAnswer(), aPicture('b')] });
  await all.pixtab('a cat', '-o', 'out/cat.jpg', '--embed');
  await all.pixtab('a dog', '--refusal-retries', '0', '--project', 'shop');
  await all.pixtab('a secret', '-o', '/home/ada/secret-plan.jpg');
  all.clock.advance(1000);
  const site = () =>
    new Map(
      [...all.pictureFiles.files].flatMap(([path, bytes]) => {
        const name = path.replace(/^(?:\/work\/)?site\//, '');
        return name === path ? [] : [[name, Buffer.from(bytes).toString('latin1')] as const];
      }),
    );
  return { ...all, site };
}

const rowsIn = (script = ''): readonly PageRow[] =>
  JSON.parse(/push\(\.\.\.(.*)\);\n$/s.exec(script)?.[1] ?? '[]');
const startIn = (html = ''): PageStart =>
  JSON.parse(/<script type="application\/json" id="start">(.*?)<\/script>/s.exec(html)?.[1] ?? '');

describe('gallery -o', () => {
  it('writes the page, its rows, and each picture once, small and large', async () => {
    const { pixtab, site } = await shop();
    const { code, stdout, stderr } = await pixtab('gallery', '-o', 'site/');
    expect([code, stdout]).toEqual([0, 'site/index.html']);
    expect(stderr).toMatch(/^3 requests, 2 pictures: \d+ kB in site\/$/m);
    const rows = rowsIn(site().get('rows/0.js'));
    expect(rows.map(({ prompt }) => prompt)).toEqual(['a secret', 'a dog', 'a cat']);
    const hashes = rows.flatMap(({ images }) => images.map(({ sha256 }) => sha256));
    expect([...site().keys()].toSorted()).toEqual(
      [
        'index.html',
        'page.css',
        'page.js',
        'rows/0.js',
        ...hashes.flatMap((hash) => [`thumb/${hash}.webp`, `picture/${hash}.jpeg`]),
      ].toSorted(),
    );
    expect(startIn(site().get('index.html'))).toMatchObject({
      source: 'files',
      files: 1,
      filters: {},
      spending: { total: { requests: 3, images: 2 } },
    });
  });

  it('says nothing of where things are outside of the working folder', async () => {
    const { pixtab, site } = await shop();
    await pixtab('gallery', '-o', 'site/');
    const [secret, , cat] = rowsIn(site().get('rows/0.js'));
    expect([secret?.images[0]?.path, cat?.images[0]?.path]).toEqual(['secret-plan.jpg', 'out/cat.jpg']);
    expect([...site().values()].join('')).not.toContain('/home/ada');
  });

  it('leaves prompts out of pages, names and pictures with --no-prompts', async () => {
    const { pixtab, site, pictureFiles } = await shop();
    expect(Buffer.from(pictureFiles.files.get('out/cat.jpg') ?? '').toString('latin1')).toContain('[facts');
    expect((await pixtab('gallery', '-o', 'site/', '--no-prompts')).code).toBe(0);
    expect([...site().entries()].flat().join('\n')).not.toMatch(/\b(?:cat|dog)\b|secret|\[facts/);
  });

  it('takes the requests that the filters leave', async () => {
    const { pixtab, site } = await shop();
    await pixtab('gallery', '-o', 'site/', '--project', 'shop');
    expect(rowsIn(site().get('rows/0.js')).map(({ prompt }) => prompt)).toEqual(['a dog']);
    expect(startIn(site().get('index.html')).spending).toMatchObject({ about: 'project shop' });
  });

  it('counts pictures that are gone, and says so on the page', async () => {
    const { pixtab, site, pictureFiles } = await shop();
    pictureFiles.files.delete('out/cat.jpg');
    const { stdout } = await pixtab('gallery', '-o', 'site/', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'pixtab.gallery/1',
      outcome: 'ok',
      url: null,
      folder: '/work/site',
      requests: 3,
      pictures: 1,
      gone: 1,
    });
    expect(rowsIn(site().get('rows/0.js'))[2]?.images[0]?.place).toEqual({ state: 'gone' });
  });

  it('writes over a gallery from before, and over nothing else unless --force', async () => {
    const { pixtab, pictureFiles } = await shop();
    await pixtab('gallery', '-o', 'site');
    pictureFiles.files.set('site/rows/0.js', Buffer.from(''));
    expect((await pixtab('gallery', '-o', 'site')).code).toBe(0);
    pictureFiles.files.set('mine/index.html', Buffer.from('my own'));
    pictureFiles.folders.add('mine');
    for (const folder of ['mine', 'mine/']) {
      const refused = await pixtab('gallery', '-o', folder);
      expect([refused.code, refused.stderr]).toEqual([
        2,
        expect.stringContaining('mine/index.html exists, and is no gallery.'),
      ]);
    }
    expect((await pixtab('gallery', '-o', 'mine', '--force')).code).toBe(0);
  });

  it.each([
    ['a.html', 'It takes a folder'],
    ['s3://bucket/site/', 'written into a folder of this machine'],
  ])('refuses -o %s', async (out, sentence) => {
    const { pixtab, pictureFiles } = await shop();
    pictureFiles.files.set('a.html', Buffer.from('x'));
    const { code, stderr } = await pixtab('gallery', '-o', out);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('writes a page also where nothing was bought', async () => {
    const { pixtab, pictureFiles } = world();
    expect((await pixtab('gallery', '-o', 'site')).code).toBe(0);
    expect([...pictureFiles.files.keys()].some((path) => path.endsWith('site/rows/0.js'))).toBe(true);
  });
});

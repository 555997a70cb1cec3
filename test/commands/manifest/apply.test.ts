import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { run } from '../../../src/cli.ts';
import { fakeTerminal } from '../../support/fakes/terminal.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

const MANIFEST = `images:
  - { id: hero, prompt: a lighthouse }
  - { id: icon, prompt: a house, out: "art/{id}" }
  - { id: twin, prompt: a house }
`;

function project(text = MANIFEST, options: Parameters<typeof world>[0] = {}) {
  const all = world(options);
  const write = (manifest: string): void =>
    void all.pictureFiles.files.set('pixtab.yaml', Buffer.from(manifest));
  write(text);
  const lock = () =>
    Buffer.from(all.pictureFiles.files.get('pixtab.lock') ?? '')
      .toString()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line));
  const paths = () =>
    [...all.pictureFiles.files.keys()].filter((path) => !path.startsWith('pixtab.')).toSorted();
  return { ...all, write, lock, paths };
}

describe('apply', () => {
  it('refuses a place that a link leads out of the project, before anything is bought', async () => {
    const { pixtab, api, pictureFiles, paths } = project();
    const { realPath } = pictureFiles;
    pictureFiles.realPath = async (path) => (path === 'art' ? '/home/somebody' : realPath(path));
    const { code, stderr } = await pixtab('apply');
    expect(code).toBe(6);
    expect(stderr).toContain(
      'art/icon.jpg would be outside of the project: a link leads from art to /home/somebody.',
    );
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(['a lighthouse']);
    expect(paths()).toEqual(['images/hero.jpg']);
  });

  it('buys what is missing, each picture once, and writes down what it cost', async () => {
    const { pixtab, api, lock, paths } = project();
    const { code, stdout, stderr } = await pixtab('apply');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual(['images/hero.jpg', 'art/icon.jpg', 'images/twin.jpg']);
    expect(stderr).toMatch(/plan {3}2 to buy, 1 at no cost, 0 as wanted/);
    expect(stderr).toMatch(/price {2}\$\S+ expected; from/);
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(['a lighthouse', 'a house']);
    expect(paths()).toEqual(['art/icon.jpg', 'images/hero.jpg', 'images/twin.jpg']);
    expect(lock()).toMatchObject([{ id: 'hero', path: 'images/hero.jpg' }, { id: 'icon' }, { id: 'twin' }]);
  });

  it('does nothing the second time', async () => {
    const { pixtab, api } = project();
    await pixtab('apply');
    const again = await pixtab('apply');
    expect(again).toMatchObject({ code: 0, stdout: '' });
    expect(again.stderr).toContain('nothing to do: 3 pictures as wanted');
    expect(api.sent).toHaveLength(2);
  });

  describe('while another apply is at work in the folder', () => {
    const busyFor = (looks: number) => {
      let left = looks;
      let held = 0;
      const release = (): void => void (held -= 1);
      const lockFolder = async () => ((left -= 1) >= 0 ? null : ((held += 1), release));
      return { lockFolder, held: () => held };
    };

    it('waits for it, says so once, and gives the folder back', async () => {
      const { lockFolder, held } = busyFor(5);
      const { pixtab } = project(MANIFEST, { deps: { lockFolder } });
      const { code, stderr } = await pixtab('apply');
      expect(code).toBe(0);
      expect(stderr.match(/another pixtab apply/g)).toHaveLength(1);
      expect(held()).toBe(0);
    });

    it('gives the folder back when it fails', async () => {
      const { lockFolder, held } = busyFor(0);
      const { pixtab } = project('images: 7', { deps: { lockFolder } });
      expect([(await pixtab('apply')).code, held()]).toEqual([2, 0]);
    });

    it.each([
      ['is told so at once with --no-wait', ['--no-wait']],
      ['is told so after ten minutes', []],
    ])('%s, and buys nothing', async (_, flags) => {
      const { pixtab, api } = project(MANIFEST, { deps: busyFor(Infinity) });
      const { code, stderr } = await pixtab('apply', ...flags);
      expect(code).toBe(10);
      expect(stderr).toContain('Another pixtab apply is at work in this folder.');
      expect(api.sent).toEqual([]);
    });

    it('is not asked with --frozen, which changes nothing', async () => {
      const { pixtab } = project('images: []', { deps: busyFor(Infinity) });
      expect((await pixtab('apply', '--frozen')).code).toBe(0);
    });
  });

  const DEAD = `images:
  - { id: dead, prompt: a ship, model: imagen-4 }
  - { id: twin, prompt: a ship, model: imagen-4 }
  - { id: icon, prompt: a house }
`;

  it('buys what can be bought and what plan priced, and says of the rest why not', async () => {
    const { pixtab, api, lock } = project(DEAD);
    const first = await pixtab('apply');
    expect(first.code).toBe(6);
    expect(first.stderr).toContain('plan   1 to buy, 0 at no cost, 0 as wanted, 2 that cannot be bought');
    expect(first.stderr).toContain('failed dead: Imagen 4 was shut down on 2026-08-17.');
    expect(lock()).toMatchObject([{ id: 'icon' }]);
    const second = await pixtab('apply');
    expect([second.code, api.sent.length]).toEqual([9, 1]);
    expect((await pixtab('apply', '--frozen')).code).toBe(12);
  });

  it('keeps a picture whose model was shut down since it was bought', async () => {
    const { pixtab, api, write } = project('images:\n  - { id: a, prompt: x, model: imagen-4 }\n', {
      settings: { sandbox: true },
    });
    expect((await pixtab('apply', '--sandbox')).code).toBe(0);
    write('images:\n  - { id: b, prompt: x, model: imagen-4, on-retired: fail }\n');
    const { code, stderr } = await pixtab('apply', '--sandbox');
    expect([code, api.sent.length]).toEqual([0, 1]);
    expect(stderr).toContain('note   b: Imagen 4 was shut down on 2026-08-17');
  });

  it('buys only the difference', async () => {
    const { pixtab, api, write } = project();
    await pixtab('apply');
    write(MANIFEST.replace('a lighthouse', 'a tower'));
    await pixtab('apply');
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(['a lighthouse', 'a house', 'a tower']);
  });

  it('goes back to an earlier picture for nothing', async () => {
    const { pixtab, api, write } = project();
    for (const text of [MANIFEST, MANIFEST.replace('a lighthouse', 'a tower'), MANIFEST]) {
      write(text);
      await pixtab('apply');
    }
    expect(api.sent).toHaveLength(3);
  });

  it('gives a fresh checkout its pictures back out of the store', async () => {
    const { pixtab, api, pictureFiles, paths } = project();
    await pixtab('apply');
    for (const path of paths()) pictureFiles.files.delete(path);
    pictureFiles.files.delete('pixtab.lock');
    expect((await pixtab('apply')).code).toBe(0);
    expect([api.sent.length, paths().length]).toEqual([2, 3]);
  });

  it('moves and converts at no cost, and leaves nothing behind', async () => {
    const { pixtab, api, write, paths } = project('images: [{ id: a, prompt: x }]');
    await pixtab('apply');
    write('images: [{ id: a, prompt: x, out: "b/{id}.webp" }]');
    expect((await pixtab('apply')).stdout).toBe('b/a.webp');
    expect(api.sent).toHaveLength(1);
    expect(paths().filter((path) => !path.startsWith('.pixtab-trash/'))).toEqual(['b/a.webp']);
  });

  it('moves a file that somebody touched to the trash, and never loses it', async () => {
    const { pixtab, pictureFiles, paths } = project('images: [{ id: a, prompt: x }]');
    await pixtab('apply');
    const touched = fakePicture('jpeg', 1, 1, 'retouched');
    pictureFiles.files.set('images/a.jpg', touched);
    await pixtab('apply');
    const trashed = paths().find((path) => path.startsWith('.pixtab-trash/')) ?? '';
    expect(Buffer.compare(pictureFiles.files.get(trashed) ?? Buffer.of(), touched)).toBe(0);
    expect(Buffer.compare(pictureFiles.files.get('images/a.jpg') ?? Buffer.of(), touched)).not.toBe(0);
  });

  it('never writes over a file that it did not make, and buys nothing for that place', async () => {
    const { pixtab, pictureFiles, api } = project('images: [{ id: a, prompt: x }, { id: b, prompt: y }]');
    pictureFiles.files.set('images/a.jpg', Buffer.from('mine'));
    const { code, stderr } = await pixtab('apply');
    expect(code).toBe(6);
    expect(stderr).toContain('images/a.jpg exists, and the lock does not know it.');
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(['y']);
    expect(Buffer.from(pictureFiles.files.get('images/a.jpg') ?? '').toString()).toBe('mine');
  });

  it('goes on after a picture that is refused, says which, and does not ask for it again unasked', async () => {
    const { pixtab, api } = project(MANIFEST, { script: [refusalAnswer()] });
    const first = await pixtab('apply', '--concurrency', '1', '--json');
    expect(first.code).toBe(6);
    expect(JSON.parse(first.stdout)).toMatchObject({
      outcome: 'partial',
      pictures: [
        { id: 'hero', error: { kind: 'refused' } },
        { id: 'icon', error: null },
        { id: 'twin', error: null },
      ],
    });
    const second = await pixtab('apply');
    expect([second.code, api.sent.length]).toEqual([5, 2]);
    expect(second.stderr).toContain('--force');
    expect((await pixtab('apply', '--force', 'hero')).code).toBe(0);
    expect(api.sent).toHaveLength(3);
  });

  it.each([
    ['was refused', refusalAnswer(), 'refused before'],
    [
      'may have been charged',
      new Failure('unconfirmed', 'No answer came.', { charged: 'unknown' }),
      'may have been charged already',
    ],
  ])('is not planned to be bought again when it %s', async (_, answer, why) => {
    const { pixtab } = project('images: [{ id: a, prompt: x }]', { script: [answer] });
    await pixtab('apply');
    const { code, stdout } = await pixtab('plan', '--detailed-exitcode', '--fail-over', '0.00');
    expect(code).toBe(12);
    expect(stdout).toMatch(new RegExp(`^! a +\\$0\\.00 {2}${why}: apply --force buys it again$`, 'm'));
    expect(stdout).toContain('0 to create, 0 to change, 0 to keep, 1 not bought without --force');
    const { pictures, total } = JSON.parse((await pixtab('plan', '--json')).stdout);
    expect({ pictures, total }).toMatchObject({ pictures: [{ source: 'barred' }], total: { barred: 1 } });
    expect((await pixtab('apply', '--force', 'a')).code).toBe(0);
    expect((await pixtab('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('is not planned to be a copy of what is not bought again', async () => {
    const { pixtab } = project('images: [{ id: a, prompt: x, count: 1 }, { id: b, prompt: x }]', {
      script: [refusalAnswer()],
    });
    await pixtab('apply');
    const { pictures, total } = JSON.parse((await pixtab('plan', '--json')).stdout);
    expect(pictures).toMatchObject([{ source: 'barred' }, { source: 'barred', twin: null }]);
    expect(total).toMatchObject({ barred: 2, create: 0, free: 0 });
  });

  it('does not send again what may have been charged', async () => {
    const { pixtab, api } = project('images: [{ id: a, prompt: x }]', {
      script: [new Failure('unconfirmed', 'No answer came.')],
    });
    expect((await pixtab('apply')).code).toBe(8);
    expect((await pixtab('apply')).code).toBe(8);
    expect(api.sent).toHaveLength(1);
  });

  it('stops at a wall, and gives back what it held', async () => {
    const { pixtab, api, store } = project(MANIFEST, {
      script: [new Failure('auth', 'The key was refused.')],
    });
    expect((await pixtab('apply', '--concurrency', '1')).code).toBe(3);
    expect(api.sent).toHaveLength(1);
    expect([...store.attempts.values()].map(({ state }) => state)).toEqual(['released', 'released']);
  });

  it('buys nothing above --max-cost', async () => {
    const { pixtab, api } = project();
    expect((await pixtab('apply', '--max-cost', '0.05')).code).toBe(4);
    expect(api.sent).toEqual([]);
  });

  it('changes nothing with --frozen, and exits 12 when something is to do', async () => {
    const { pixtab, paths, pictureFiles } = project();
    expect((await pixtab('apply', '--frozen')).code).toBe(12);
    expect(paths()).toEqual([]);
    await pixtab('apply');
    expect((await pixtab('apply', '--frozen')).code).toBe(0);
    pictureFiles.files.delete('art/icon.jpg');
    expect((await pixtab('apply', '--frozen')).stderr).toContain('1 picture missing or out of date: icon');
    expect(paths()).not.toContain('art/icon.jpg');
  });

  it('takes --only what is named, and keeps the rest of the lock', async () => {
    const { pixtab, api, lock } = project();
    await pixtab('apply', '--only', 'hero');
    expect(lock().map(({ id }) => id)).toEqual(['hero']);
    await pixtab('apply', '--only', 'icon', '--prune');
    expect(lock().map(({ id }) => id)).toEqual(['hero', 'icon']);
    expect(api.sent).toHaveLength(2);
  });

  it('moves what nobody asks for to the trash with --prune, and only then', async () => {
    const { pixtab, write, paths, lock } = project();
    await pixtab('apply');
    write('images: [{ id: hero, prompt: a lighthouse }]');
    await pixtab('apply');
    expect(paths()).toContain('art/icon.jpg');
    await pixtab('apply', '--prune');
    expect(paths().filter((path) => !path.startsWith('.pixtab-trash/'))).toEqual(['images/hero.jpg']);
    expect(paths().filter((path) => path.endsWith('art/icon.jpg'))).toHaveLength(1);
    expect(lock().map(({ id }) => id)).toEqual(['hero']);
  });

  it.each([
    ['emptied', ''],
    ['cut off before its images', '# pictures of the front page\n$schema: ./schema.json\n'],
    ['cut off where its images begin', 'images:\n'],
  ])('refuses a manifest that was %s, and moves nothing away', async (_, text) => {
    const { pixtab, write, paths, lock } = project();
    await pixtab('apply');
    const [before, locked] = [paths(), lock()];
    write(text);
    for (const flag of ['--prune', '--frozen']) {
      const { code, stderr } = await pixtab('apply', flag);
      expect(code).toBe(2);
      expect(stderr).toContain('there are no images, defaults or include: the file is empty or was cut off');
    }
    expect([paths(), lock()]).toEqual([before, locked]);
  });

  describe('--prune of what is dear, or of everything, asks like a purchase:', () => {
    const dear = `images: [${Array.from({ length: 40 }, (_, n) => `{ id: a${n}, prompt: x${n} }`).join(', ')}]`;
    const none = 'images: []';
    const bought = async (manifest: string) => {
      const all = project(manifest);
      await all.pixtab('apply', '--yes');
      return { ...all, before: all.paths() };
    };

    it.each([
      ['all that there is', MANIFEST, none, /--prune moves all 3 pictures away, which cost \$0\.\d+/],
      ['more than --ask-above', dear, 'images: [{ id: a0, prompt: x0 }]', /--prune moves 39 pictures away/],
    ])('%s is not moved where nobody can be asked, but with --yes', async (_, manifest, after, said) => {
      const { pixtab, write, paths, before } = await bought(manifest);
      write(after);
      const { code, stderr } = await pixtab('apply', '--prune');
      expect([code, stderr]).toEqual([4, expect.stringMatching(said)]);
      expect(paths()).toEqual(before);
      expect((await pixtab('apply', '--prune', '--yes')).code).toBe(0);
      expect(paths().filter((path) => !path.startsWith('.pixtab-trash/')).length).toBeLessThan(2);
    });

    it.each([
      [true, 0],
      [false, 130],
    ])('on a terminal, where the answer is %j', async (answer, ends) => {
      const questions: string[] = [];
      const confirm = async (question: string) => (questions.push(question), answer);
      const terminal = () => ({ ...fakeTerminal(), stdinIsTerminal: true });
      const { write, before, paths, deps } = await bought(MANIFEST);
      write(none);
      expect(await run(['apply', '--prune'], { ...deps, confirm, terminal })).toBe(ends);
      expect(questions).toEqual([expect.stringContaining('Move them?')]);
      expect(JSON.stringify(paths()) === JSON.stringify(before)).toBe(!answer);
    });
  });

  it('sends inputs along, and refuses one that is no picture', async () => {
    const { pixtab, api, pictureFiles } = project('images: [{ id: a, prompt: x, inputs: in.png }]');
    pictureFiles.files.set('in.png', Buffer.from('no picture'));
    expect((await pixtab('apply')).code).toBe(2);
    pictureFiles.files.set('in.png', fakePicture('png', 8, 8));
    expect((await pixtab('apply')).code).toBe(0);
    expect(api.sent.map(({ inputs }) => inputs.map(({ mimeType }) => mimeType))).toEqual([['image/png']]);
  });

  it('reads a lock with the marks of a conflict, and writes it anew', async () => {
    const { pixtab, api, pictureFiles, lock } = project();
    await pixtab('apply');
    const text = Buffer.from(pictureFiles.files.get('pixtab.lock') ?? '').toString();
    const [head = '', first = '', ...rest] = text.split('\n');
    const other = first.replace(/"hash":"../, '"hash":"00');
    const merged = [head, '<<<<<<< ours', first, '=======', other, '>>>>>>> theirs', ...rest].join('\n');
    pictureFiles.files.set('pixtab.lock', Buffer.from(merged));
    expect((await pixtab('apply')).code).toBe(0);
    expect(api.sent).toHaveLength(2);
    expect(Buffer.from(pictureFiles.files.get('pixtab.lock') ?? '').toString()).toBe(text);
    expect(lock()).toHaveLength(3);
  });
});

it('refuses --prune together with --frozen', async () => {
  const { pixtab } = project();
  const { code, stderr } = await pixtab('apply', '--frozen', '--prune');
  expect([code, stderr]).toEqual([2, expect.stringContaining('--frozen changes nothing')]);
});

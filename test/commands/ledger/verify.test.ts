import { describe, expect, it } from 'vitest';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePictureFiles } from '../../support/fakes/picture-files.ts';

async function bought(contradictions: readonly string[] = [], isAlive = (_owner: string) => false) {
  const pictureFiles = fakePictureFiles();
  const all = world({ deps: { pictureFiles: async () => pictureFiles } });
  for (const name of ['a', 'b', 'c']) await all.pixtab('a cat', '-o', `/work/${name}.jpg`);
  const { clock, store, journal } = all;
  const another = fakeLedger({ clock, store, owner: 'another process', isAlive });
  const ledger = { ...another, contradictions: async () => contradictions };
  const other = world({
    deps: { pictureFiles: async () => pictureFiles, books: async () => ({ ledger, journal }) },
  });
  return { pictureFiles, journal, store, pixtab: other.pixtab };
}

describe('verify', () => {
  it('exits 0 when every file is as it was saved', async () => {
    const { pixtab } = await bought();
    expect(await pixtab('verify')).toEqual({ code: 0, stdout: '', stderr: '3 images as they were saved.' });
  });

  it('names what is missing or changed, and exits 6', async () => {
    const { pixtab, pictureFiles } = await bought();
    pictureFiles.files.delete('/work/a.jpg');
    pictureFiles.files.set('/work/b.jpg', Uint8Array.of(1));
    const { code, stdout, stderr } = await pixtab('verify');
    expect([code, stdout]).toEqual([6, 'missing  /work/a.jpg\nchanged  /work/b.jpg']);
    expect(stderr).toContain('2 images not as saved');
    const document = JSON.parse((await pixtab('verify', '--json')).stdout);
    expect(document).toMatchObject({
      schema: 'pixtab.verify/1',
      outcome: 'partial',
      exitCode: 6,
      same: 1,
      differing: [
        { finding: 'missing', path: '/work/a.jpg' },
        { finding: 'changed', path: '/work/b.jpg' },
      ],
    });
  });

  it('knows what lies in the trash of a project, unless it was changed there', async () => {
    const { pixtab, pictureFiles } = await bought();
    await pictureFiles.move('/work/a.jpg', '/work/.pixtab-trash/12345678/a.jpg');
    await pictureFiles.move('/work/b.jpg', '/.pixtab-trash/87654321/work/b.jpg');
    const ran = await pixtab('verify', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('2 images in .pixtab-trash') });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      same: 1,
      differing: [],
      trashed: [
        { path: '/work/a.jpg', trash: '/work/.pixtab-trash/12345678/a.jpg' },
        { path: '/work/b.jpg', trash: '/.pixtab-trash/87654321/work/b.jpg' },
      ],
    });
    pictureFiles.files.set('/work/.pixtab-trash/12345678/a.jpg', Uint8Array.of(1));
    expect(await pixtab('verify')).toMatchObject({ code: 6, stdout: 'missing  /work/a.jpg' });
  });

  it('exits 11 when the ledger contradicts itself, and says how', async () => {
    const { pixtab } = await bought(['The bill of attempt x is not the sum of its lines.']);
    const { code, stdout, stderr } = await pixtab('verify');
    expect([code, stdout]).toEqual([11, 'ledger   The bill of attempt x is not the sum of its lines.']);
    expect(stderr).toContain('The ledger has a contradiction in it');
  });

  it('exits 11 while paid answers wait to be finished', async () => {
    const { pixtab, journal } = await bought();
    journal.answers.set('lost', { attempt: null, body: null, status: 'truncated' });
    expect(await pixtab('verify')).toMatchObject({
      code: 11,
      stderr: expect.stringContaining('pixtab recover'),
    });
  });

  it.each([
    [true, 0],
    [false, 11],
  ])('leaves an answer to the process that works on it, where it lives: %s, exit %d', async (lives, code) => {
    const { pixtab, journal, store } = await bought([], () => lives);
    const [attempt] = store.attempts.values();
    if (attempt === undefined) throw new Error('nothing was bought');
    journal.answers.set(attempt.plan.attemptId, { attempt: attempt.plan, body: null, status: 'ok' });
    expect((await pixtab('verify')).code).toBe(code);
  });
});

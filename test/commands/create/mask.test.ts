import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

async function masking() {
  const made = world();
  const put = (path: string, bytes: Uint8Array) => made.pictureFiles.put(path, bytes, { replace: false });
  await put('/work/photo.jpg', fakePicture('jpeg', 1000, 1000, 'photo'));
  await put('/work/mask.png', fakePicture('png', 1000, 1000, 'mask'));
  await put('/work/small.png', fakePicture('png', 10, 10, 'mask'));
  return made;
}

const PHOTO = '/work/photo.jpg';

describe('edit --mask', () => {
  it('sends the mask second, says what it is for, and puts picture and mask together', async () => {
    const { pixtab, api, pictureFiles } = await masking();
    const ran = await pixtab('edit', PHOTO, '-p', 'a bench', '--mask', '/work/mask.png', '-o', 'bench');
    expect(ran).toMatchObject({ code: 0, stdout: 'bench.png' });
    expect(api.sent[0]?.inputs.map(({ name }) => name)).toEqual([PHOTO, '/work/mask.png']);
    expect(api.sent[0]?.prompt).toMatch(/^a bench\n\nThe second image is a mask/);
    expect(Buffer.from(await pictureFiles.read('bench.png')).toString('latin1')).toContain(
      '1000x1000 masked',
    );
  });

  it('keeps what was paid for when the picture has changed meanwhile', async () => {
    const { pixtab, deps, journal, api } = await masking();
    const pictureFiles = await deps.pictureFiles();
    const late = {
      ...pictureFiles,
      read: async (path: string) => (api.sent.length > 0 ? Buffer.from('other') : pictureFiles.read(path)),
    };
    const changed = world({
      deps: { ...deps, pictureFiles: async () => late, settings: async () => deps.settings({}) },
    });
    const ran = await changed.pixtab(
      'edit',
      PHOTO,
      '-p',
      'a bench',
      '--mask',
      '/work/mask.png',
      '-o',
      'bench.png',
    );
    expect(ran.code).toBe(11);
    expect(ran.stderr).toContain('is no longer the file that was sent');
    expect(journal.answers.size).toBe(1);
    expect(pixtab).toBeTypeOf('function');
  });

  it.each([
    [['--mask', '/work/small.png'], /another size/],
    [['--mask', '/work/nowhere.png'], /nowhere\.png cannot be read/],
    [['--mask', '-'], /as files/],
    [['--mask', '/work/mask.png', '-o', 'bench.jpg'], /which jpeg cannot/],
    [['--mask', '/work/mask.png', '--resize', '10x10'], /another size changes all/],
    [['--mask', '/work/mask.png', '-a', '16:9'], /-a/],
  ])('%j is refused before anything is sent', async (flags, says) => {
    const { pixtab, api } = await masking();
    const ran = await pixtab('edit', PHOTO, '-p', 'a bench', ...flags);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(says);
    expect(api.sent).toEqual([]);
  });
});

it.each([PHOTO, '/work/mask.png'])('refuses %s as a pipe, which can be read once', async (pipe) => {
  const { deps, api } = await masking();
  const pictureFiles = await deps.pictureFiles();
  const kindOf = async (path: string) => (path === pipe ? 'other' : pictureFiles.kindOf(path));
  const piped = world({ deps: { ...deps, pictureFiles: async () => ({ ...pictureFiles, kindOf }) } });
  const ran = await piped.pixtab('edit', PHOTO, '-p', 'a bench', '--mask', '/work/mask.png');
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('as files') });
  expect(api.sent).toEqual([]);
});

it('is a failure of the disk when they cannot be put together, so recover can finish it', async () => {
  const { deps, journal } = await masking();
  const pictures = await deps.pictures();
  const broken = { ...pictures, masked: async () => Promise.reject(new Failure('disk', 'No memory.')) };
  const world2 = world({ deps: { ...deps, pictures: async () => broken } });
  const ran = await world2.pixtab(
    'edit',
    PHOTO,
    '-p',
    'a bench',
    '--mask',
    '/work/mask.png',
    '-o',
    'bench.png',
  );
  expect(ran.code).toBe(11);
  expect(journal.answers.size).toBe(1);
  const recovered = await world({ deps }).pixtab('recover');
  expect(recovered).toMatchObject({ code: 0, stdout: 'bench.png' });
});

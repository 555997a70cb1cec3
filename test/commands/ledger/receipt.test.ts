import { describe, expect, it } from 'vitest';
import { candidate, imagePart } from '../../support/answers.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePictureFiles } from '../../support/fakes/picture-files.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

async function bought() {
  const pictureFiles = fakePictureFiles();
  const all = world({ deps: { pictureFiles: async () => pictureFiles } });
  await all.pixtab('a cat\u001b[31m in red', '-o', 'cat.jpg');
  const [attempt] = all.store.attempts.values();
  if (attempt === undefined) throw new Error('nothing was bought');
  return { ...all, pictureFiles, attempt };
}

describe('receipt', () => {
  it('shows what a picture cost, line by line, and where it came from', async () => {
    const { pixtab } = await bought();
    const { code, stdout } = await pixtab('receipt', 'cat.jpg');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^image +\/work\/cat\.jpg \(1024x1024, \d+ bytes, sha256 [0-9a-f]{12}…\)$/m);
    expect(stdout).toMatch(/^model +nano-banana-2-lite, 1K, .*, lane now$/m);
    expect(stdout).toMatch(/^paid +\$0\.03\d+ \(metered\)$/m);
    expect(stdout).toMatch(/^ +image output +1,120 +\$30\.00 \/ 1M +\$0\.0336$/m);
    expect(stdout).not.toContain('\u001b');
  });

  it('says that a placeholder of the sandbox cost nothing', async () => {
    const { pixtab } = world({ settings: { sandbox: true } });
    await pixtab('a cat', '-o', 'cat.jpg');
    for (const command of ['receipt', 'history'])
      expect((await pixtab(command, 'last')).stdout).toMatch(
        /^paid +\$0\.03\d+ \(metered\) in the sandbox: nothing was spent$/m,
      );
  });

  it('says in what the answer differs from what was asked for', async () => {
    const small = candidate([imagePart(fakePicture('jpeg', 512, 512), 'image/jpeg')]);
    const { pixtab } = world({ script: [small] });
    await pixtab('a cat', '-o', 'cat.jpg');
    const smaller = 'A picture came as 512x512, smaller than asked: 1K.';
    expect((await pixtab('receipt', 'last')).stdout).toContain(`differs   ${smaller}\n`);
    const { stdout } = await pixtab('receipt', 'last', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ receipts: [{ differences: [smaller] }] });
  });

  it('knows a picture by its bytes when it was moved', async () => {
    const { pixtab, pictureFiles } = await bought();
    pictureFiles.files.set('moved.jpg', pictureFiles.files.get('cat.jpg') ?? new Uint8Array());
    pictureFiles.files.delete('cat.jpg');
    expect((await pixtab('receipt', 'moved.jpg')).code).toBe(0);
  });

  it('of a file is that of the last request that put it there, though others brought the same bytes', async () => {
    const { pixtab } = world();
    await pixtab('a cat', '-o', 'cat.jpg');
    await pixtab('a cat', '-o', 'other.jpg');
    await pixtab('a cat', '-o', 'cat.jpg', '--force');
    const { stdout } = await pixtab('receipt', 'cat.jpg', '--json');
    const [last, more] = JSON.parse((await pixtab('history', '--json')).stdout).rows;
    const { receipts } = JSON.parse(stdout);
    expect(more.images).not.toContain('cat.jpg');
    expect(receipts.map(({ attemptId }: { attemptId: string }) => attemptId)).toEqual([last.attemptId]);
  });

  it('finds it by path, run, attempt and sha256, also when the file is gone', async () => {
    const { pixtab, pictureFiles, attempt } = await bought();
    pictureFiles.files.clear();
    for (const what of [
      'cat.jpg',
      '/work/cat.jpg',
      attempt.plan.runId,
      attempt.plan.attemptId,
      attempt.images[0]?.sha256 ?? '',
    ]) {
      expect(await pixtab('receipt', what)).toMatchObject({ code: 0 });
    }
  });

  it('answers in JSON', async () => {
    const { pixtab } = await bought();
    const { receipts } = JSON.parse((await pixtab('receipt', 'cat.jpg', '--json')).stdout);
    expect(receipts).toMatchObject([
      {
        state: 'saved',
        boughtAt: '2026-11-22T12:00:00.000Z',
        lane: 'now',
        cost: { currency: 'USD', basis: 'metered', charged: 'yes' },
        images: [{ path: '/work/cat.jpg', width: 1024 }],
      },
    ]);
  });

  it('says that what it does not know was not bought here', async () => {
    const { pixtab } = await bought();
    expect(await pixtab('receipt', 'dog.jpg')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('knows nothing of "dog.jpg"'),
    });
  });
});

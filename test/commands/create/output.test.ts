import { sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { candidate, imagePart } from '../../support/answers.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

/** An answer of Nano Banana Pro with one picture and this usage. */
const answer = (usageMetadata: object) =>
  candidate([imagePart(fakePicture('jpeg', 1024, 1024, 'one'), 'image/jpeg')], { usageMetadata });

const FIVE_PARTS = {
  promptTokenCount: 22,
  candidatesTokenCount: 5600,
  totalTokenCount: 5622,
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 5600 }],
};

const UNSPLIT = { promptTokenCount: 22, candidatesTokenCount: 1300, totalTokenCount: 1322 };

const buy = (usage: object, ...argv: readonly string[]) =>
  world({ script: [answer(usage)] }).pixtab('a cat', '-m', 'nano-banana-pro', ...argv);

describe('a bill that needs a word', () => {
  it('above the high is explained on stderr and in the warnings', async () => {
    const why = '5 image parts billed, held for 3';
    const told = await buy(FIVE_PARTS);
    expect(told.stderr).toMatch(new RegExp(`note {3}The bill of a request is \\$0\\.2\\d+ above .*${why}`));
    const { warnings } = JSON.parse((await buy(FIVE_PARTS, '--json')).stdout);
    expect(warnings).toContainEqual(expect.stringContaining(why));
  });

  it('made of output that was not split says so', async () => {
    expect((await buy(UNSPLIT)).stderr).toContain('booked as image, the dearer reading');
    const { warnings } = JSON.parse((await buy(UNSPLIT, '--json')).stdout);
    expect(warnings).toContainEqual(expect.stringContaining('booked as image, the dearer reading'));
  });
});

it.each([[['--yes']], [['--no-input']], [['--yes', '--no-input']]])(
  'generate takes %j and never asks',
  async (flags) => {
    const { code, stdout } = await world().pixtab('a cat', '-o', 'cat.jpg', ...flags);
    expect([code, stdout]).toEqual([0, 'cat.jpg']);
  },
);

it.each(['gs://shop/', 'https://shop.example/cat.jpg', 'S3://shop/'])(
  'sends nothing where %s is an address that it does not know, and makes no folder of that name',
  async (place) => {
    const { pixtab, api, pictureFiles } = world();
    for (const flag of ['--out', '--store']) {
      const { code, stderr } = await pixtab('a cat', '--cached', flag, place);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${flag} takes a path of this machine`)]);
    }
    expect([api.sent, pictureFiles.files.size]).toEqual([[], 0]);
  },
);

it('takes a place that ends in a separator of the system for a folder, whether it is there or not', async () => {
  const { code, stdout } = await world().pixtab('a cat', '-o', `pics${sep}`);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^pics[/\\]\d{4}-\d\d-\d\d-a-cat-\w+\.jpg$/)]);
});

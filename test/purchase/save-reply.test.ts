import { describe, expect, it } from 'vitest';
import { UNREAD, type Reply, type ReplyImage } from '../../src/core/order/reply.ts';
import type { AttemptPlan, SavePlan } from '../../src/ports/index.ts';
import { saveReply } from '../../src/purchase/save-reply.ts';
import { fakePicture } from '../support/fakes/pictures.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';
import { fakeSaver } from '../support/fakes/saver.ts';
import { aReply } from '../support/pricing.ts';
import { aBill, aPlan } from '../support/purchases.ts';

/** Saves a reply: what is written, and where. */
async function saved(
  reply: Partial<Reply>,
  path: string,
  count = 1,
  save: Partial<SavePlan> = {},
  asked: Partial<AttemptPlan> = {},
) {
  const pictureFiles = fakePictureFiles();
  for (const there of THERE) await pictureFiles.put(there, picture.bytes, { replace: true });
  const piped: Uint8Array[] = [];
  const remarks: string[] = [];
  const saver = fakeSaver({
    pictureFiles,
    stdout: async (bytes) => void piped.push(bytes),
    remark: (text) => void remarks.push(text),
  });
  const plan = aPlan({ images: count, ...asked });
  const paid = { plan: { ...plan, save: { ...plan.save, paths: [path], ...save } }, bill: aBill('0.03') };
  const { failure, differences } = await saveReply({ ...aReply(), ...reply }, paid, async () => saver);
  return {
    failure,
    differences,
    remarks,
    files: [...pictureFiles.files.keys()].filter((each) => !THERE.includes(each)),
    piped: piped.length,
  };
}

const THERE = ['there.webp', 'there.png'];
const picture: ReplyImage = { mimeType: 'image/png', bytes: fakePicture('png', 4, 3) };

describe('pictures that came beside the one that was asked for', () => {
  it('are kept beside it, by their number', async () => {
    expect(await saved({ images: [picture, picture] }, 'cat.png')).toMatchObject({
      failure: null,
      files: ['cat.png', 'cat.extra-2.png'],
    });
    expect(await saved({ images: [picture], extras: [picture, picture] }, 'cat.png')).toMatchObject({
      files: ['cat.png', 'cat.draft-1.png', 'cat.draft-2.png'],
    });
  });

  it('are not mixed into one that is piped', async () => {
    expect(await saved({ images: [picture], extras: [picture] }, '-')).toMatchObject({
      failure: null,
      files: [],
      piped: 1,
    });
  });
});

it('a receipt is kept beside a file, and beside none that is piped', async () => {
  expect(await saved({ images: [picture] }, 'cat.png', 1, { sidecar: true })).toMatchObject({
    files: ['cat.png', 'cat.png.json'],
  });
  expect(await saved({ images: [picture] }, '-', 1, { sidecar: true })).toMatchObject({
    files: [],
    piped: 1,
  });
});

it('what goes to a store is not piped', async () => {
  expect(await saved({ images: [picture] }, '-', 1, { toStore: { place: null } })).toMatchObject({
    files: [],
    piped: 0,
  });
});

it.each([
  ['as the format says', { format: 'webp' }, []],
  ['and not what only the answer could tell', {}, ['there-2.png']],
] as const)('--force replaces the file that was named, %s', async (_, save, files) => {
  const plan = { replace: true, ...save };
  expect(await saved({ images: [picture] }, 'there', 1, plan)).toMatchObject({ failure: null, files });
});

describe('what is different from what was asked', () => {
  const square = { mimeType: 'image/png', bytes: fakePicture('png', 1024, 1024) };
  const asked = { model: 'gemini-3-pro-image', size: '1K', aspect: '1:1' } as const;

  it.each<[string, Partial<Reply>, readonly string[]]>([
    ['nothing', { images: [square] }, []],
    [
      'the lane',
      { images: [square], usage: { ...aReply().usage, lane: 'flex' } as Reply['usage'] },
      ['The request was served in lane flex, and not in now; the bill is that of flex.'],
    ],
    [
      'the picture',
      { images: [picture] },
      ['A picture came as 4x3, another shape and smaller than asked: 1:1 at 1K, which is 1024x1024.'],
    ],
  ])('is said and kept: %s', async (_, reply, sentences) => {
    const { differences, remarks } = await saved(reply, 'cat.png', 1, {}, asked);
    expect([differences, remarks]).toEqual([sentences, sentences]);
  });

  it('is nothing where no picture could be saved', async () => {
    const pictureFiles = fakePictureFiles();
    pictureFiles.breaks('put', 'no space left');
    const saver = fakeSaver({ pictureFiles });
    const paid = { plan: aPlan(), bill: aBill('0.03') };
    expect(await saveReply({ ...aReply(), images: [square] }, paid, async () => saver)).toMatchObject({
      differences: [],
      failure: { kind: 'disk' },
    });
  });
});

it.each<[string, Partial<Reply>, string]>([
  ['no image', { images: [] }, 'The answer holds no image.'],
  [
    'what is said instead',
    { images: [], text: 'I would rather not.' },
    'The answer holds no image: I would rather not.',
  ],
  [
    'why',
    { images: [], refusals: [{ reason: 'SAFETY', message: 'Not safe.' }], text: 'I would rather not.' },
    'The answer holds no image (SAFETY): Not safe.',
  ],
  [
    'what is said where the reason says nothing',
    { images: [], refusals: [{ reason: 'SAFETY', message: '' }], text: 'I would rather not.' },
    'The answer holds no image (SAFETY): I would rather not.',
  ],
  ['how many of them', { images: [picture] }, 'The answer holds 1 of 2 images.'],
])('an answer that is short says %s', async (_, reply, message) => {
  const { failure } = await saved(reply, 'cat.png', 2);
  expect(failure).toMatchObject({ kind: 'refused', charged: 'yes', message });
});

describe('an answer that was not understood', () => {
  const broken = { reason: UNREAD.picture, message: '' };
  const strange = { reason: UNREAD.other, message: 'a hologram' };

  it.each([
    [
      [picture],
      broken,
      1,
      `The picture is there, and the answer holds more that is not understood (${UNREAD.picture}).`,
    ],
    [[], broken, 1, `The answer holds no image that could be read (${UNREAD.picture}).`],
    [[], strange, 2, `The answer holds no image that could be read (${UNREAD.other}: a hologram).`],
    [
      [picture],
      strange,
      2,
      `The answer holds 1 of 2 images that could be read (${UNREAD.other}: a hologram).`,
    ],
  ])('says what of it is there: %#', async (images, refusal, count, words) => {
    const { failure } = await saved({ images, refusals: [refusal] }, 'cat.png', count);
    expect(failure?.message).toContain(words);
  });
});

import { describe, expect, it } from 'vitest';
import type { Reply, ReplyImage } from '../../src/core/order/reply.ts';
import { saveReply } from '../../src/purchase/save-reply.ts';
import type { Saver } from '../../src/purchase/types.ts';
import { fakePicture, fakePictures } from '../support/fakes/pictures.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';
import { aReply } from '../support/pricing.ts';
import { aBill, aPlan } from '../support/purchases.ts';

/** Saves a reply to a request for one picture: what is written, and where. */
async function saved(reply: Partial<Reply>, path: string) {
  const pictureFiles = fakePictureFiles();
  const piped: Uint8Array[] = [];
  const saver: Saver = {
    pictures: fakePictures(),
    pictureFiles,
    sha256: (bytes) => Buffer.from(bytes).toString('base64'),
    stdout: async (bytes) => void piped.push(bytes),
    remark: () => {},
  };
  const plan = aPlan();
  const paid = { plan: { ...plan, save: { ...plan.save, paths: [path] } }, bill: aBill('0.03') };
  const { failure } = await saveReply({ ...aReply(), ...reply }, paid, async () => saver);
  return { failure, files: [...pictureFiles.files.keys()], piped: piped.length };
}

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
    expect(await saved({ images: [picture], extras: [picture] }, '-')).toEqual({
      failure: null,
      files: [],
      piped: 1,
    });
  });
});

import type { Saver } from '../../../src/purchase/types.ts';
import { fakePictures } from './pictures.ts';
import { fakePictureFiles } from './picture-files.ts';

/** Puts pictures into a disk of its own, unless it is given one, and tells nobody of it. */
export const fakeSaver = (changes: Partial<Saver> = {}): Saver => ({
  pictures: fakePictures(),
  pictureFiles: fakePictureFiles(),
  sha256: (bytes) => Buffer.from(bytes).toString('base64'),
  stdout: async () => {},
  remark: () => {},
  ...changes,
});

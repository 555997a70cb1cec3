import { createHash } from 'node:crypto';
import { usageFailure } from '../../../src/core/errors.ts';
import type { Inputs, PictureFiles } from '../../../src/ports/index.ts';
import { fakePicture, fakePictures } from './pictures.ts';

/** Input images out of fake picture files: they are, sent as they are. */
export function fakeInputs(pictureFiles: Pick<PictureFiles, 'read'>): Inputs {
  const pictures = fakePictures();
  return {
    async load(source) {
      const bytes = await pictureFiles.read(source);
      const info = await pictures.inspect(bytes);
      if (!info) throw usageFailure(`${source} is no image.`);
      const file = { path: source, sha256: createHash('sha256').update(bytes).digest('hex') };
      return { image: { name: source, bytes, file, ...info }, notices: [] };
    },
    async mask(source, { width, height }) {
      const loaded = await this.load(source);
      if (loaded.image.width === width && loaded.image.height === height) return loaded;
      throw usageFailure(`The mask ${source} is of another size.`);
    },
    async fit(image, maxBytes) {
      if (image.bytes.byteLength <= maxBytes) return { image, notices: [] };
      const bytes = fakePicture('jpeg', 8, 8);
      return {
        image: { ...image, bytes, mimeType: 'image/jpeg', width: 8, height: 8 },
        notices: [`${image.name} is sent smaller.`],
      };
    },
  };
}

import { picturesContract } from '../pictures.contract.ts';
import { fakePicture, fakePictures } from './pictures.ts';

picturesContract('the fake', () => ({
  pictures: fakePictures(),
  sample: async (format, width, height) => fakePicture(format, width, height),
}));

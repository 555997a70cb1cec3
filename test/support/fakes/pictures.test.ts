import { picturesContract } from '../pictures.contract.ts';
import { fakePicture, fakePictures } from './pictures.ts';

picturesContract('the fake', () => ({
  pictures: fakePictures(),
  sheet: async () => fakePicture('jpeg', 64, 64),
  sample: async (format, width, height) => fakePicture(format, width, height),
}));

import { pictureFilesContract } from '../picture-files.contract.ts';
import { fakePictureFiles } from './picture-files.ts';

pictureFilesContract('the fake', () => {
  const pictureFiles = fakePictureFiles();
  return {
    pictureFiles,
    at: (...parts) => ['', ...parts].join('/'),
    files: async () => [...pictureFiles.files.keys()].toSorted(),
  };
});

import { shelfContract } from '../picture-files.contract.ts';
import { fakeShelf } from './shelf.ts';

shelfContract('the fake', () => {
  const shelf = fakeShelf();
  return {
    shelf,
    at: (...parts) => ['', ...parts].join('/'),
    files: async () => [...shelf.files.keys()].toSorted(),
  };
});

import { expect, it } from 'vitest';
import { projectFiles } from '../../src/project/paths.ts';
import type { Project } from '../../src/project/project.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha256 = (content: Uint8Array): string => new TextDecoder().decode(content);
const project = { folder: '' } as Project;

/** A project whose lock knows of cat.jpg as it was bought. */
function place(there: string | null) {
  const files = fakePictureFiles();
  if (there !== null) files.files.set('cat.jpg', bytes(there));
  const ours = new Map([['cat.jpg', 'bought']]);
  const noStray = async (): Promise<boolean> => false;
  const { pictureFiles } = projectFiles(project, files, { sha256, cwd: '/work' }, ours, '.trash', noStray);
  const put = (path: string, text: string): Promise<string> =>
    pictureFiles.put(path, bytes(text), { replace: false });
  const found = (): Record<string, string> =>
    Object.fromEntries([...files.files].map(([path, content]) => [path, sha256(content)]));
  return { put, found };
}

it.each<[string, string | null, Record<string, string>]>([
  ['goes where nothing is', null, { 'cat.jpg': 'new' }],
  ['replaces the one that was bought', 'bought', { 'cat.jpg': 'new' }],
  ['stays where it is already', 'new', { 'cat.jpg': 'new' }],
  [
    'has its place, and the file that somebody changed is in the trash',
    'edited',
    { 'cat.jpg': 'new', '.trash/cat.jpg': 'edited' },
  ],
])('a new picture %s', async (_, there, expected) => {
  const { put, found } = place(there);
  expect(await put('cat.jpg', 'new')).toBe('cat.jpg');
  expect(found()).toEqual(expected);
});

it('a new picture goes beside a file that is not the project’s', async () => {
  const { put, found } = place(null);
  await put('dog.jpg', 'somebody’s');
  expect(await put('dog.jpg', 'new')).toBe('dog-2.jpg');
  expect(found()).toEqual({ 'dog.jpg': 'somebody’s', 'dog-2.jpg': 'new' });
});

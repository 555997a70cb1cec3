import { win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { relativeToProject, within } from '../../src/project/paths.ts';

describe('a path of Windows, from the folder of the project', () => {
  it.each([
    ['', 'C:\\proj', 'images\\cat.jpg', 'images/cat.jpg'],
    ['', 'C:\\proj', 'C:\\proj\\images\\cat.jpg', 'images/cat.jpg'],
    ['', 'c:\\Proj', 'C:\\proj\\images\\cat.jpg', 'images/cat.jpg'],
    ['sub', 'C:\\proj', 'sub/..cat.jpg', '..cat.jpg'],
    ['D:\\art', 'C:\\proj', 'D:/art/cat.jpg', 'cat.jpg'],
    ['D:\\', 'C:\\proj', 'D:\\cat.jpg', 'cat.jpg'],
    ['\\\\server\\share\\art', 'C:\\proj', '\\\\server\\share\\art\\cat.jpg', 'cat.jpg'],
    ['', 'C:\\proj', 'C:\\project\\cat.jpg', null],
    ['', 'C:\\proj', 'D:\\proj\\cat.jpg', null],
    ['sub', 'C:\\proj', 'cat.jpg', null],
  ])('of %j, seen from %j, is for %j %j', (folder, cwd, path, own) => {
    expect(relativeToProject({ folder }, cwd, path, win32)).toBe(own);
  });

  it('starts behind the drive where that is the project', () => {
    expect(within({ folder: 'C:\\' }, 'C:/images/cat.jpg')).toBe('images/cat.jpg');
  });
});

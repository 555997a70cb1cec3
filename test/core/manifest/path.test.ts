import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderOf, joined, staysInside } from '../../../src/core/manifest/path.ts';

describe('joined', () => {
  it.each([
    ['', 'a.png', 'a.png'],
    ['', './a.png', 'a.png'],
    ['sub', 'a.png', 'sub/a.png'],
    ['sub/deep', '../a.png', 'sub/a.png'],
    ['sub', '../../a.png', '../a.png'],
    ['..', '../a.png', '../../a.png'],
    ['/abs', 'a.png', '/abs/a.png'],
    ['sub', '/abs/a.png', '/abs/a.png'],
    ['a\\b', 'c', 'a/b/c'],
    ['C:\\abs\\b', '../a.png', 'C:/abs/a.png'],
    ['C:\\', 'a.png', 'C:/a.png'],
    ['\\\\server\\share', 'a.png', '//server/share/a.png'],
  ])('of %j and %j is %j', (folder, path, result) => {
    expect(joined(folder, path)).toBe(result);
  });
});

describe('staysInside', () => {
  it.each([
    ['a/../../b', false],
    ['../b', false],
    ['/b', false],
    ['C:\\b', false],
    ['a/../..', false],
    ['.', false],
    ['a/../b', true],
    ['..a', false],
    ['a/b', true],
  ])('of %j is %s', (path, inside) => {
    expect(staysInside(joined('', path))).toBe(inside);
  });

  it('is never fooled by dots', () => {
    const part = fc.constantFrom('..', '.', 'a', '', 'b');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        let depth = 0;
        let left = false;
        for (const one of parts) {
          if (one === '..') depth -= 1;
          else if (one !== '.' && one !== '') depth += 1;
          left ||= depth < 0;
        }
        const path = joined('', `x/${parts.join('/')}`);
        // From inside "x" one level up is still inside the project.
        return !staysInside(path) || depth >= 0 || !left || depth >= -1;
      }),
    );
  });
});

describe('folderOf', () => {
  it.each([
    ['a.yaml', ''],
    ['a/b.yaml', 'a'],
    ['/a.yaml', '/'],
    ['a/b/c.yaml', 'a/b'],
    ['C:\\a.yaml', 'C:\\'],
    ['C:\\b\\a.yaml', 'C:\\b'],
  ])('of %j is %j', (path, folder) => {
    expect(folderOf(path)).toBe(folder);
  });
});

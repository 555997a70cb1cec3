import { describe, expect, it } from 'vitest';
import { onlyThose } from '../../../src/core/manifest/select.ts';

const takes = (pattern: string, id: string, key = id): boolean =>
  onlyThose('--only', [pattern]).takes({ id, key });

describe('onlyThose', () => {
  it.each([
    ['hero', 'hero', true],
    ['hero', 'heroes', false],
    ['icons/*', 'icons/home', true],
    ['icons/*', 'icons/a/b', false],
    ['icons/**', 'icons/a/b', true],
    ['h?ro', 'hero', true],
    ['h.ro', 'hero', false],
    ['*', 'hero', true],
    ['[a]', 'a', false],
  ])('%j against %j is %s', (pattern, id, taken) => {
    expect(takes(pattern, id)).toBe(taken);
  });

  it('takes all pictures of an entry, or one by its number', () => {
    expect(takes('hero', 'hero', 'hero#2')).toBe(true);
    expect(takes('hero#2', 'hero', 'hero#2')).toBe(true);
    expect(takes('hero#2', 'hero', 'hero#3')).toBe(false);
  });

  it('says which pattern chose nothing, and what was probably meant', () => {
    const only = onlyThose('--only', ['hero', 'bannr']);
    for (const id of ['hero', 'banner']) only.takes({ id, key: id });
    expect(() => only.refuseUnused()).toThrow(
      expect.objectContaining({
        message: '--only: there is no picture "bannr".',
        hint: 'Did you mean banner?',
      }),
    );
    expect(() => onlyThose('--only', ['hero']).refuseUnused()).toThrow(
      expect.objectContaining({ message: '--only: there is no picture "hero".', hint: undefined }),
    );
    expect(onlyThose('--only', []).refuseUnused()).toBeUndefined();
  });
});

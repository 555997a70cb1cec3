import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/core/manifest/picture.ts';
import type { Entry } from '../../../src/core/manifest/entry.ts';
import { PICTURE_GROUNDS, rulesIn } from '../../../src/core/order/rules.ts';
import { hashOf } from './support.ts';

const RULES = rulesIn(
  'id hero* -> nano-banana-pro; label icon -> nano-banana-2-lite; needs edit -> nano-banana-2.1; else cheapest',
  PICTURE_GROUNDS,
);

function pictureOf(entry: Partial<Entry>) {
  const found = expand({ id: 'team', prompt: 'a cat', ...entry }, {}, RULES);
  if ('message' in found) throw new Error(found.message);
  const [picture] = found;
  if (!picture) throw new Error('no picture');
  return picture;
}

describe('a picture that names no model', () => {
  it.each<[Partial<Entry>, string]>([
    [{ id: 'hero-2' }, 'nano-banana-pro'],
    [{ labels: ['icon', 'small'] }, 'nano-banana-2-lite'],
    [{ inputs: ['a.png'] }, 'nano-banana-2.1'],
    [{}, 'auto'],
  ])('is made by the model of its rule: %j', (entry, model) => {
    expect(pictureOf(entry).model).toBe(model);
  });

  it('is the picture that it would be if it named that model, and not another for a rule that says cheapest', () => {
    expect(hashOf(pictureOf({ id: 'hero' }))).toBe(hashOf(pictureOf({ model: 'gemini-3-pro-image' })));
    expect(hashOf(pictureOf({}))).toBe(hashOf(pictureOf({ model: 'auto' })));
  });

  it('is not the one that names a model: that goes before every rule', () => {
    expect(pictureOf({ id: 'hero', model: 'auto' })).toMatchObject({ model: 'auto', rule: null });
    expect(pictureOf({ id: 'hero' }).rule).toBe('id hero* -> nano-banana-pro');
  });
});

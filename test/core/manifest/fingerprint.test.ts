import { describe, expect, it } from 'vitest';
import { askedOf, canonical, changesIn, shortened } from '../../../src/core/manifest/fingerprint.ts';
import type { Picture } from '../../../src/core/manifest/picture.ts';
import { aPictureWanted, digest, hashOf } from './support.ts';

describe('canonical', () => {
  it('is what locks and stores hold hashes of, and never changes', () => {
    const picture = aPictureWanted({
      model: 'Nano-Banana-Pro',
      size: '2K',
      aspect: '16:9',
      needs: ['text', 'edit', 'text'],
      n: 2,
    });
    expect(canonical(askedOf(picture, 'p', ['i', 'j']))).toBe(
      '["pixtab.picture/1","gemini-3-pro-image","2K","16:9",null,["edit","text"],"p",["i","j"],2]',
    );
  });

  it.each<[string, Partial<Picture>]>([
    ['the prompt', { prompt: 'a dog' }],
    ['the model', { model: 'nano-banana-pro' }],
    ['the size', { size: '4K' }],
    ['the aspect', { aspect: '1:1' }],
    ['how much it thinks', { thinking: 'high' }],
    ['an ability', { needs: ['search'] }],
    ['its number', { n: 2 }],
  ])('differs with %s', (_, facts) => {
    expect(hashOf(aPictureWanted(facts))).not.toBe(hashOf(aPictureWanted()));
  });

  it.each<[string, Partial<Picture>]>([
    ['the lane', { lane: 'flex' }],
    ['the place', { out: 'elsewhere' }],
    ['the format', { format: 'webp', quality: 50 }],
    ['the id', { id: 'other', key: 'other' }],
    ['the usual size in words', { size: '1K' }],
    ['AUTO in capitals', { model: 'AUTO' }],
  ])('is the same with another %s', (_, facts) => {
    expect(hashOf(aPictureWanted(facts))).toBe(hashOf(aPictureWanted()));
  });

  it('knows a model by any of its names', () => {
    const [a, b] = ['nano-banana-pro', 'gemini-3-pro-image'].map((model) =>
      hashOf(aPictureWanted({ model })),
    );
    expect(a).toBe(b);
  });

  it('fails on a model that does not exist', () => {
    expect(() => hashOf(aPictureWanted({ model: 'banana-split' }))).toThrow(/no model/);
  });
});

describe('changesIn', () => {
  it('names what is different, also against what a lock kept of it', () => {
    const before = shortened(askedOf(aPictureWanted(), digest('a cat'), [digest('one')]));
    const after = askedOf(aPictureWanted({ size: '4K' }), digest('a dog'), [digest('two')]);
    expect(changesIn(before, after)).toEqual(['prompt', 'size', 'inputs']);
    expect(changesIn(before, askedOf(aPictureWanted(), digest('a cat'), [digest('one')]))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { readEntry } from '../../../src/core/manifest/entry.ts';
import { askedOf, canonical, changesIn, shortened } from '../../../src/core/manifest/fingerprint.ts';
import type { Picture } from '../../../src/core/manifest/picture.ts';
import { aPictureWanted, digest, hashOf } from './support.ts';

describe('canonical', () => {
  it('is what locks and stores hold hashes of, and never changes', () => {
    const picture = aPictureWanted({
      model: 'Nano-Banana-Pro',
      size: '2K',
      aspect: '16:9',
      needs: ['search', 'commentary', 'edit', 'commentary'],
      n: 2,
    });
    expect(canonical(askedOf(picture, 'p', ['i', 'j']))).toBe(
      '["pixtab.picture/1","gemini-3-pro-image","2K","16:9",null,["edit","search","text"],"p",["i","j"],2]',
    );
  });

  it('has commentary under the name that it had in the first locks, so that nothing is bought again', () => {
    const needs = readEntry({ id: 'hero', needs: ['text', 'edit'] }).value?.needs ?? [];
    expect(needs).toEqual(['commentary', 'edit']);
    expect(askedOf(aPictureWanted({ needs }), 'p', []).needs).toEqual(['edit', 'text']);
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

  it('is the same whatever happens once the model was shut down', () => {
    expect(hashOf(aPictureWanted({ onRetired: 'successor' }))).toBe(hashOf(aPictureWanted()));
  });

  it('knows a model that ended long ago by the name it was given', () => {
    expect(askedOf(aPictureWanted({ model: ' Imagen-3 ' }), 'p', []).model).toBe('imagen-3');
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

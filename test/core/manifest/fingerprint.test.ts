import { describe, expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { readEntry } from '../../../src/core/manifest/entry.ts';
import {
  askedIn,
  askedOf,
  attemptAfter,
  attemptIdOf,
  canonical,
  changesIn,
  differenceOf,
  hashIn,
  shortened,
} from '../../../src/core/manifest/fingerprint.ts';
import type { Picture } from '../../../src/core/manifest/picture.ts';
import { anOrder } from '../../support/pricing.ts';
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

  it('is the same where it says how much the model thinks by itself', () => {
    const { thinkingDefault } = findModel('nano-banana-2.1');
    const wanted = aPictureWanted({ model: 'nano-banana-2.1' });
    expect(thinkingDefault).not.toBeNull();
    expect(hashOf({ ...wanted, thinking: thinkingDefault })).toBe(hashOf(wanted));
    expect(hashOf({ ...wanted, model: 'auto', thinking: thinkingDefault })).not.toBe(
      hashOf({ ...wanted, model: 'auto' }),
    );
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

  it('goes by the sixteen digits of each hash that a lock keeps', () => {
    const asked = (digits: number) =>
      askedOf(aPictureWanted(), 'c'.repeat(digits), ['a'.repeat(digits), 'b'.repeat(digits)]);
    expect(shortened(asked(64))).toEqual(asked(16));
    expect(changesIn(asked(16), asked(64))).toEqual([]);
  });
});

describe('an order', () => {
  it('is known as the manifest that names its model, size and aspect would know it', () => {
    const facts = { model: 'nano-banana-2.1', size: '2K', aspect: '16:9', thinking: 'high' } as const;
    const wanted = askedOf(aPictureWanted({ ...facts, needs: ['search'], n: 3 }), 'p', ['i']);
    const order = anOrder('nano-banana-2.1', { size: '2K', aspect: '16:9', thinking: 'high' });
    expect(askedIn(order, { prompt: 'p', inputs: ['i'], n: 3, needs: ['search'] })).toEqual(wanted);
    const usual = anOrder('nano-banana-2.1');
    expect(askedIn(usual, { prompt: 'p', inputs: [], n: 1, needs: [] }).thinking).toBeNull();
  });
});

describe('a picture beside the one that was asked for before', () => {
  const side = (hash: string, prompt: string) => ({
    hash,
    asked: askedOf(aPictureWanted({ prompt }), digest(prompt), []),
  });

  it.each([
    ['is new', undefined, { action: 'create', why: [] }],
    ['is the same', side('b', 'a dog'), { action: 'keep', why: [] }],
    ['is another', side('a', 'a cat'), { action: 'change', why: ['prompt'] }],
  ])('%s', (_, before, difference) => {
    expect(differenceOf(before, side('b', 'a dog'))).toEqual(difference);
  });
});

describe('attempts at a picture of a project', () => {
  const hash = '0123456789abcdef'.repeat(4);

  it('are numbered, and know their picture', () => {
    expect(hashIn(attemptIdOf(hash, 7))).toBe(hash);
    expect(hashIn(attemptIdOf(hash, 12))).toBe(hash);
    expect(attemptAfter(attemptIdOf(hash, 9))).toBe(attemptIdOf(hash, 10));
  });

  it.each([
    '0123-1',
    hash,
    `${hash}-`,
    `${hash}-x`,
    `x${hash}-1`,
    `${hash}-1-2`,
    `${hash.toUpperCase()}-1`,
    '00000001-fake',
  ])('are none of %s', (id) => {
    expect([hashIn(id), attemptAfter(id)]).toEqual([null, null]);
  });
});

import { describe, expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { lacksSignature, latestThatFit, picturesOf } from '../../../src/core/order/answer-parts.ts';
import { turnSize, turnsRoom, uploadsOf } from '../../../src/core/order/uploads.ts';
import { anOrder } from '../../support/pricing.ts';

const LITE = findModel('nano-banana-2-lite');
const signed = { inlineData: { data: 'AAAA', mimeType: 'image/jpeg' }, thoughtSignature: 'c2ln' };
const bare = { inlineData: { data: 'BBBB', mimeType: 'image/png' } };

describe('the pictures of an answer', () => {
  it.each<[string, unknown, object | null]>([
    ['as Google writes them', signed, { data: 'AAAA', mimeType: 'image/jpeg', isSigned: true }],
    [
      'as protobuf spells them',
      { inline_data: { data: 'AAAA', mime_type: 'image/webp' }, thought_signature: 'c2ln' },
      { data: 'AAAA', mimeType: 'image/webp', isSigned: true },
    ],
    ['without a signature', bare, { data: 'BBBB', mimeType: 'image/png', isSigned: false }],
    [
      'with an empty one',
      { ...bare, thoughtSignature: '' },
      { data: 'BBBB', mimeType: 'image/png', isSigned: false },
    ],
    [
      'with an odd one',
      { ...bare, thoughtSignature: 7 },
      { data: 'BBBB', mimeType: 'image/png', isSigned: false },
    ],
    [
      'without a type',
      { inlineData: { data: 'BBBB' } },
      { data: 'BBBB', mimeType: 'image/png', isSigned: false },
    ],
    ['but no text', { text: 'Here.' }, null],
    ['but nothing odd', null, null],
    ['but no data that is none', { inlineData: { data: 7 } }, null],
  ])('are found %s', (_, part, picture) => {
    expect(picturesOf({ answer: [part] })).toEqual(picture === null ? [] : [picture]);
  });

  it('must all be signed for a model that thinks', () => {
    const lacks = (model: string, ...answer: readonly unknown[]) =>
      lacksSignature({ answer }, findModel(model));
    expect(lacks('nano-banana-2.1', signed, { text: 'x' })).toBe(false);
    expect(lacks('nano-banana-2.1', signed, bare)).toBe(true);
    expect(lacks('nano-banana', signed, bare)).toBe(false);
  });
});

describe('the turns of a conversation that one request holds', () => {
  const half = () => Math.floor(turnsRoom(LITE) / 2);
  // What may be escaped counts for six bytes, and is counted at once.
  const turn = (name: string, size: number) => {
    const empty = { prompt: name, inputs: [], answer: ['', ''], pictures: 1, words: '' };
    const more = size - turnSize(empty);
    return { ...empty, answer: ['é'.repeat(more / 6), 'A'.repeat(more % 6)] };
  };
  const namesOf = (...turns: readonly ReturnType<typeof turn>[]) =>
    latestThatFit(turns, LITE).map(({ prompt }) => prompt);

  it('are the latest', () => {
    expect(namesOf(turn('a', half()), turn('b', half()))).toEqual(['a', 'b']);
    expect(namesOf(turn('a', 1_000), turn('b', half() + 1), turn('c', half()))).toEqual(['c']);
    expect(namesOf(turn('a', 1_000), turn('b', 2 * half() + 2))).toEqual([]);
    expect(namesOf()).toEqual([]);
  });

  it('leave room for a prompt, and are not refused', () => {
    const history = latestThatFit([turn('a', half()), turn('b', half())], LITE);
    expect(history).toHaveLength(2);
    expect(uploadsOf(anOrder(LITE.id, { history, prompt: 'Now as night falls.' }))).toEqual([]);
  });
});

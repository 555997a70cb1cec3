import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { promptTokens } from '../../../src/core/pricing/tokens.ts';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

describe('promptTokens', () => {
  it('counts no prompt as no words', () => {
    expect(promptTokens('')).toEqual({ low: 0, expected: 0, high: 8 });
  });

  it.each([
    ['a lighthouse at dusk', 5],
    ['1234567890', 10],
    ['夕暮れの灯台', 6],
    ['маяк на закате', 7],
    ['🗼🌅', 4],
  ])('expects of %s about %i tokens', (prompt, expected) => {
    expect(promptTokens(prompt).expected).toBe(expected);
  });

  it('never counts less at its highest than the bytes of the text, in any script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (prompt) => {
        expect(promptTokens(prompt).high).toBeGreaterThanOrEqual(bytesOf(prompt));
      }),
    );
  });

  it('never undershoots on a lone surrogate, which is sent as three bytes', () => {
    expect(promptTokens('\uD800'.repeat(100)).high).toBeGreaterThanOrEqual(300);
  });

  it('goes up from low to high, and never down when the prompt grows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (prompt, more) => {
        const before = promptTokens(prompt);
        const after = promptTokens(prompt + more);
        expect(before.low).toBeLessThanOrEqual(before.expected);
        expect(before.expected).toBeLessThanOrEqual(before.high);
        expect(after.expected).toBeGreaterThanOrEqual(before.expected);
        expect(after.high).toBeGreaterThanOrEqual(before.high);
      }),
    );
  });
});

describe('one character, twelve times', () => {
  it.each([
    // letters and blanks are a quarter of a token, marks a half, digits a whole one
    ['a', 3, 12],
    ['z', 3, 12],
    ['A', 3, 12],
    ['Z', 3, 12],
    [' ', 3, 12],
    ['0', 12, 12],
    ['9', 12, 12],
    ['/', 6, 12],
    [':', 6, 12],
    ['@', 6, 12],
    ['[', 6, 12],
    ['`', 6, 12],
    ['{', 6, 12],
    ['\u007f', 6, 12],
    // and so are letters of two bytes; what has three is a word of its own
    ['\u0080', 6, 24],
    ['\u07ff', 6, 24],
    ['\u0800', 12, 36],
    ['猫', 12, 36],
  ])('%j counts %i tokens, and %i bytes at most', (character, expected, bytes) => {
    expect(promptTokens(character.repeat(12))).toEqual({
      low: Math.floor(expected / 2),
      expected,
      high: bytes + 8,
    });
  });
});

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

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonSize } from '../../../src/core/order/uploads.ts';

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

it('is never less than the JSON of a value has', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => jsonSize(value) >= sizeOf(value)));
});

it('is never less than the JSON of a text has', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => jsonSize(text) >= sizeOf(text)));
});

it('is hardly more where it matters: for base64', () => {
  const answer = [
    { inlineData: { mimeType: 'image/jpeg', data: 'a+/='.repeat(10_000) }, thoughtSignature: 'x' },
  ];
  expect(jsonSize(answer) - sizeOf(answer)).toBeLessThan(10);
});

it('counts what stands between the values', () => {
  for (const value of [{ a: 1, b: [2, 3] }, [[], {}, null, true], { a: { b: { c: 'd' } } }]) {
    expect(jsonSize(value)).toBeGreaterThanOrEqual(sizeOf(value));
  }
});

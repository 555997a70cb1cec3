import { describe, expect, it } from 'vitest';
import { EXIT, exitCodeOf, Failure, MEANING } from '../../src/core/errors.ts';

describe('failures', () => {
  // The numbers are public API: scripts branch on them.
  it.each([
    ['bug', 1],
    ['usage', 2],
    ['auth', 3],
    ['budget', 4],
    ['refused', 5],
    ['partial', 6],
    ['rate-limited', 7],
    ['unconfirmed', 8],
    ['unavailable-model', 9],
    ['unavailable', 10],
    ['disk', 11],
    ['pending', 12],
    ['cancelled', 130],
  ] as const)('%s exits with %i', (kind, code) => {
    expect(exitCodeOf(new Failure(kind, 'x'))).toBe(code);
  });

  it('have one meaning each', () => {
    expect(Object.keys(MEANING)).toEqual(Object.keys(EXIT));
    expect(new Set(Object.values(EXIT)).size).toBe(Object.keys(EXIT).length);
  });

  it('treat anything else as a bug', () => {
    expect(exitCodeOf(new TypeError('x'))).toBe(1);
  });

  it('say whether money may be gone', () => {
    expect(new Failure('unconfirmed', 'x').charged).toBe('unknown');
    expect(new Failure('disk', 'x').charged).toBe('yes');
    expect(new Failure('unavailable', 'x').charged).toBe('no');
    expect(new Failure('refused', 'x', { charged: 'yes' }).charged).toBe('yes');
  });
});

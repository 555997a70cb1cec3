import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunks } from '../../../src/core/policy/batch-queue.ts';
import { describeError, isCertainlyFree } from '../../../src/core/policy/rpc.ts';

const request = fc.record({ bytes: fc.nat(50), tokens: fc.nat(50) });
const most = fc.record({
  requests: fc.integer({ min: 1, max: 10 }),
  bytes: fc.integer({ min: 50, max: 200 }),
  tokens: fc.integer({ min: 50, max: 200 }),
});

describe('requests divided into jobs', () => {
  it('stay in their order, all of them, and within every limit', () => {
    fc.assert(
      fc.property(fc.array(request), most, (requests, most) => {
        const jobs = chunks(requests, most);
        expect(jobs.flat()).toEqual(requests);
        for (const job of jobs) {
          const sum = (of: 'bytes' | 'tokens') => job.reduce((total, each) => total + each[of], 0);
          expect(job.length).toBeGreaterThan(0);
          expect(job.length).toBeLessThanOrEqual(most.requests);
          expect(sum('bytes')).toBeLessThanOrEqual(most.bytes);
          expect(sum('tokens')).toBeLessThanOrEqual(most.tokens);
        }
      }),
    );
  });

  it('fill a job to its last byte before the next is begun', () => {
    const five = Array.from({ length: 5 }, () => ({ bytes: 10, tokens: 1 }));
    expect(chunks(five, { requests: 9, bytes: 20, tokens: 9 }).map(({ length }) => length)).toEqual([
      2, 2, 1,
    ]);
    expect(chunks(five, { requests: 2, bytes: 99, tokens: 9 }).map(({ length }) => length)).toEqual([
      2, 2, 1,
    ]);
    expect(chunks(five, { requests: 9, bytes: 99, tokens: 2 }).map(({ length }) => length)).toEqual([
      2, 2, 1,
    ]);
  });

  it('leave what is too large for any job alone in its own', () => {
    const jobs = chunks(
      [
        { bytes: 1, tokens: 1 },
        { bytes: 100, tokens: 1 },
        { bytes: 1, tokens: 1 },
      ],
      { requests: 9, bytes: 10, tokens: 9 },
    );
    expect(jobs.map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});

describe('an error in the place of an answer', () => {
  it.each([
    [{ code: 3, message: 'bad part' }, 'INVALID_ARGUMENT: bad part', true],
    [{ code: 1, message: '' }, 'CANCELLED', true],
    [{ code: 13, message: '' }, 'INTERNAL', true],
    [{ code: 2, message: '' }, 'UNKNOWN', false],
    [{ code: 4, message: 'late' }, 'DEADLINE_EXCEEDED: late', false],
    [{ code: 99, message: '' }, 'error 99', false],
  ])('%j is said as %s; certainly free: %s', (error, said, free) => {
    expect(describeError(error)).toBe(said);
    expect(isCertainlyFree(error)).toBe(free);
  });
});

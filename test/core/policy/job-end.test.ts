import { describe, expect, it } from 'vitest';
import {
  goneAt,
  isComplete,
  isFree,
  madeNothing,
  whatIsMissing,
  type JobEnd,
} from '../../../src/core/policy/job-end.ts';
import { isSilent } from '../../../src/core/policy/lease.ts';
import { describeError, isCertainlyFree, isRpcStatus } from '../../../src/core/policy/rpc.ts';

const end = (facts: Partial<JobEnd> = {}): JobEnd => ({
  state: 'succeeded',
  counts: { succeeded: 2, failed: 1 },
  answers: 2,
  errors: 1,
  isWhole: true,
  ...facts,
});
const counts = (succeeded: number, failed: number) => ({ succeeded, failed });

describe('a job that ended', () => {
  it.each<[string, Partial<JobEnd>, boolean]>([
    ['all that is counted came', {}, true],
    ['an answer is missing', { answers: 1 }, false],
    ['an error is missing, and the results ended', { errors: 0 }, true],
    ['an error is missing, and the results did not end', { errors: 0, isWhole: false }, false],
    ['all came, though the results did not end', { isWhole: false }, true],
    ['more came than is counted', { answers: 3, errors: 2, isWhole: false }, true],
    ['an error came for an answer', { answers: 1, errors: 2, isWhole: false }, false],
    ['nobody counts, and the results ended', { counts: null, answers: 0 }, true],
    ['nobody counts, and they did not end', { counts: null, isWhole: false }, false],
    ['it has no results yet', { isWhole: null, answers: 0, errors: 0 }, false],
    [
      'it failed, has no results, and no success is counted',
      { state: 'failed', isWhole: null, counts: counts(0, 3), answers: 0 },
      true,
    ],
    ['it succeeded, and has no results', { isWhole: null, counts: counts(0, 3), answers: 0 }, false],
    [
      'it failed, has no results, and a success is counted',
      { state: 'failed', isWhole: null, counts: counts(1, 2), answers: 0 },
      false,
    ],
    [
      'it failed, has no results, and nobody counts',
      { state: 'failed', isWhole: null, counts: null, answers: 0 },
      false,
    ],
    [
      'it failed, has no results now, and an answer came before',
      { state: 'failed', isWhole: null, counts: counts(0, 3), answers: 1 },
      false,
    ],
  ])('is complete where %s: %s', (_, facts, complete) => {
    expect(isComplete(end(facts))).toBe(complete);
  });

  it('that has results has made something, whatever it says', () => {
    expect(madeNothing(end({ state: 'failed', counts: counts(0, 3), answers: 0 }))).toBe(false);
  });

  const bad = { code: 3, message: 'bad part' };
  const late = { code: 4, message: 'late' };
  it.each<[string, typeof bad | null, Partial<JobEnd>, boolean]>([
    ['its error says so', bad, {}, true],
    ['its error leaves it open', late, {}, false],
    ['its error says so, and all came though the results did not end', bad, { isWhole: false }, true],
    ['its error says so, and more may come', bad, { isWhole: false, errors: 0 }, false],
    ['the count says that it was answered', bad, { answers: 1, errors: 2 }, false],
    ['fewer answers came than are counted, and as many errors', bad, { answers: 1 }, true],
    ['more errors came than are counted, and all answers', bad, { errors: 2 }, true],
    ['nobody counts', bad, { counts: null }, true],
    ['it has neither answer nor error', null, {}, false],
    [
      'the job made nothing',
      null,
      { state: 'expired', isWhole: null, counts: counts(0, 0), answers: 0 },
      true,
    ],
  ])('leaves a request free where %s: %s', (_, error, facts, free) => {
    expect(isFree(error, end(facts))).toBe(free);
  });

  it('keeps its results for two days', () => {
    expect(goneAt(1_000)).toBe(1_000 + 48 * 3_600_000);
  });

  it.each<[Partial<JobEnd>, string]>([
    [{ isWhole: null }, 'The API says that the job ended as succeeded, and there are no results of it yet.'],
    [{ isWhole: false }, 'The results do not come to their end.'],
    [{ counts: null }, 'The results do not come to their end.'],
    [{ errors: 0 }, 'The API counts 3 results, and 2 of them came.'],
  ])('says what is missing: %j', (facts, words) => {
    expect(whatIsMissing(end(facts))).toBe(words);
  });
});

describe('an error in the place of an answer', () => {
  it.each([
    [0, false, 'OK'],
    [1, true, 'CANCELLED'],
    [2, false, 'UNKNOWN'],
    [3, true, 'INVALID_ARGUMENT'],
    [4, false, 'DEADLINE_EXCEEDED'],
    [13, true, 'INTERNAL'],
    [16, true, 'UNAUTHENTICATED'],
    [17, false, 'error 17'],
    [-1, false, 'error -1'],
  ])('of code %i is certainly free: %s (%s)', (code, free, name) => {
    expect(isCertainlyFree({ code, message: '' })).toBe(free);
    expect(describeError({ code, message: '' })).toBe(name);
    expect(describeError({ code, message: 'why' })).toBe(`${name}: why`);
  });

  it('has a status of google.rpc', () => {
    expect(['INTERNAL', 'internal', 'OK', '', 13].map(isRpcStatus)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });
});

describe('a process that cannot be seen', () => {
  const MINUTE = 60_000;
  const NOW = 1_000 * MINUTE;
  const last = (minutesAgo: number, beats = 7) => ({ beats, at: NOW - minutesAgo * MINUTE });

  it.each<[string, boolean, ReturnType<typeof last>, ReturnType<typeof last> | null]>([
    ['said nothing new for five minutes by our clock', true, last(0), last(5)],
    ['said something less than five minutes ago', false, last(0), last(4.999)],
    ['has beaten since we looked', false, last(0, 8), last(30)],
    ['was never watched, and spoke within the difference of clocks', false, last(64.999), null],
    ['was never watched, and spoke before any difference of clocks', true, last(65), null],
    ['has a clock that is ahead', false, last(-30), null],
    ['has beaten since, long ago', true, last(65, 8), last(1)],
  ])('that %s is taken for dead: %s', (_, dead, beat, seen) => {
    expect(isSilent(beat, seen, NOW)).toBe(dead);
  });
});

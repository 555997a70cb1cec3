import { describe, expect, it } from 'vitest';
import { readError } from '../../../src/adapters/failures/error-body.ts';
import { statedWait } from '../../../src/adapters/failures/retry-after.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

const wait = (message: string, header = '', retryDelay = '') =>
  statedWait(
    new Headers(header === '' ? {} : { 'retry-after': header }),
    { ...readError(''), message, retryDelay },
    NOW,
  );

describe('how long a server asks to wait', () => {
  it.each<[string, number | null]>([
    ['Please retry in 54.887755558s.', 54.888],
    ['Please retry in 900.2ms.', 0.901],
    ['Retry in 5 s.', 5],
    ['Try again after 5 minutes.', 300],
    ['Try again in 1 hour.', 3_600],
    ['Retry after 1h2m3s.', 3_723],
    ['Retry in 1h 2m 3s please.', 3_723],
    ['Retry in 12 milliseconds', 0.012],
    ['Retry in 3s, or again in 7s.', 7],
    ['Retry in 0s', 0],
    ['Retry in 5 parsecs', null],
    ['Wait 5s.', null],
    ['', null],
  ])('%s', (message, seconds) => {
    expect(wait(message)).toBe(seconds);
  });

  it.each<[string, number | null]>([
    ['12', 12],
    ['1.25', 1.25],
    ['12 minutes', null],
    ['at 12', null],
    ['0x10', null],
    ['Sun, 22 Nov 2026 12:01:30 GMT', 90],
    ['On Sun, 22 Nov 2026 12:01:30 GMT', null],
    ['Sun, 22 Nov 2026 12:01:30 GMT+1', null],
  ])('in a header: %s', (header, seconds) => {
    expect(wait('', header)).toBe(seconds);
  });

  it('in the details', () => {
    expect(wait('', '', '48s')).toBe(48);
    expect(wait('retry in 47.6s', '3', '48s')).toBe(48);
  });
});

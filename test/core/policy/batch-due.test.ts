import { expect, it } from 'vitest';
import { dueSentence, type Waiting } from '../../../src/core/policy/batch-queue.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;
const ago = (hours: number, ended = false): Waiting => ({ ended, since: NOW - hours * HOUR });

it.each<[string, readonly Waiting[], string | null]>([
  ['nothing of no jobs', [], null],
  ['nothing of a job that may well still run', [ago(23)], null],
  [
    'of a job that should be done by now',
    [ago(24)],
    '1 batch job to fetch, whose results may be gone in 24 hours',
  ],
  ['of a job that ended', [ago(1, true)], '1 batch job to fetch, whose results may be gone in 47 hours'],
  [
    'the nearest end of several',
    [ago(2, true), ago(47), ago(3)],
    '2 batch jobs to fetch, the first results of which may be gone in 1 hour',
  ],
  [
    'that it may be too late from that moment on',
    [ago(48)],
    '1 batch job to fetch, whose results may be gone already',
  ],
  ['that it may be too late', [ago(49)], '1 batch job to fetch, whose results may be gone already'],
  [
    'that it may be too late for some',
    [ago(49), ago(30)],
    '2 batch jobs to fetch, some of whose results may be gone already',
  ],
])('says %s', (_, jobs, sentence) => {
  expect(dueSentence(jobs, NOW)).toBe(sentence);
});

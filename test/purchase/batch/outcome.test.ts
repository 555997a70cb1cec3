import { expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { endOfItems, outcomeOfJobs } from '../../../src/purchase/batch/outcome.ts';
import type { Job, JobItem, JobTally } from '../../../src/ports/index.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { anImage, aPlan } from '../../support/purchases.ts';

const DONE = { jobId: 'job', status: 'done', failure: null } as const;
const unread = new Failure(
  'unread',
  'The picture is there, and the answer holds more that is not understood.',
);

it('ends as generate does where an answer holds more than its picture, although every picture is on disk', () => {
  const answers = [{ images: [anImage()], failure: unread }];
  expect(outcomeOfJobs([DONE], [], answers)).toMatchObject({ outcome: 'unread', exitCode: 11 });
  expect(outcomeOfJobs([DONE], [], [{ images: [anImage()], failure: null }])).toMatchObject({ exitCode: 0 });
});

it('says of an answer without a picture what its job says of it', () => {
  expect(outcomeOfJobs([DONE], [], [{ images: [], failure: unread }])).toMatchObject({ exitCode: 0 });
});

it('ends as the failure that stopped a job, whatever the others came to', () => {
  const full = new Failure('disk', 'The disk is full.');
  const stuck = { jobId: 'stuck', status: 'running', failure: full } as const;
  expect(outcomeOfJobs([DONE, stuck], [])).toMatchObject({
    outcome: 'disk',
    failure: { message: full.message },
  });
});

it('says what is not finished yet, and what each job waits for, once', () => {
  const running = (jobId: string) => ({ jobId, status: 'running', failure: null }) as const;
  const waits = (jobId: string, why: string | null) => ({ jobId, why }) as Job;
  const jobs = [
    waits('a', 'It is queued.'),
    waits('b', 'It is queued.'),
    waits('c', null),
    waits('job', 'It is over.'),
  ];
  expect(outcomeOfJobs([DONE, running('a'), running('b'), running('c')], jobs)).toMatchObject({
    exitCode: 12,
    failure: { message: '3 jobs not finished yet. It is queued.', charged: 'no' },
  });
});

it('is not whole while an answer is booked that nobody understood, and says why with the words of the first job that has some', () => {
  const job = (why: string | null, items: Partial<JobTally>) => {
    const none = { open: 0, saved: 0, refused: 0, failed: 0, unconfirmed: 0 };
    return { jobId: 'job', requests: 1, why, items: { ...none, ...items } } as Job;
  };
  const jobs = [
    job(null, { saved: 1 }),
    job('It holds no picture.', { open: 1 }),
    job('Other.', { saved: 1 }),
  ];
  expect(outcomeOfJobs([DONE], jobs)).toMatchObject({
    outcome: 'unread',
    failure: { message: '2 of 3 images on disk. It holds no picture.' },
  });
});

it('says why requests of a job brought no picture, each kind once, and what may be charged for them', () => {
  const item = (state: JobItem['state'], images = 0, why: string | null = null, attemptId = 'a') =>
    ({ state, images, why, attempt: aPlan({ attemptId, expected: usd('0.02') }) }) as JobItem;
  const end = endOfItems([
    item('saved', 1),
    item('saved', 0, 'It was blocked.'),
    item('unconfirmed', 0, null, 'first'),
    item('unconfirmed', 0, null, 'second'),
    item('released'),
    item('settled'),
  ]);
  expect([end.unconfirmed, end.unsure]).toEqual([usd('0.04'), ['first', 'second']]);
  expect(end.failures.map(({ kind, charged, message }) => [kind, charged, message])).toEqual([
    ['unconfirmed', 'unknown', 'It was blocked.'],
    ['unread', 'yes', 'It was blocked.'],
    ['refused', 'yes', 'It was blocked.'],
    ['unavailable', 'no', 'It was blocked.'],
  ]);
  expect(endOfItems([item('saved', 1), item('saved', 2)])).toEqual({
    failures: [],
    unconfirmed: 0n,
    unsure: [],
  });
});

import { expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { outcomeOfJobs } from '../../../src/purchase/batch/outcome.ts';
import { anImage } from '../../support/purchases.ts';

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

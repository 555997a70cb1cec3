import { failed, saved } from '../ends.ts';
import type { Exception, Scenario } from '../scenario.ts';

const onlyJobs: Exception = {
  doors: ['generate', 'edit', 'apply', 'recover', 'queue'],
  why: 'only a job ends like this',
  ends: null,
};

/** The next apply finds that it was not charged. */
const boughtAgain = (ends: Exception['ends']): Exception => ({
  doors: ['apply by batch'],
  why: 'apply buys what was not charged, and a fetch buys nothing',
  ends,
});

export const JOBS: readonly Scenario[] = [
  {
    name: 'a job that fails was not charged',
    faults: 'batch-failed',
    ends: failed(10, 'unavailable'),
    unless: [onlyJobs, boughtAgain({ ...saved(1), sent: 2, states: ['released', 'saved'] })],
  },
  {
    name: 'a job that expires was not charged',
    faults: 'batch-expired',
    ends: failed(10, 'unavailable'),
    unless: [onlyJobs, boughtAgain({ ...saved(1), sent: 2, states: ['released', 'saved'] })],
  },
  {
    name: 'a job that brings one of two makes it partial',
    count: 2,
    faults: 'batch-item-errors',
    ends: { ...saved(1), exit: 6, outcome: 'partial', states: ['saved', 'released'] },
    unless: [onlyJobs, boughtAgain({ ...saved(2), states: ['saved', 'released', 'saved'] })],
  },
];

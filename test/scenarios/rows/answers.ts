import { QUEUE } from '../doors.ts';
import { saved } from '../ends.ts';
import type { Scenario } from '../scenario.ts';

export const ANSWERS: readonly Scenario[] = [
  {
    name: 'further pictures of an answer are put beside it',
    faults: 'drafts=3',
    ends: { ...saved(1), pictures: 3 },
    unless: [{ doors: QUEUE, why: 'a store has one file for a picture', ends: { pictures: 1 } }],
  },
  { name: 'an interim picture among the thoughts is no picture', faults: 'interim', ends: saved(1) },
  {
    name: 'an answer that reports no usage is booked at the quote',
    faults: 'no-usage',
    ends: { ...saved(1), settled: 'estimated' },
  },
  {
    name: 'usage that is not split is booked at the dearer rate',
    faults: 'no-details',
    ends: { ...saved(1), settled: 'more' },
  },
  { name: 'a picture of another type than it says is one', faults: 'wrong-type', ends: saved(1) },
  { name: 'values that nobody has heard of do no harm', faults: 'unknown-words', ends: saved(1) },
];

import { failed, givenBack, inOneJob, refused, saved, stays, unheard, waits } from '../ends.ts';
import type { Scenario } from '../scenario.ts';

const queued = waits({ ...saved(1), sent: 2 });
const takenAgain = givenBack({ ...saved(1), sent: 2 });
const held = (exit: number, outcome: string) =>
  waits({ ...failed(exit, outcome), first: exit, sent: 2, states: ['held'] });

export const LIMITS: readonly Scenario[] = [
  {
    name: 'a limit of minutes is waited for',
    faults: '429',
    ends: { ...saved(1), sent: 2 },
    unless: [unheard],
  },
  {
    name: 'a limit of minutes that does not end is given up',
    faults: '429x*',
    isEndless: true,
    flags: ['--retries', '2'],
    ends: failed(7, 'rate-limited', 3),
    unless: [
      unheard,
      waits({ ...failed(12, 'pending', 5), first: 12, states: ['held'] }),
      givenBack({ sent: 12 }),
    ],
  },
  {
    name: 'a wait of most of a day is not waited for',
    faults: '429-absurd',
    ends: failed(7, 'rate-limited'),
    unless: [unheard, queued, takenAgain],
  },
  {
    name: 'a quota of the day that is used up ends it',
    faults: '429-day',
    ends: failed(7, 'rate-limited'),
    unless: [unheard, queued, takenAgain],
  },
  {
    name: 'a monthly cap ends it',
    faults: '429-cap',
    ends: failed(7, 'rate-limited'),
    unless: [unheard, queued, takenAgain],
  },
  {
    name: 'money that is spent too fast is waited for',
    faults: '429-spend',
    ends: { ...saved(1), sent: 2 },
    unless: [unheard],
  },
  {
    name: 'a key without billing ends it',
    faults: '429-limit-0x*',
    ends: failed(3, 'auth'),
    unless: [unheard, stays(), held(3, 'auth')],
  },
  {
    name: 'credit that is used up ends it',
    faults: '429-creditsx*',
    ends: failed(3, 'auth'),
    unless: [unheard, stays(), held(3, 'auth')],
  },
  {
    name: 'a quota of the day that is used up in the middle leaves what came before',
    count: 2,
    faults: 'ok,429-day',
    ends: { ...saved(1), exit: 6, outcome: 'partial', sent: 2, states: ['saved', 'released'] },
    unless: [
      inOneJob,
      waits({ ...saved(2), sent: 1 }),
      givenBack({ ...saved(2), sent: 3 }),
      {
        doors: ['recover'],
        why: 'the first is all that was sent',
        ends: { ...saved(1), states: ['saved', 'released'] },
      },
    ],
  },
  {
    name: 'what may have been charged is more pressing than a quota that is used up',
    count: 2,
    faults: 'PROHIBITED_CONTENT,429-day',
    ends: { ...refused(1), sent: 2, states: ['saved', 'released'] },
    unless: [
      { ...inOneJob, ends: { ...refused(2), sent: 1 } },
      givenBack({ ...saved(2), exit: 6, outcome: 'partial', sent: 3, pictures: 1 }),
      {
        doors: ['recover'],
        why: 'the first is all that was sent',
        ends: { ...refused(1), states: ['saved', 'released'] },
      },
    ],
  },
];

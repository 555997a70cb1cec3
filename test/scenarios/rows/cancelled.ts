import { JOBS } from '../doors.ts';
import { notSent, saved, stays } from '../ends.ts';
import type { Exception, Scenario } from '../scenario.ts';

const goesOn = (count: number): Exception => ({
  doors: JOBS,
  why: 'a job goes on at the API',
  ends: { ...saved(count), first: 130, sent: 1 },
});

/** It did as it was told. */
const endsWell = (ends: Exception['ends']): Exception => ({
  doors: ['queue'],
  why: 'a worker is told to stop by it, and what it did not send waits',
  ends: { exit: 0, outcome: 'ok', ...ends },
});
const nextGoesOn: Exception = {
  doors: ['queue by batch'],
  why: 'a worker is told to stop by it, and the next one goes on',
  ends: { first: 0 },
};

const deaf: Exception = { doors: ['recover'], why: 'who is killed hears no Ctrl-C', ends: null };

export const CANCELLED: readonly Scenario[] = [
  {
    name: 'Ctrl-C while the only picture is under way lets it come',
    interrupted: 'once',
    ends: saved(1),
    unless: [goesOn(1), deaf, nextGoesOn],
  },
  {
    name: 'Ctrl-C lets what is under way come, and sends no more',
    count: 2,
    interrupted: 'once',
    ends: { ...saved(1), exit: 130, outcome: 'cancelled', states: ['saved', 'released'] },
    unless: [goesOn(2), deaf, endsWell({ states: ['saved', 'held'] }), nextGoesOn],
  },
  {
    name: 'Ctrl-C twice leaves at once, and says what may have been charged',
    count: 2,
    faults: 'hang',
    interrupted: 'twice',
    ends: {
      ...notSent(130, 'cancelled'),
      charged: 'unknown',
      sent: 1,
      metered: 1,
      settled: 'less',
      states: ['unconfirmed', 'released'],
    },
    unless: [deaf, stays({ states: ['unconfirmed', 'held'] }), goesOn(2)],
  },
  {
    name: 'Ctrl-C while it waits for a limit sends nothing again',
    faults: '429=30x2',
    interrupted: 'once',
    ends: { ...notSent(130, 'cancelled'), sent: 1, states: ['released'] },
    unless: [
      { doors: JOBS, why: 'a job that the API does not take waits here', ends: { ...saved(1), sent: 3 } },
      deaf,
      endsWell({ states: ['held'] }),
      nextGoesOn,
    ],
  },
];

import { BATCH, JOBS, QUEUE } from './doors.ts';
import type { Ends, Exception } from './scenario.ts';

// How scenarios end, as a beginning for their rows; and differences between doors that many of them share.

const times = (count: number, state: string): readonly string[] => Array.from({ length: count }, () => state);

/** Nothing left, since it was refused here. */
export const notSent = (exit: number, outcome: string): Ends => ({
  exit,
  outcome,
  charged: 'no',
  sent: 0,
  metered: 0,
  states: [],
  settled: 'same',
  told: 'same',
  pictures: 0,
  journal: 0,
});

/** Every picture came, was paid for once, and is on disk. */
export const saved = (count: number): Ends => ({
  ...notSent(0, 'ok'),
  charged: 'yes',
  sent: count,
  metered: count,
  states: times(count, 'saved'),
  pictures: count,
});

/** Answers that hold no picture: their usage is on the bill, and Google does not say whether it is charged. */
export const refused = (count: number): Ends => ({
  ...saved(count),
  exit: 5,
  outcome: 'refused',
  charged: 'unknown',
  pictures: 0,
});

/** The API took it and certainly charged nothing: the hold is given back. */
export const failed = (exit: number, outcome: string, sent = 1): Ends => ({
  ...notSent(exit, outcome),
  sent,
  states: ['released'],
});

/** Nobody can know what became of it. `metered` is what the API knows. */
export const unconfirmed = (metered: 0 | 1): Ends => ({
  ...notSent(8, 'unconfirmed'),
  charged: 'unknown',
  sent: 1,
  metered,
  states: ['unconfirmed'],
  settled: metered === 0 ? 'same' : 'less',
});

/** Paid for, and not on disk: the answer is kept. */
export const kept: Ends = {
  ...saved(1),
  exit: 11,
  outcome: 'disk',
  states: ['settled'],
  pictures: 0,
  journal: 1,
};

/** Paid for, and not understood: the answer is kept. */
export const unread: Ends = { ...kept, outcome: 'unread' };

// ---------------------------------------------------------------- differences that are meant

/** All pictures go in one request. */
export const inOneJob: Exception = { doors: JOBS, why: 'a job holds all of them', ends: { sent: 1 } };

export const byHand = (ends: Exception['ends']): Exception => ({
  doors: JOBS,
  why: 'what a job did not bring is asked for again by hand',
  ends,
});

export const buysNothing = (ends: Exception['ends']): Exception => ({
  doors: ['recover'],
  why: 'it finishes what was paid for, and buys nothing',
  ends,
});

export const nothingToKill: Exception = {
  doors: ['recover'],
  why: 'nothing was sent that could be interrupted',
  ends: null,
};

/** Killed before it could write down that no answer came. */
export const unheard: Exception = {
  doors: ['recover'],
  why: 'who is killed before it hears of the end cannot know',
  ends: {
    ...notSent(0, 'ok'),
    charged: null,
    sent: 1,
    states: ['unconfirmed'],
  },
};

/** Killed while the API was at work, or had already answered. */
export const unheardOf: Exception = {
  ...unheard,
  ends: { ...unheard.ends, metered: 1, settled: 'less' },
};

/** Refused before there is a job, so that nobody comes back for it. */
export const atOnce = (exit: number): readonly Exception[] => [
  nothingToKill,
  { doors: BATCH, why: 'it is refused before there is a job', ends: { first: exit } },
  { doors: ['generate by batch'], why: 'there is no job to fetch', ends: { exit: 0, outcome: 'ok' } },
];

/** A job is looked for by its name. */
export const found: Exception = {
  doors: JOBS,
  why: 'a job whose making nobody heard of is found by its name',
  ends: saved(1),
};

/** Not there yet, and it may still turn up: another is made after minutes. */
export const neverFound: Exception = {
  doors: JOBS,
  why: 'a job whose making was not answered is looked for, for minutes, before another is made',
  ends: { ...notSent(12, 'pending'), first: 12, sent: 1, states: ['sent'] },
};
export const lookedFor: readonly Exception[] = [
  { ...neverFound, doors: BATCH },
  { doors: ['queue by batch'], why: 'a worker waits for these minutes', ends: { ...saved(1), sent: 2 } },
];

/** Refused before anything is in the queue. */
export const unqueued: Exception = {
  doors: QUEUE,
  why: 'nobody works on what was not queued',
  ends: { first: null },
};

/** A worker ended, and the next one may send it. */
export const stays = (ends: Exception['ends'] = {}): Exception => ({
  doors: QUEUE,
  why: 'what a worker did not send stays in the queue, with its hold',
  ends: { states: ['held'], ...ends },
});

/** It failed for a reason that is not its own. */
export const givenBack = (ends: Exception['ends']): Exception => ({
  doors: ['queue'],
  why: 'what every picture would meet gives it back to the queue, three times at most',
  ends,
});

/** A job that the API did not take waits on this machine, with its holds, for whoever comes next. */
export const waits = (ends: Exception['ends']): Exception => ({
  doors: JOBS,
  why: 'a job that the API does not take waits here',
  ends,
});

import { ALLOWED } from './allowed.ts';
import { ANSWERS } from './answers.ts';
import { CANCELLED } from './cancelled.ts';
import { DISK } from './disk.ts';
import { FALLBACK } from './fallback.ts';
import { JOBS } from './jobs.ts';
import { LIMITS } from './limits.ts';
import { MIXED } from './mixed.ts';
import { OUTAGES } from './outages.ts';
import { REFUSALS } from './refusals.ts';

/** Where there is an answer. */
export const ANSWERED = [...ANSWERS, ...REFUSALS, ...FALLBACK, ...LIMITS];

/** Where there is none, or something on this machine is in its way. */
export const UNANSWERED = [...OUTAGES, ...ALLOWED, ...DISK, ...CANCELLED, ...MIXED, ...JOBS];

export const ROWS = [...ANSWERED, ...UNANSWERED];

import { inject } from 'vitest';
import type { Need } from './lacking.ts';

/** Whether this machine lacks it: what needs it is skipped then, and counted aloud. */
export const lacks = (need: Need): boolean => inject('lacking').includes(need);

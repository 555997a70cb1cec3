import { usd } from '../pricing/money.ts';

/** Our own: what is expected to cost more is not bought before somebody has said that it is meant. */
export const ASK_ABOVE = usd('1');

/** Settings of which the smallest amount holds, wherever it stands: nothing else may lift what a user set. */
export const STRICTEST = ['max-cost', 'ask-above'] as const;

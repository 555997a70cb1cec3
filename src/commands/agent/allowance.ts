import { InvalidArgumentError } from 'commander';
import { parseBudget } from '../../core/policy/budget.ts';
import type { Allowance } from './context.ts';

/** "2" is for good, "5/day" and "100/month" are for a time. */
export function allowance(text: string): Omit<Allowance, 'project'> {
  const asked = /[a-z/]/i.test(text) ? text : `${text}/total`;
  try {
    const { amount, per } = parseBudget(asked);
    if (per !== 'run') return { amount, per };
  } catch {
    // The error below names what would be right.
  }
  throw new InvalidArgumentError(
    'It takes dollars in total, or for a day or month, such as 2, 5/day or 100/month.',
  );
}

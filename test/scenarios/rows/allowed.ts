import { atOnce, notSent, unqueued } from '../ends.ts';
import type { Scenario } from '../scenario.ts';

export const ALLOWED: readonly Scenario[] = [
  {
    name: 'a budget that is too small refuses',
    before: ['budget', 'set', '0.01/day'],
    ends: notSent(4, 'budget'),
    unless: [...atOnce(4), unqueued],
  },
  {
    name: 'a budget that is enough for one of three refuses all of them',
    count: 3,
    before: ['budget', 'set', '0.04/day'],
    ends: notSent(4, 'budget'),
    unless: [...atOnce(4), unqueued],
  },
  {
    name: 'a price above --max-cost is refused',
    flags: ['--max-cost', '0.01'],
    ends: notSent(4, 'budget'),
    unless: [...atOnce(4), unqueued],
  },
  {
    name: 'a model that was shut down is refused',
    model: 'imagen-4',
    ends: notSent(9, 'unavailable-model'),
    unless: [...atOnce(9), unqueued],
  },
];

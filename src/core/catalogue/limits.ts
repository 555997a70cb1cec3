import type { Usd } from '../money.ts';
import { usd } from '../money.ts';
import type { Cited } from './model.ts';

/** What Google lets an account spend; beyond it answers are 429. */
export interface SpendLimit extends Cited {
  readonly tier: 1 | 2 | 3;
  readonly perTenMinutes: Usd;
  readonly perMonth: Usd;
}

const PAGE: Cited = {
  source: 'https://ai.google.dev/gemini-api/docs/rate-limits',
  checked: '2026-08-18',
  confidence: 'medium',
};

export const SPEND_LIMITS: readonly SpendLimit[] = [
  { ...PAGE, tier: 1, perTenMinutes: usd('10'), perMonth: usd('250') },
  { ...PAGE, tier: 2, perTenMinutes: usd('50'), perMonth: usd('2000') },
  { ...PAGE, tier: 3, perTenMinutes: usd('200'), perMonth: usd('20000'), note: 'up to $100,000 for some' },
];

import type { BatchFate, Fault, Faults } from './fault.ts';

const fate = (about: string, fate: BatchFate): Fault => ({ does: 'batch', about, fate });

/** What becomes of a batch job; drawn when it is created. */
export const BATCH_FAULTS: Faults = {
  'batch-failed': fate('the job fails as a whole', 'failed'),
  'batch-expired': fate('the job expires without results', 'expired'),
  'batch-stuck': fate('the job stays pending, until it expires', 'stuck'),
  'batch-item-errors': fate('every second request of the job fails', 'item-errors'),
};

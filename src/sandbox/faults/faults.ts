import { DELIVERY_FAULTS } from './deliveries.ts';
import { DISTORTION_FAULTS } from './distortions.ts';
import type { BatchFault, Fault, Faults } from './fault.ts';
import { QUOTA_FAULTS } from './quota.ts';
import { REFUSAL_FAULTS } from './refusals.ts';
import { STATUS_FAULTS } from './status.ts';

const batch = (about: string, batchFault: BatchFault): Fault => ({ does: 'batch', about, batchFault });

/** What becomes of a batch job; drawn when it is created. */
const BATCH_FAULTS: Faults = {
  'batch-failed': batch('the job fails as a whole', 'failed'),
  'batch-expired': batch('the job expires without results', 'expired'),
  'batch-stuck': batch('the job stays pending, until it expires', 'stuck'),
  'batch-item-errors': batch('every second request of the job fails', 'item-errors'),
};

/** Every fault by the name a schedule calls it. A new one is one row in the table of its kind. */
export const FAULTS: Faults = {
  ...QUOTA_FAULTS,
  ...STATUS_FAULTS,
  ...REFUSAL_FAULTS,
  ...DISTORTION_FAULTS,
  ...DELIVERY_FAULTS,
  ...BATCH_FAULTS,
};

import { BATCH_FAULTS } from './batches.ts';
import { DELIVERY_FAULTS } from './deliveries.ts';
import type { Faults } from './fault.ts';
import { QUOTA_FAULTS } from './quota.ts';
import { REFUSAL_FAULTS } from './refusals.ts';
import { STATUS_FAULTS } from './status.ts';
import { TWIST_FAULTS } from './twists.ts';

/** Every fault by the name a schedule calls it. A new one is one row. */
export const FAULTS: Faults = {
  ...QUOTA_FAULTS,
  ...STATUS_FAULTS,
  ...REFUSAL_FAULTS,
  ...TWIST_FAULTS,
  ...DELIVERY_FAULTS,
  ...BATCH_FAULTS,
};

import { DELIVERY_FAULTS } from './deliveries.ts';
import { DISTORTION_FAULTS } from './distortions.ts';
import type { Faults } from './fault.ts';
import { GATEWAY_FAULTS } from './gateways.ts';
import { JOB_FAULTS } from './jobs.ts';
import { QUOTA_FAULTS } from './quota.ts';
import { REFUSAL_FAULTS } from './refusals.ts';
import { STATUS_FAULTS } from './status.ts';

/** Every fault by the name a schedule calls it. A new one is one row in the table of its kind. */
export const FAULTS: Faults = {
  ...QUOTA_FAULTS,
  ...STATUS_FAULTS,
  ...GATEWAY_FAULTS,
  ...REFUSAL_FAULTS,
  ...DISTORTION_FAULTS,
  ...DELIVERY_FAULTS,
  ...JOB_FAULTS,
};

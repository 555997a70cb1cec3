import { expect, it } from 'vitest';
import { disagrees, isUncompared, VERDICTS } from '../../../src/core/invoice/compared-row.ts';

it('a verdict says that something is wrong, that it is right, or that nothing was compared', () => {
  expect(VERDICTS.filter(disagrees)).toEqual(['invoice only', 'ledger only', 'price differs', 'unknown SKU']);
  expect(VERDICTS.filter(isUncompared)).toEqual(['not billed yet', 'no SKU known']);
});

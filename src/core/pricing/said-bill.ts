import type { Usd } from './money.ts';
import type { Bill } from './types.ts';

/** The bill of somebody who knows what a request without an answer cost; nothing reported how much of what. */
export function saidBill(images: number, amount: Usd): Bill {
  const line = {
    meter: 'image',
    quantity: images,
    unit: 'image',
    rate: amount,
    per: images,
    amount,
  } as const;
  return { basis: 'estimated', charged: 'yes', lines: [line], amount };
}

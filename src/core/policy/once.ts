import { Failure } from '../errors.ts';

/**
 * Why nothing more is bought under an idempotency key, given another run that has it: it stands for another order, or
 * something was bought already. Null where the other run came to nothing that could have been charged.
 */
export function refusalOfOnce(
  { key, order }: { readonly key: string; readonly order: string },
  other: { readonly order: string; readonly isSpent: boolean } | null,
): Failure | null {
  if (other === null) return null;
  if (other.order !== order)
    return new Failure('usage', `The idempotency key "${key}" stands for another order.`, {
      hint: 'Ask for that order again as it was, or take a new key for a new order.',
      code: 'key-of-another-order',
    });
  if (!other.isSpent) return null;
  return new Failure(
    'unavailable',
    `The order of the idempotency key "${key}" is bought elsewhere just now.`,
    {
      hint: 'Ask again with the same key: its result is kept.',
      code: 'key-in-use',
    },
  );
}

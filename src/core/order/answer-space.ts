import type { Size } from '../catalogue/model.ts';
import type { Order } from './order.ts';

const MIB = 1_048_576;

/** A generous picture of each size as an answer carries it, in MiB: its bytes, a third more for base64, and room to spare. */
const PICTURE: Record<Size, number> = { '512': 2, '1K': 4, '2K': 12, '4K': 40 };

/** Writing more than this would cost more time than it tells. */
const MOST = 64;

/** Bytes that the answers to an order take while they are kept, as far as its requests are under way at once. */
export function roomFor(
  { count, size, model }: Pick<Order, 'count' | 'size' | 'model'>,
  concurrency: number,
): number {
  const atOnce = Math.min(count, concurrency * model.maxPerRequest);
  return Math.min(atOnce * PICTURE[size], MOST) * MIB;
}

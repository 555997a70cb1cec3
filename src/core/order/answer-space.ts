import type { Size } from '../catalogue/model.ts';
import type { Order } from './order.ts';

const MIB = 1_048_576;

/** A generous picture of each size as an answer carries it, in MiB: its bytes, a third more for base64, and room to spare. */
const PICTURE: Record<Size, number> = { '512': 2, '1K': 4, '2K': 12, '4K': 40 };

/** Bytes that pictures usually take on disk: without base64, and without the room to spare. */
export const pictureSpace = ({ count, size }: Pick<Order, 'count' | 'size'>): number =>
  Math.ceil(count * PICTURE[size] * MIB * 0.3);

/** The most MiB that a proof writes: more would take longer than it is worth. */
const MOST = 64;

/** Bytes that the answers to orders take while they are kept, as far as that many requests are under way at once. */
export function answerSpace(
  orders: readonly Pick<Order, 'count' | 'size' | 'model'>[],
  concurrency: number,
): number {
  const pictures = orders.reduce((sum, { count }) => sum + count, 0);
  const most = orders.reduce((most, { model }) => Math.max(most, model.maxPerRequest), 0);
  const largest = orders.reduce((largest, { size }) => Math.max(largest, PICTURE[size]), 0);
  return Math.min(Math.min(pictures, concurrency * most) * largest, MOST) * MIB;
}

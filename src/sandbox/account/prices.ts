import type { TokenPrices } from '../models/types.ts';

// Money here is a bigint of whole nano-dollars. It is kept apart from pixtab's own money on purpose: two independent sums
// must agree.

// https://ai.google.dev/gemini-api/docs/pricing, checked 2026-11-22.
export const PER_SEARCH = 14_000_000n;

export type Lane = 'standard' | 'flex' | 'priority' | 'batch';

/** What a lane costs, in tenths of the standard price. */
const TENTHS: Readonly<Record<Lane, bigint>> = { standard: 10n, flex: 5n, batch: 5n, priority: 18n };

export function pricesIn(lane: Lane, { input, text, image }: TokenPrices): TokenPrices {
  const scaled = (price: bigint): bigint => (price * TENTHS[lane]) / 10n;
  return { input: scaled(input), text: scaled(text), image: scaled(image) };
}

/** "0.0342": exact dollars. */
export function decimal(nano: bigint): string {
  const digits = nano.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '');
}

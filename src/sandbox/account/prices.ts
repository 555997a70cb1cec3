/** Whole nano-dollars. Kept apart from pixtab's own money on purpose: two independent sums must agree. */
export interface Prices {
  readonly input: bigint;
  readonly text: bigint;
  readonly image: bigint;
}

// Per token. https://ai.google.dev/gemini-api/docs/pricing, checked 2026-11-22.
const PER_TOKEN: Readonly<Record<string, Prices>> = {
  'gemini-nano-banana-2.1': { input: 1_500n, text: 7_500n, image: 30_000n },
  'gemini-3.1-flash-lite-image': { input: 250n, text: 1_500n, image: 30_000n },
  'gemini-3-pro-image': { input: 2_000n, text: 12_000n, image: 120_000n },
  'gemini-3.1-flash-image': { input: 500n, text: 3_000n, image: 60_000n },
  'gemini-2.5-flash-image': { input: 300n, text: 2_500n, image: 30_000n },
};

// Per picture delivered, until Imagen was shut down on 2026-08-17.
const PER_PICTURE: Readonly<Record<string, bigint>> = {
  'imagen-4.0-fast-generate-001': 20_000_000n,
  'imagen-4.0-generate-001': 40_000_000n,
  'imagen-4.0-ultra-generate-001': 60_000_000n,
};

export const PER_SEARCH = 14_000_000n;

export type Lane = 'standard' | 'flex' | 'priority' | 'batch';

/** Tenths of the standard price. */
const TENTHS: Readonly<Record<Lane, bigint>> = { standard: 10n, flex: 5n, batch: 5n, priority: 18n };

export function tokenPrices(model: string, lane: Lane): Prices {
  const prices = PER_TOKEN[model];
  if (!prices) throw new RangeError(`the meter has no price for ${model}`);
  const scaled = (price: bigint): bigint => (price * TENTHS[lane]) / 10n;
  return { input: scaled(prices.input), text: scaled(prices.text), image: scaled(prices.image) };
}

export function picturePrice(model: string): bigint {
  const price = PER_PICTURE[model];
  if (price === undefined) throw new RangeError(`the meter has no price for ${model}`);
  return price;
}

/** "0.0342": exact dollars. */
export function decimal(nano: bigint): string {
  const digits = nano.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '');
}

import { toDecimal } from '../core/pricing/money.ts';
import type { SavedImage } from '../ports/index.ts';
import type { Paid } from './types.ts';
import { imageJson, lineJson } from './json.ts';

export const sidecarPath = (path: string): string => `${path}.json`;

/** The receipt that lies beside a picture, for people who have the file and not the ledger. */
export function sidecar(image: SavedImage, { plan, bill }: Paid): Uint8Array {
  const { runId, attemptId, model, lane, size, aspect, prompt, low, expected, high } = plan;
  const document = {
    schema: 'pixtab.sidecar/1',
    runId,
    attemptId,
    model,
    lane,
    size,
    aspect,
    prompt,
    quote: { low: toDecimal(low), expected: toDecimal(expected), high: toDecimal(high) },
    cost: bill && {
      amount: toDecimal(bill.amount),
      currency: 'USD',
      basis: bill.basis,
      charged: bill.charged,
      lines: bill.lines.map(lineJson),
    },
    image: imageJson(image),
  };
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}

import { iso } from '../http/call.ts';
import type { GeminiModel, ImagenModel, SandboxModel } from '../models/types.ts';
import { decimal, PER_SEARCH, pricesIn, type Lane } from './prices.ts';

/** Tokens of one answer, as they are charged. */
export interface Usage {
  readonly promptText: number;
  readonly promptImage: number;
  readonly image: number;
  /** Those of them that are of pictures before the last one. */
  readonly drafts?: number;
  /** Output tokens of text and of no listed modality. */
  readonly rest: number;
  readonly thoughts: number;
  readonly searches: number;
}

export interface AccountLine {
  readonly meter: string;
  readonly quantity: number;
  /** Dollars for one unit. */
  readonly rate: string;
  readonly amount: string;
}

export interface AccountRow {
  readonly serial: number;
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  readonly model: string;
  readonly lane: Lane;
  readonly fault: string | null;
  readonly responseId: string | null;
  /** Image tokens of pictures before the last one. */
  readonly drafts: number;
  readonly lines: readonly AccountLine[];
  readonly amount: string;
}

/** What the API would have charged so far, in decimal dollars. */
export interface Account {
  readonly schema: 'pixtab.sandbox.meter/1';
  readonly currency: 'USD';
  readonly total: string;
  readonly charged: number;
  readonly requests: readonly AccountRow[];
  /** Rows that were left out because there are too many; the total has them. */
  readonly dropped: number;
}

/** The request that is charged. */
export interface Charge<M> extends Pick<AccountRow, 'method' | 'lane' | 'fault' | 'responseId'> {
  readonly model: M;
}

/** All ways to charge return the amount. */
export interface Meter {
  chargeTokens(charge: Charge<GeminiModel>, usage: Usage): string;
  chargePictures(charge: Charge<ImagenModel>, count: number): string;
  /** A flat price, in whole nano-dollars. */
  chargeCall(charge: Charge<GeminiModel>, price: bigint): string;
  account(): Account;
  reset(): void;
}

const MAX_ROWS = 10_000;

/** The sandbox's account. It charges when the work is done, whether or not the answer arrives. */
export function meter(now: () => number): Meter {
  let rows: AccountRow[] = [];
  let total = 0n;
  let charged = 0;

  function book(
    charge: Charge<SandboxModel>,
    lines: readonly (readonly [meter: string, quantity: number, rate: bigint])[],
    drafts = 0,
  ) {
    const counted = lines.filter(([, quantity]) => quantity > 0);
    const amount = counted.reduce((sum, [, quantity, rate]) => sum + rate * BigInt(quantity), 0n);
    total += amount;
    charged++;
    rows.push({
      serial: charged,
      at: iso(now()),
      ...charge,
      model: charge.model.id,
      drafts,
      lines: counted.map(([name, quantity, rate]) => ({
        meter: name,
        quantity,
        rate: decimal(rate),
        amount: decimal(rate * BigInt(quantity)),
      })),
      amount: decimal(amount),
    });
    // Trimmed rarely, so that a long run costs no copying.
    if (rows.length >= 2 * MAX_ROWS) rows = rows.slice(-MAX_ROWS);
    return decimal(amount);
  }

  return {
    chargeTokens(charge, usage) {
      const prices = pricesIn(charge.lane, charge.model.prices);
      const lines = [
        ['text input', usage.promptText, prices.input],
        ['image input', usage.promptImage, prices.input],
        ['image output', usage.image, prices.image],
        ['text output', usage.rest, prices.text],
        ['thinking', usage.thoughts, prices.text],
        ['search', usage.searches, PER_SEARCH],
      ] as const;
      return book(charge, lines, usage.drafts);
    },
    chargePictures: (charge, count) => book(charge, [['image', count, charge.model.price]]),
    chargeCall: (charge, price) => book(charge, [['call', 1, price]]),
    account() {
      const requests = rows.slice(-MAX_ROWS);
      return {
        schema: 'pixtab.sandbox.meter/1',
        currency: 'USD',
        total: decimal(total),
        charged,
        requests,
        dropped: charged - requests.length,
      };
    },
    reset() {
      rows = [];
      total = 0n;
      charged = 0;
    },
  };
}

import type { Failure } from '../src/core/errors.ts';
import type { Bill } from '../src/core/pricing/types.ts';
import type { Reply } from '../src/core/order/reply.ts';

export declare const CANARY: string;

export interface Mutant {
  readonly wire: 'generateContent' | 'predict';
  readonly status: number;
  readonly body: Uint8Array;
}

export interface Product {
  readonly read: (body: Uint8Array, wire: Mutant['wire']) => Reply;
  readonly bill: (reply: Reply, wire: Mutant['wire']) => Bill;
  readonly failureOf: (status: number, body: Uint8Array) => Failure;
  readonly Failure: typeof Failure;
}

export declare function mutant(seed: number): Mutant;
export declare function broken(mutant: Mutant, product: Product): readonly string[];

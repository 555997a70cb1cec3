import type { Usd } from '../pricing/money.ts';

/** A calendar day of Google's, "2026-10-03", or a month, "2026-10", where an invoice has no days. */
export type Period = string;

/** One row of an invoice, in dollars. */
export interface InvoiceLine {
  readonly period: Period;
  /** Only usage is compared; the rest is summed up beside it. */
  readonly kind: 'usage' | 'tax' | 'adjustment';
  readonly service: string;
  readonly serviceId: string;
  readonly sku: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly unit: string;
  /** Before discounts: what the catalogue's prices are compared with. */
  readonly cost: Usd;
  /** How far the cost may be from what was meant, because it was rounded or exchanged. */
  readonly within: Usd;
  /** What was taken off: negative. */
  readonly credits: Usd;
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Who exported it, as far as it matters: files of two kinds hold the same usage twice. */
export type InvoiceKind = 'report' | 'export' | 'resource export' | 'FOCUS export';

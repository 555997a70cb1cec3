import type { InvoiceHead } from '../core/invoice/reader.ts';

/** One row of an invoice; its line counts from 1. */
export interface InvoiceRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** An invoice as a table, whatever file it came in. */
export interface InvoiceFile extends InvoiceHead {
  /** In pieces, as they are read: a file of any length fits. */
  readonly rows: AsyncIterable<readonly InvoiceRow[]>;
  /** When it was last written, in milliseconds since 1970; null where nobody knows. */
  readonly modifiedAt: number | null;
}

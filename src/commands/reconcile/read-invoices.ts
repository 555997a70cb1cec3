import { usageFailure } from '../../core/errors.ts';
import type { Exchange } from '../../core/invoice/amount.ts';
import type { ColumnName } from '../../core/invoice/columns.ts';
import {
  mergedInvoice,
  tallyOf,
  type InvoiceTally,
  type TalliedFile,
} from '../../core/invoice/invoice-tally.ts';
import type { InvoiceLine } from '../../core/invoice/line.ts';
import { invoiceReader } from '../../core/invoice/reader.ts';
import { skuFinder, type Sku } from '../../core/invoice/skus.ts';
import { counted, excerpt } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';

export interface InvoiceFilter {
  /** A project of Google Cloud, by id or name. */
  readonly project?: string | undefined;
  /** "key=value", or a key alone. */
  readonly labels: readonly string[];
}

export interface ReadInvoices {
  readonly invoice: InvoiceTally;
  /** What is on the invoice was known at this moment, in milliseconds since 1970. */
  readonly asOf: number;
  readonly warnings: readonly string[];
}

interface Reading {
  readonly skus: readonly Sku[];
  readonly rates: ReadonlyMap<string, Exchange>;
  readonly filter: InvoiceFilter;
}

/** Reads all files, one after the other; of each, only sums are kept. */
export async function readInvoices(
  paths: readonly string[],
  { skus, rates, filter }: Reading,
  deps: Pick<Deps, 'invoice' | 'clock'>,
  terminal: Terminal,
): Promise<ReadInvoices> {
  const find = skuFinder(skus);
  const files: TalliedFile[] = [];
  const moments: number[] = [];
  const progress = terminal.progress('reading the invoice');
  try {
    for (const path of paths) {
      const file = await deps.invoice(path);
      const reader = invoiceReader(file, rates);
      const isAsked = filterOf(filter, file.name, reader.has);
      const tally = tallyOf(find);
      for await (const piece of file.rows) {
        for (const { cells, line } of piece) {
          const read = reader.read(cells, line);
          if (read !== null) tally.add(read, isAsked(read));
        }
        progress.update(`${excerpt(file.name, 40)}: ${counted(tally.rows(), 'line')}`);
      }
      files.push({ name: file.name, kind: reader.kind, tally: tally.result(reader.range) });
      const moment = reader.exportedAt() ?? file.modifiedAt;
      if (moment !== null) moments.push(moment);
    }
  } finally {
    progress.stop();
  }
  const { invoice, replaced } = mergedInvoice(files);
  const [twice] = replaced;
  return {
    invoice,
    asOf: Math.min(deps.clock.now(), ...(moments.length === paths.length ? [Math.max(...moments)] : [])),
    warnings:
      twice === undefined
        ? []
        : [
            `${counted(replaced.length, 'day')} ${replaced.length === 1 ? 'is' : 'are'} in more than one report, such as ${twice.period} in ${twice.of} and ${twice.by}: the later one counts.`,
          ],
  };
}

function filterOf(
  { project, labels }: InvoiceFilter,
  name: string,
  has: (column: ColumnName) => boolean,
): (line: InvoiceLine) => boolean {
  const isMissing = (column: ColumnName, flag: string): Error =>
    usageFailure(
      `${name} says nothing of ${column === 'labels' ? 'labels' : 'projects'}, so ${flag} cannot narrow it.`,
    );
  if (project !== undefined && !has('project') && !has('projectId')) throw isMissing('project', '--project');
  if (labels.length > 0 && !has('labels')) throw isMissing('labels', '--label');
  return (line) =>
    (project === undefined || line.project === project) &&
    labels.every((label) => {
      const [key = '', ...value] = label.split('=');
      const found = line.labels[key];
      return found !== undefined && (value.length === 0 || found === value.join('='));
    });
}

import { stat } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { foreignSeller, isHeader } from '../../core/invoice/columns.ts';
import { usageFailure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { InvoiceFile, InvoiceRow } from '../../ports/index.ts';
import { csvRows, type CsvFormat } from '../files/csv-rows.ts';
import { linesOf } from '../files/read-lines.ts';
import { jsonTable } from './json-table.ts';

const SEPARATORS = [',', ';', '\t'] as const;

/** Opens an invoice, CSV or JSON Lines, plain or gzip; `-` is standard input. Rows come as they are read. */
export async function openInvoice(path: string, stdin: AsyncIterable<Uint8Array>): Promise<InvoiceFile> {
  const name = path === '-' ? 'Standard input' : printable(path);
  const pieces = linesOf(path, stdin, name, unzipped);
  const first = await pieces.next();
  const lines = first.done === true ? [] : first.value;
  const beginning = lines.find((line) => line.trim() !== '')?.trimStart() ?? '';
  const modifiedAt = path === '-' ? null : Math.floor((await stat(path)).mtimeMs);
  const all = again(lines, pieces);
  if (beginning.startsWith('{')) return { name, modifiedAt, ...jsonTable(beginning, all, name) };
  if (beginning.startsWith('['))
    throw usageFailure(`${name} is one JSON array.`, 'Save it as JSON Lines, an object a line.');
  return { name, modifiedAt, ...(await csvTable(lines, all, name)) };
}

async function csvTable(
  beginning: readonly string[],
  pieces: AsyncIterable<readonly string[]>,
  name: string,
): Promise<Omit<InvoiceFile, 'name' | 'modifiedAt'>> {
  const wrong: CsvFormat['wrong'] = ({ line }, what) => usageFailure(`${name}, line ${line}: ${what}.`);
  for (const separator of SEPARATORS) {
    const before: (readonly string[])[] = [];
    for (const row of await rowsOf(beginning, separator)) {
      const titles = row.map((cell) => cell.trim());
      if (!isHeader(titles)) {
        before.push(titles);
        continue;
      }
      return {
        titles,
        preamble: before,
        decimal: separator === ';' ? ',' : '.',
        rows: rowsAfter(before.length + 1, csvRows(pieces, { separator, wrong })),
      };
    }
  }
  const titles = (await rowsOf(beginning.slice(0, 1), ','))[0] ?? [];
  const seller = foreignSeller(titles);
  throw usageFailure(
    seller === null
      ? `${name} is no invoice: no line of it has titles such as "SKU description" and "Usage amount".`
      : `${name} is an invoice of ${seller}; only Google's can be compared.`,
    'Download the CSV of a report in the Google Cloud console, grouped by SKU, or export from BigQuery.',
  );
}

/** What a separator makes of the first lines, to look for the titles; wherever it makes nothing of them, no more. */
async function rowsOf(
  lines: readonly string[],
  separator: CsvFormat['separator'],
): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  try {
    const one = (async function* () {
      yield lines.slice(0, 50);
    })();
    for await (const piece of csvRows(one, { separator, wrong: (_, what) => new RangeError(what) }))
      rows.push(...piece.map((row) => row.map(({ text }) => text)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return rows;
}

async function* rowsAfter(
  skipped: number,
  pieces: ReturnType<typeof csvRows>,
): AsyncGenerator<readonly InvoiceRow[]> {
  let before = skipped;
  for await (const piece of pieces) {
    const rows = piece.slice(before);
    before = Math.max(0, before - piece.length);
    yield rows.map((row) => ({ line: row[0]?.line ?? 0, cells: row.map(({ text }) => text) }));
  }
}

async function* again(
  first: readonly string[],
  rest: AsyncIterable<readonly string[]>,
): AsyncGenerator<readonly string[]> {
  yield first;
  yield* rest;
}

/** The bytes behind gzip, which is known by its first two bytes; any others as they are. */
async function* unzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const rest = { [Symbol.asyncIterator]: () => chunks };
  const whole = (async function* () {
    yield first.value;
    yield* rest;
  })();
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  yield* isGzip ? pipeline(Readable.from(whole), createGunzip(), () => {}) : whole;
}

import { OPTIONAL_TITLES } from '../../core/invoice/columns.ts';
import { Failure } from '../../core/errors.ts';
import type { InvoiceFile, InvoiceRow } from '../../ports/index.ts';

/** Objects, one a line, as rows under the keys of the first; what is nested is named with dots: "sku.id". */
export function jsonTable(
  first: string,
  pieces: AsyncIterable<readonly string[]>,
  name: string,
): Omit<InvoiceFile, 'name' | 'modifiedAt'> {
  const keys = Object.keys(cellsIn(first, 1, name));
  // An export leaves out what is empty, and so may its first line.
  const titles = [...new Set([...keys, ...OPTIONAL_TITLES])];
  return { titles, preamble: [], decimal: '.', rows: rowsIn(pieces, titles, name) };
}

async function* rowsIn(
  pieces: AsyncIterable<readonly string[]>,
  titles: readonly string[],
  name: string,
): AsyncGenerator<readonly InvoiceRow[]> {
  let line = 0;
  for await (const piece of pieces) {
    const rows: InvoiceRow[] = [];
    for (const text of piece) {
      line += 1;
      if (text.trim() === '') continue;
      const cells = cellsIn(text, line, name);
      rows.push({ line, cells: titles.map((title) => cells[title] ?? '') });
    }
    yield rows;
  }
}

function cellsIn(text: string, line: number, name: string): Readonly<Record<string, string>> {
  const wrong = (what: string, cause?: unknown) =>
    new Failure('usage', `${name}, line ${line}: ${what}.`, { cause });
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return flattened(value);
  } catch (cause) {
    // Deeper than the call stack, which no export comes near.
    if (cause instanceof RangeError) throw wrong('this is nested too deeply: no export is', cause);
    throw wrong('this is no valid JSON', cause);
  }
  throw wrong('this is no JSON object');
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Leaves by their path; a list stays JSON, as BigQuery writes it into a cell. */
function flattened(object: object, path = '', into: Record<string, string> = {}): Record<string, string> {
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (Array.isArray(value)) into[path + key] = JSON.stringify(value);
    else if (isObject(value)) flattened(value, `${path}${key}.`, into);
    else if (typeof value === 'string') into[path + key] = value;
    else if (value !== null) into[path + key] = JSON.stringify(value);
  }
  return into;
}

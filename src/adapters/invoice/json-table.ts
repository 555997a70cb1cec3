import { OPTIONAL_TITLES } from '../../core/invoice/columns.ts';
import { Failure } from '../../core/errors.ts';
import type { InvoiceFile, InvoiceRow } from '../../ports/index.ts';

/** Objects, one a line, as rows under the keys of the first; what is nested is named with dots: "sku.id". */
export function jsonTable(
  first: string,
  pieces: AsyncIterable<readonly string[]>,
  name: string,
): Omit<InvoiceFile, 'name' | 'modifiedAt'> {
  const keys = Object.keys(flattened(objectIn(first, 1, name)));
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
      const cells = flattened(objectIn(text, line, name));
      rows.push({ line, cells: titles.map((title) => cells[title] ?? '') });
    }
    yield rows;
  }
}

function objectIn(text: string, line: number, name: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Failure('usage', `${name}, line ${line}: this is no valid JSON.`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Failure('usage', `${name}, line ${line}: this is no JSON object.`);
}

/** Leaves by their path; a list stays JSON, as BigQuery writes it into a cell. */
function flattened(object: object, path = '', into: Record<string, string> = {}): Record<string, string> {
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (Array.isArray(value)) into[path + key] = JSON.stringify(value);
    else if (typeof value === 'object' && value !== null) flattened(value, `${path}${key}.`, into);
    else if (typeof value === 'string') into[path + key] = value;
    else if (value !== null) into[path + key] = JSON.stringify(value);
  }
  return into;
}

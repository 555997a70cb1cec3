import { OPTIONAL_TITLES } from '../../core/invoice/columns.ts';
import { Failure } from '../../core/errors.ts';
import { DEEPEST } from '../files/json-position.ts';
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
    // It may be deeper than the call stack of the parser, too.
    if (cause instanceof RangeError) throw wrong('this is nested too deeply: no export is', cause);
    throw wrong('this is no valid JSON', cause);
  }
  throw wrong('this is no JSON object');
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Leaves by their path; a list stays JSON, as BigQuery writes it into a cell. RangeError where it is nested too deeply. */
function flattened(
  object: object,
  path = '',
  into: Record<string, string> = {},
  depth = 1,
): Record<string, string> {
  if (depth > DEEPEST) throw new RangeError('nested too deeply');
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (isObject(value)) flattened(value, `${path}${key}.`, into, depth + 1);
    else if (typeof value === 'string') into[path + key] = value;
    else if (value !== null) {
      if (isDeeper(value, DEEPEST - depth)) throw new RangeError('nested too deeply');
      into[path + key] = JSON.stringify(value);
    }
  }
  return into;
}

const isDeeper = (value: unknown, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth === 0 || Object.values(value).some((each) => isDeeper(each, depth - 1)));

import rules from './focus-1.2.rules.json' with { type: 'json' };

/**
 * The rules of the FinOps Foundation's validator for FOCUS 1.2 that a row can be held to: those that must hold for a seller who
 * measures usage, publishes unit prices, and knows tags, on columns that such a seller has.
 * https://github.com/finopsfoundation/focus_validator (MIT), model-1.2.json at 240cea2, taken over on 2026-11-27.
 */
export type Check =
  | { readonly all: readonly Check[] }
  | { readonly any: readonly Check[] }
  | { readonly column: string; readonly is: string | number | null }
  | { readonly column: string; readonly isNot: string | null }
  | { readonly column: string; readonly atLeast: number }
  | { readonly column: string; readonly differsFrom: string }
  | { readonly column: string; readonly isProductOf: readonly string[] }
  | { readonly column: string; readonly hasOne: string }
  | { readonly column: string; readonly present: boolean }
  | { readonly column: string; readonly format: string };

interface Rule {
  readonly rule: string;
  readonly must: Check;
  readonly when?: readonly Check[];
}

export type Row = Readonly<Record<string, string | null>>;

const FORMATS: Readonly<Record<string, RegExp>> = {
  number: /^-?\d+(\.\d+)?(E-?\d+)?$/,
  time: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  unit: /^(\d+ )?[A-Za-z][A-Za-z0-9]*( [A-Za-z][A-Za-z0-9]*)*$/,
  currency: /^[A-Z]{3}$/,
  text: /^[^]*$/,
};

/** The rules that rows break, by their official ids. */
export function brokenRules(rows: readonly Row[]): readonly string[] {
  return (rules as readonly Rule[])
    .filter(({ must, when = [] }) =>
      rows.some((row) => when.every((check) => holds(check, row, rows)) && !holds(must, row, rows)),
    )
    .map(({ rule }) => rule);
}

function holds(check: Check, row: Row, rows: readonly Row[]): boolean {
  if ('all' in check) return check.all.every((each) => holds(each, row, rows));
  if ('any' in check) return check.any.some((each) => holds(each, row, rows));
  const value = row[check.column];
  if ('present' in check) return value !== undefined;
  const cell = value ?? null;
  if ('is' in check) return typeof check.is === 'number' ? Number(cell) === check.is : cell === check.is;
  if ('isNot' in check) return cell !== check.isNot;
  if ('atLeast' in check) return cell === null || Number(cell) >= check.atLeast;
  if ('differsFrom' in check) return cell !== (row[check.differsFrom] ?? null);
  if ('isProductOf' in check) return cell === null || exact(cell) === product(check.isProductOf, row);
  if ('hasOne' in check)
    return (
      new Set(rows.filter((other) => other[check.column] === cell).map((other) => other[check.hasOne]))
        .size === 1
    );
  if (cell === null) return true;
  return check.format === 'keys' ? isKeyed(cell) : (FORMATS[check.format]?.test(cell) ?? false);
}

const DIGITS = 36;

/** A decimal as a whole number of its smallest digits, so that products are compared exactly. */
function exact(text: string, digits = DIGITS): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

const product = (columns: readonly string[], row: Row): bigint =>
  columns.reduce((result, column) => result * exact(row[column] ?? '0', DIGITS / 2), 1n);

function isKeyed(cell: string): boolean {
  const value: unknown = JSON.parse(cell);
  const isPlain = (each: unknown): boolean =>
    ['string', 'number', 'boolean'].includes(typeof each) || each === null;
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isPlain)
  );
}

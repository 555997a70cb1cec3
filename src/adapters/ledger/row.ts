import { nano } from '../../core/pricing/money.ts';
import type { Usd } from '../../core/pricing/money.ts';
import type { Row } from './queries.ts';

/** Reads columns of a row; a column of another type is a bug in the query, and is said to be. */
export function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : wrong(column, value);
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** One of a list of words. */
export function word<W extends string>(row: Row, column: string, words: readonly W[]): W {
  const value = row[column];
  return words.find((word) => word === value) ?? wrong(column, value);
}

export const wordOrNull = <W extends string>(row: Row, column: string, words: readonly W[]): W | null =>
  row[column] === null ? null : word(row, column, words);

export function money(row: Row, column: string): Usd {
  const value = row[column];
  return typeof value === 'bigint' ? nano(value) : wrong(column, value);
}

export function moneyOrNull(row: Row, column: string): Usd | null {
  return row[column] === null ? null : money(row, column);
}

export function count(row: Row, column: string): number {
  return Number(money(row, column));
}

export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return value instanceof Uint8Array ? new Uint8Array(value) : wrong(column, value);
}

export const countOrNull = (row: Row, column: string): number | null =>
  row[column] === null ? null : count(row, column);

/**
 * What can be read of rows: one that is damaged, or that a later release wrote, takes none of the others with it.
 * `verify` and `doctor` name it.
 */
export const readable = <T>(rows: readonly Row[], read: (row: Row) => T): readonly T[] =>
  rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch {
      return [];
    }
  });

/** What is wrong with a row, as the end of a sentence; null where it can be read. */
export function damageIn(row: Row, read: (row: Row) => unknown): string | null {
  try {
    read(row);
    return null;
  } catch (error) {
    return error instanceof TypeError ? error.message : 'it is not in the form in which pixtab writes it';
  }
}

function wrong(column: string, value: unknown): never {
  throw new TypeError(
    `column "${column}" holds ${typeof value === 'string' ? JSON.stringify(value) : typeof value}`,
  );
}

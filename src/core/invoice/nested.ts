import { figureIn, nanoOf } from './amount.ts';

/** A list of objects with an amount, as BigQuery writes what is nested into a cell. */
export function creditsIn(cell: string): bigint {
  const lone = figureIn(cell, '.');
  if (lone !== null) return nanoOf(lone);
  return listIn(cell).reduce<bigint>((sum, credit) => {
    const figure = figureIn(String(fieldOf(credit, 'amount')), '.');
    return sum + (figure === null ? 0n : nanoOf(figure));
  }, 0n);
}

/** `[{"key":"team","value":"web"}]` or `{"team":"web"}`. */
export function labelsIn(cell: string): Readonly<Record<string, string>> {
  const value = parsed(cell);
  const pairs = Array.isArray(value)
    ? value.map((label): [unknown, unknown] => [fieldOf(label, 'key'), fieldOf(label, 'value')])
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : [];
  return Object.fromEntries(pairs.map(([key, text]) => [String(key), String(text)]));
}

const listIn = (cell: string): readonly unknown[] => {
  const value = parsed(cell);
  return Array.isArray(value) ? value : [];
};

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;

function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return null;
  }
}

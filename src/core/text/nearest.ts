/**
 * The candidate closest to `word` by edits (insert, delete, change, swap); null where more than a third of it would have to
 * change, which makes it another word.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = edits(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (!best || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

/** Optimal string alignment distance. */
export function edits(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const change = at(rows, row - 1, column - 1) + (same ? 0 : 1);
      const insert = (current[column - 1] ?? 0) + 1;
      const remove = at(rows, row - 1, column) + 1;
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? at(rows, row - 2, column - 2) + 1 : Infinity;
      current.push(Math.min(change, insert, remove, swap));
    }
    rows.push(current);
  }
  return at(rows, a.length, b.length);
}

const at = (rows: readonly number[][], row: number, column: number): number =>
  rows[row]?.[column] ?? Infinity;

/** The candidate with the fewest changed characters; null when none is similar. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  if (word.length > 80) return null;
  let best: string | null = null;
  // Further away than this is another word, not a typing error.
  let limit = Math.max(2, Math.floor(word.length / 2));
  for (const candidate of candidates) {
    const distance = distanceOf(word, candidate);
    if (distance <= limit) {
      best = candidate;
      limit = distance - 1;
    }
  }
  return best;
}

/** Levenshtein's: insertions, deletions and replacements. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const above = row[j] ?? Infinity;
      const left = next[j - 1] ?? Infinity;
      const diagonal = row[j - 1] ?? Infinity;
      next.push(Math.min(above + 1, left + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? Infinity;
}

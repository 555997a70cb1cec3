const MOST = 50_000;

/** Counts how often a key was seen. Forgets all when there are too many: memory counts more than variety. */
export function repeats(): { next(key: string): number; reset(): void } {
  const counts = new Map<string, number>();
  return {
    next(key) {
      const count = counts.get(key) ?? 0;
      if (counts.size >= MOST) counts.clear();
      counts.set(key, count + 1);
      return count;
    },
    reset: () => counts.clear(),
  };
}

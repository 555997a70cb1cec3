/** Alike parts of a quantity: each may have been counted on one of several days, and some of them not at all. */
export interface Parts {
  /** Tokens of each. */
  readonly quantity: number;
  readonly count: number;
  /** Indexes of days, both inside. */
  readonly first: number;
  readonly last: number;
  /** Whether each must be on one of the days. */
  readonly mustBeThere: boolean;
}

export interface Solution {
  /** By index of the parts, how many were counted: from, to, over all ways in which it comes out. */
  readonly counted: readonly (readonly [least: number, most: number])[];
}

/** Beyond this the days have too many ways to come out to say anything. */
const MOST_STEPS = 50_000;

/**
 * Finds how parts can be laid on days so that each day comes to exactly what it needs. Null where there is no way; undefined
 * where there are too many to try.
 */
export function solve(needs: readonly number[], parts: readonly Parts[]): Solution | null | undefined {
  const left = parts.map(({ count }) => count);
  const counted: [number, number][] = parts.map(({ count }) => [count, 0]);
  let steps = 0;
  let found = false;

  function day(index: number): void {
    if (index === needs.length) {
      found = true;
      parts.forEach(({ count }, part) => {
        const used = count - (left[part] ?? 0);
        const range = counted[part];
        if (range) counted[part] = [Math.min(range[0], used), Math.max(range[1], used)];
      });
      return;
    }
    fill(index, 0, needs[index] ?? 0);
  }

  function fill(index: number, part: number, need: number): void {
    if ((steps += 1) > MOST_STEPS) return;
    const one = parts[part];
    if (one === undefined) {
      if (need === 0) day(index + 1);
      return;
    }
    const here = left[part] ?? 0;
    if (index < one.first || index > one.last) return fill(index, part + 1, need);
    const least = one.mustBeThere && index === one.last ? here : 0;
    const most = Math.min(here, Math.floor(need / one.quantity));
    for (let used = most; used >= least; used -= 1) {
      left[part] = here - used;
      fill(index, part + 1, need - used * one.quantity);
    }
    left[part] = here;
  }

  day(0);
  if (steps > MOST_STEPS) return undefined;
  return found ? { counted } : null;
}

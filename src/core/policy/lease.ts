/** A process that holds something says this often that it lives. */
export const BEAT_MS = 60_000;

/** Who says nothing for this long, is taken for dead. */
export const SILENT_MS = 5 * BEAT_MS;

/** The clocks of two machines may differ by this much. */
const SKEW_MS = 60 * 60_000;

/** The last sign of life of a process: its number, and when it was by the clock of that process. */
export interface Beat {
  readonly beats: number;
  readonly at: number;
}

/**
 * Whether a process that cannot be seen is taken for dead. Times are compared within one clock: `seen` is the beat that this
 * machine saw last, and when it first saw that one. The clocks of two machines are compared only for beats so old that no
 * difference between them explains it. Where a process is taken for dead that lives, its own changes fail from then on.
 */
export function isSilent(last: Beat, seen: Beat | null, now: number): boolean {
  const isWatched = seen !== null && seen.beats === last.beats && now - seen.at >= SILENT_MS;
  return isWatched || now - last.at >= SKEW_MS + SILENT_MS;
}

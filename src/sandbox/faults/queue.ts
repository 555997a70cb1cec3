import type { DrawnFault, Entry, Family } from './schedule.ts';
import { parseSchedule } from './schedule.ts';
import type { Random } from '../random.ts';

/** The faults that are still to come. */
export interface FaultQueue {
  /** What the next request of this family meets. */
  draw(family: Family): readonly DrawnFault[];
  set(schedule: string): void;
  add(schedule: string): void;
  clear(): void;
  pending(): readonly Entry[];
}

const isMeantFor = (entry: Entry, family: Family): boolean =>
  entry.family === family || entry.family === 'any';

/** `random` decides the entries with a share, so that a seed makes them the same every time. */
export function faultQueue(schedule: string, random: Random): FaultQueue {
  let entries = parseSchedule(schedule);
  return {
    draw(family) {
      const next = entries.find(
        (entry) => entry.share === null && entry.times > 0 && isMeantFor(entry, family),
      );
      if (next) {
        entries = entries
          .map((entry) => (entry === next ? { ...entry, times: entry.times - 1 } : entry))
          .filter((entry) => entry.times > 0);
        return next.faults;
      }
      for (const entry of entries) {
        if (entry.share === null || !isMeantFor(entry, family)) continue;
        if (random.happens(entry.share)) return entry.faults;
      }
      return [];
    },
    set(schedule) {
      entries = parseSchedule(schedule);
    },
    add(schedule) {
      entries = [...entries, ...parseSchedule(schedule)];
    },
    clear() {
      entries = [];
    },
    pending: () => entries,
  };
}

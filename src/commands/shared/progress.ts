import { format, type Usd } from '../../core/pricing/money.ts';
import { counted } from '../../core/text/text.ts';

interface Progressed {
  readonly done: number;
  readonly all: number;
  readonly noun: 'image' | 'picture';
  readonly spent: Usd;
  /** Milliseconds that the rest will take; null where nobody can know. */
  readonly leftMs: number | null;
}

/** "12 of 40 pictures, $0.41 spent, about 2 min left" */
export function progressText({ done, all, noun, spent, leftMs }: Progressed): string {
  const left = leftMs === null ? '' : `, about ${duration(leftMs)} left`;
  return `${done} of ${counted(all, noun)}, ${format(spent)} spent${left}`;
}

/** What the rest takes, if it goes on as before; null before the first and after the last. */
export const leftAfter = (done: number, all: number, elapsedMs: number): number | null =>
  done <= 0 || done >= all ? null : (elapsedMs / done) * (all - done);

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Gives things out in the order of their keys, each as soon as those before it are there. */
export function inOrder<Key, Thing>(
  keys: readonly Key[],
  tell: (thing: Thing) => void,
): (key: Key, thing: Thing) => void {
  const waiting = new Map<Key, Thing>();
  let next = 0;
  return (key, thing) => {
    waiting.set(key, thing);
    for (let at = keys[next]; at !== undefined; at = keys[next]) {
      const ready = waiting.get(at);
      if (ready === undefined) return;
      waiting.delete(at);
      next += 1;
      tell(ready);
    }
  };
}

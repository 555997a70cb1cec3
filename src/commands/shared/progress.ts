import { format, type Usd } from '../../core/pricing/money.ts';
import { counted } from '../../core/text/text.ts';

/** "12 of 40 pictures, $0.41 spent, about 2 min left" */
export function progressText(done: number, all: number, spent: Usd, elapsedMs: number): string {
  const left =
    done === 0 || done === all ? '' : `, about ${duration((elapsedMs / done) * (all - done))} left`;
  return `${done} of ${counted(all, 'picture')}, ${format(spent)} spent${left}`;
}

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

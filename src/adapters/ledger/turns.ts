import type { Awaitable } from './queries.ts';

/** One after the other: nobody finds itself inside the transaction of somebody else. */
export function turns(): <T>(work: () => Awaitable<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

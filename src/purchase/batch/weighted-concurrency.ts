/** How many things at a time, and how much of them together. */
export interface Limits<T> {
  readonly most: number;
  readonly room: number;
  readonly weigh: (thing: T) => number;
}

/**
 * Works on several things at the same time; the next is asked for when there is room for one more. After the first that
 * fails no more are taken, and it is thrown when what is under way is done.
 */
export async function abreast<T>(
  things: AsyncIterable<T>,
  { most, room, weigh }: Limits<T>,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let weight = 0;

  async function one(thing: T): Promise<void> {
    weight += weigh(thing);
    try {
      await work(thing);
    } catch (error) {
      failures.push(error);
    }
    weight -= weigh(thing);
  }

  try {
    for await (const thing of things) {
      while (underWay.size > 0 && (underWay.size >= most || weight + weigh(thing) > room))
        await Promise.race(underWay);
      if (failures.length > 0) break;
      const begun = one(thing).finally(() => underWay.delete(begun));
      underWay.add(begun);
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}

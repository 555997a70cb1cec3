import type { Batch, Item, Outcome } from './types.ts';
import { seededRandom } from '../random.ts';
import type { Lines } from '../files/content.ts';
import { isRecord } from '../generate/wire.ts';

/** Whether the results of a job are in a file. */
export const inFile = ({ inputFile, behaviour: { job } }: Batch): boolean =>
  inputFile !== null && job.inlined === undefined;

/** One answer of a batch, as it stands in an answer or in a line of a file. */
export async function resultOf(outcome: Outcome): Promise<Record<string, unknown>> {
  return 'error' in outcome ? { error: outcome.error } : { response: await outcome.body() };
}

/**
 * The results of a batch: one line for each, in an order that is not that of the requests. The lines are made
 * whenever they are read, because thousands of pictures would not fit into memory.
 */
export function results(items: readonly Item[], outcomes: readonly Outcome[], seed: number): Lines {
  const random = seededRandom(seed, 'order');
  const order = outcomes
    .map((outcome, index) => ({ outcome, key: keyOf(items[index]), at: random.between(0, 1) }))
    .sort((a, b) => a.at - b.at);
  return async function* read() {
    for (const { outcome, key } of order) {
      yield Buffer.from(`${JSON.stringify({ ...(await resultOf(outcome)), key })}\n`);
    }
  };
}

export const keyOf = (item: Item | undefined): unknown =>
  isRecord(item?.metadata) ? item.metadata.key : undefined;

import { createHash } from 'node:crypto';
import type { Item, Outcome } from './types.ts';
import { seededRandom } from '../random.ts';
import type { Content } from '../files/files.ts';
import { isRecord } from '../generate/wire.ts';

/** One answer of a batch, as it stands in an answer or in a line of a file. */
export async function resultOf(outcome: Outcome): Promise<Record<string, unknown>> {
  return 'error' in outcome ? { error: outcome.error } : { response: await outcome.body() };
}

/**
 * The file with the results of a batch: one line for each, in an order that is not that of the requests. The lines are
 * made whenever they are read, because thousands of pictures would not fit into memory.
 */
export function results(items: readonly Item[], outcomes: readonly Outcome[], seed: number): Content {
  const random = seededRandom(seed, 'order');
  const order = outcomes
    .map((outcome, index) => ({ outcome, key: keyOf(items[index]), at: random.between(0, 1) }))
    .sort((a, b) => a.at - b.at);
  let measured: Promise<{ size: number; sha256: string }> | null = null;

  async function* read(): AsyncIterable<Uint8Array> {
    for (const { outcome, key } of order) {
      yield Buffer.from(`${JSON.stringify({ ...(await resultOf(outcome)), key })}\n`);
    }
  }

  async function measure(): Promise<{ size: number; sha256: string }> {
    const sha256 = createHash('sha256');
    let size = 0;
    for await (const line of read()) {
      sha256.update(line);
      size += line.length;
    }
    return { size, sha256: sha256.digest('hex') };
  }

  const once = (): Promise<{ size: number; sha256: string }> => (measured ??= measure());
  return { read, size: async () => (await once()).size, sha256: async () => (await once()).sha256 };
}

const keyOf = (item: Item | undefined): unknown => (isRecord(item?.metadata) ? item.metadata.key : undefined);

import type { Batch, Item, Outcome } from './types.ts';
import { iso } from '../http/call.ts';
import { inFile, keyOf, resultOf } from './results.ts';

const TYPE = 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch';

/** A batch job as the API shows it: an operation whose metadata says all of it, and whose response repeats the output. */
export async function operation(batch: Batch, withResults: boolean): Promise<Record<string, unknown>> {
  const name = `batches/${batch.id}`;
  const { outputIn, withoutStats = false } = batch.behaviour.job;
  const output = withResults || inFile(batch) ? await outputOf(batch) : null;
  const metadata = {
    '@type': TYPE,
    model: `models/${batch.model}`,
    ...(batch.displayName !== undefined && { displayName: batch.displayName }),
    ...(batch.inputFile !== null && { inputConfig: { fileName: batch.inputFile } }),
    ...(output && outputIn !== 'response' && { output }),
    createTime: iso(batch.createdAt),
    ...(batch.outcomes && { endTime: iso(batch.updatedAt) }),
    updateTime: iso(batch.updatedAt),
    batchStats: withoutStats ? {} : stats(batch),
    state: `BATCH_STATE_${batch.state}`,
    name,
  };
  if (!batch.outcomes) return { name, metadata };
  const error = errorOf(batch);
  return {
    name,
    metadata,
    done: true,
    ...(error && { error }),
    ...(output && !error && outputIn !== 'metadata' && { response: { '@type': `${TYPE}Output`, ...output } }),
  };
}

async function outputOf(batch: Batch): Promise<Record<string, unknown> | null> {
  if (!batch.outcomes || batch.outcomes.length === 0 || batch.unnamed > 0) return null;
  if (inFile(batch)) return { responsesFile: `files/batch-${batch.id}` };
  const inlinedResponses = [];
  for (const [index, outcome] of batch.outcomes.entries()) {
    inlinedResponses.push({ ...(await resultOf(outcome)), ...marked(batch, batch.items[index]) });
  }
  return { inlinedResponses: { inlinedResponses } };
}

/** What tells an answer that stands in the job itself from the others. */
function marked({ behaviour: { job } }: Batch, item: Item | undefined): Record<string, unknown> {
  if (job.inlined === 'key-beside') return { key: keyOf(item) };
  return item?.metadata === undefined ? {} : { metadata: item.metadata };
}

const failed = (outcome: Outcome): boolean => 'error' in outcome;

/** Counts are strings, and a count of zero does not appear. */
function stats({ items, outcomes, state }: Batch): Record<string, string> {
  const worked = outcomes?.length ?? 0;
  const failures = outcomes?.filter(failed).length ?? 0;
  // A job that was cancelled or expired before any work counts no failures.
  const unworked = state === 'FAILED' || worked > 0 ? items.length - worked : 0;
  const counts = {
    requestCount: items.length,
    successfulRequestCount: worked - failures,
    failedRequestCount: failures + unworked,
    pendingRequestCount: outcomes ? 0 : items.length,
  };
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [[name, String(count)]] : [])),
  );
}

function errorOf({ state, unreadable }: Batch): { readonly code: number; readonly message: string } | null {
  if (state === 'FAILED')
    return unreadable === null ? { code: 13, message: 'Internal error.' } : { code: 3, message: unreadable };
  if (state === 'CANCELLED') return { code: 1, message: 'The operation was cancelled.' };
  return state === 'EXPIRED' ? { code: 4, message: 'The batch expired before it could be completed.' } : null;
}

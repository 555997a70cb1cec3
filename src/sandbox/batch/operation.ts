import type { Batch, Outcome } from './types.ts';
import { iso } from '../http/call.ts';
import { resultOf } from './results.ts';

const TYPE = 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch';

/** A batch job as the API shows it: an operation whose metadata says all of it, and whose response repeats the output. */
export async function operation(batch: Batch, withResults: boolean): Promise<Record<string, unknown>> {
  const name = `batches/${batch.id}`;
  const output = withResults || batch.inputFile !== null ? await outputOf(batch) : null;
  const metadata = {
    '@type': TYPE,
    model: `models/${batch.model}`,
    ...(batch.displayName !== undefined && { displayName: batch.displayName }),
    ...(batch.inputFile !== null && { inputConfig: { fileName: batch.inputFile } }),
    ...(output && { output }),
    createTime: iso(batch.createdAt),
    ...(batch.outcomes && { endTime: iso(batch.updatedAt) }),
    updateTime: iso(batch.updatedAt),
    batchStats: stats(batch),
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
    ...(output && { response: { '@type': `${TYPE}Output`, ...output } }),
  };
}

async function outputOf(batch: Batch): Promise<Record<string, unknown> | null> {
  if (batch.state !== 'SUCCEEDED' || !batch.outcomes) return null;
  if (batch.inputFile !== null) return { responsesFile: `files/batch-${batch.id}` };
  const inlinedResponses = [];
  for (const [index, outcome] of batch.outcomes.entries()) {
    const metadata = batch.items[index]?.metadata;
    inlinedResponses.push({ ...(await resultOf(outcome)), ...(metadata !== undefined && { metadata }) });
  }
  return { inlinedResponses: { inlinedResponses } };
}

const failed = (outcome: Outcome): boolean => 'error' in outcome;

/** Counts are strings, and a count of zero does not appear. */
function stats({ items, outcomes, state }: Batch): Record<string, string> {
  const failures = state === 'FAILED' ? items.length : (outcomes?.filter(failed).length ?? 0);
  const counts = {
    requestCount: items.length,
    successfulRequestCount: state === 'SUCCEEDED' ? items.length - failures : 0,
    failedRequestCount: failures,
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

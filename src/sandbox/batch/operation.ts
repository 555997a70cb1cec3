import { jsonAnswer, type Answer } from '../http/response.ts';
import type { Batch, Batches, Outcome } from './batches.ts';
import { type Call, iso } from '../http/call.ts';
import { pass } from '../admission.ts';
import { keyOf } from '../http/keys.ts';
import { page } from '../http/page.ts';
import { Problem } from '../http/problem.ts';
import { resultOf } from './results.ts';
import type { Route } from '../models/model-routes.ts';
import type { State } from '../state.ts';

const TYPE = 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch';

/** A batch job as the API shows it: an operation whose metadata says all, and whose response says it again. */
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

/** Counts are strings, and those of nothing do not appear. */
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

function errorOf({ state, broken }: Batch): { readonly code: number; readonly message: string } | null {
  if (state === 'FAILED')
    return broken === null ? { code: 13, message: 'Internal error.' } : { code: 3, message: broken };
  if (state === 'CANCELLED') return { code: 1, message: 'The operation was cancelled.' };
  return state === 'EXPIRED' ? { code: 4, message: 'The batch expired before it could be completed.' } : null;
}

/** The endpoints about jobs that exist. */
export function batchRoutes(state: State, batches: Batches): readonly Route[] {
  const gated =
    (method: string, act: (call: Call) => Promise<Answer>) =>
    async (call: Call): Promise<Answer> => {
      const passed = await pass(state, call, 'jobs', { model: '', method });
      if (passed.answer) return passed.answer;
      batches.advance();
      return { ...(await act(call)), delivery: passed.manner.delivery };
    };

  function find(call: Call): Batch {
    const id = call.names[0] ?? '';
    const batch = batches.get(id);
    // Nobody learns whether another project has such a job.
    if (batch?.owner === keyOf(call)) return batch;
    throw new Problem('NOT_FOUND', `Operation batches/${id} was not found.`);
  }

  const list = async (call: Call): Promise<Answer> => {
    const { items, nextPageToken } = page(
      batches.list().filter(({ owner }) => owner === keyOf(call)),
      call.query,
      { size: 100, most: 1000 },
    );
    const operations = await Promise.all(items.map((batch) => operation(batch, false)));
    return jsonAnswer({
      ...(operations.length > 0 && { operations }),
      ...(nextPageToken !== null && { nextPageToken }),
    });
  };
  const get = async (call: Call): Promise<Answer> => jsonAnswer(await operation(find(call), true));
  const cancel = async (call: Call): Promise<Answer> => {
    batches.cancel(find(call));
    return jsonAnswer({});
  };
  const remove = async (call: Call): Promise<Answer> => {
    batches.remove(find(call).id);
    return jsonAnswer({});
  };

  return [
    { method: 'GET', path: /^\/(v1beta|v1)\/batches$/, handler: gated('list', list) },
    { method: 'GET', path: /^\/(v1beta|v1)\/batches\/([^/:]+)$/, handler: gated('get', get) },
    { method: 'DELETE', path: /^\/(v1beta|v1)\/batches\/([^/:]+)$/, handler: gated('delete', remove) },
    { method: 'POST', path: /^\/(v1beta|v1)\/batches\/([^/:]+):cancel$/, handler: gated('cancel', cancel) },
  ];
}

import { jsonResponse, type HttpResponse } from '../http/response.ts';
import { admitting } from '../admission.ts';
import type { Batches } from './batches.ts';
import type { Call } from '../http/call.ts';
import { operation } from './operation.ts';
import { page } from '../http/page.ts';
import { Problem } from '../http/problem.ts';
import type { Handler, Route } from '../http/route.ts';
import type { State } from '../state.ts';
import type { Batch } from './types.ts';

/** The endpoints about jobs that exist. */
export function batchRoutes(state: State, batches: Batches): readonly Route[] {
  /** A handler that sees the jobs as they are by now. */
  const current = (method: string, handle: Handler): Handler =>
    admitting(state, 'jobs', method, (call) => {
      batches.advance();
      return handle(call);
    });

  function find(call: Call): Batch {
    const id = call.names[0] ?? '';
    const batch = batches.get(id);
    // Nobody learns whether another project has such a job.
    if (batch?.owner === call.key) return batch;
    throw new Problem('NOT_FOUND', `Operation batches/${id} was not found.`);
  }

  /** The jobs that a list shows by now. */
  function listed(call: Call): readonly Batch[] {
    const own = batches.list().filter(({ owner }) => owner === call.key);
    return own.filter((batch) => {
      const hidden = batch.unlisted > 0;
      if (hidden) batch.unlisted--;
      return !hidden;
    });
  }

  const list = async (call: Call): Promise<HttpResponse> => {
    const { items, nextPageToken } = page(listed(call), call.query, { size: 100, most: 1000 });
    const operations = await Promise.all(items.map((batch) => operation(batch, false)));
    return jsonResponse({
      ...(operations.length > 0 && { operations }),
      ...(nextPageToken !== null && { nextPageToken }),
    });
  };
  const get = async (call: Call): Promise<HttpResponse> => {
    const batch = find(call);
    const shown = await operation(batch, true);
    if (batch.outcomes && batch.unnamed > 0) batch.unnamed--;
    return jsonResponse(shown);
  };
  const cancel = (call: Call): HttpResponse => {
    batches.cancel(find(call));
    return jsonResponse({});
  };
  const remove = (call: Call): HttpResponse => {
    batches.remove(find(call).id);
    return jsonResponse({});
  };

  return [
    { method: 'GET', path: /^\/(v1beta|v1)\/batches$/, handler: current('list', list) },
    { method: 'GET', path: /^\/(v1beta|v1)\/batches\/([^/:]+)$/, handler: current('get', get) },
    { method: 'DELETE', path: /^\/(v1beta|v1)\/batches\/([^/:]+)$/, handler: current('delete', remove) },
    { method: 'POST', path: /^\/(v1beta|v1)\/batches\/([^/:]+):cancel$/, handler: current('cancel', cancel) },
  ];
}

import type { HttpResponse } from '../http/response.ts';
import type { Batches } from '../batch/batches.ts';
import type { Call } from '../http/call.ts';
import { countTokens } from '../generate/count.ts';
import type { Files } from '../files/files.ts';
import { admitting } from '../admission.ts';
import { generate, stream } from '../generate/generate.ts';
import type { FindFile } from '../generate/contents.ts';
import { createBatch } from '../batch/create-batch.ts';
import { findModel, getModel, listModels } from './list-models.ts';
import { predict } from '../generate/predict.ts';
import { modelNotFound } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import type { State } from '../state.ts';

interface Stores {
  readonly files: Files;
  readonly batches: Batches;
}

/** The endpoints about models. */
export function modelRoutes(state: State, stores: Stores): readonly Route[] {
  const retired = (): boolean => state.settings().retired;

  async function callMethod(call: Call): Promise<HttpResponse> {
    const [name = '', method = ''] = call.names;
    const model = findModel(name, retired());
    const findFile: FindFile = (uri) => stores.files.of(call.key).find(uri);
    if (model?.family === 'imagen' && method === 'predict') return predict(state, call, model);
    if (model?.family === 'gemini') {
      if (method === 'generateContent') return generate(state, call, model, findFile);
      if (method === 'streamGenerateContent') return stream(state, call, model, findFile);
      if (method === 'countTokens') return countTokens(call, model);
      if (method === 'batchGenerateContent') return createBatch(state, call, model, stores);
    }
    throw modelNotFound(name, call.version, method);
  }

  const list = (call: Call): HttpResponse => listModels(call, retired());
  const get = (call: Call): HttpResponse => getModel(call, call.names[0] ?? '', retired());

  return [
    { method: 'GET', path: /^\/(v1beta|v1)\/models$/, handler: admitting(state, 'models', 'list', list) },
    {
      method: 'GET',
      path: /^\/(v1beta|v1)\/models\/([^/:]+)$/,
      handler: admitting(state, 'models', 'get', get),
    },
    { method: 'POST', path: /^\/(v1beta|v1)\/models\/([^/:]+):(\w+)$/, handler: callMethod },
  ];
}

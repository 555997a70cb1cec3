import type { Answer } from '../http/response.ts';
import type { Batches } from '../batch/batches.ts';
import type { Call } from '../http/call.ts';
import { countTokens } from '../generate/count.ts';
import type { Files } from '../files/files.ts';
import { pass } from '../admission.ts';
import { generate, stream } from '../generate/generate.ts';
import type { FindFile } from '../generate/contents.ts';
import { createBatch } from '../batch/create-batch.ts';
import { keyOf } from '../http/keys.ts';
import { findModel, getModel, listModels } from './list-models.ts';
import { predict } from '../predict.ts';
import { modelNotFound, Problem } from '../http/problem.ts';
import type { State } from '../state.ts';

export type Handler = (call: Call) => Answer | Promise<Answer>;

export interface Route {
  readonly method: string;
  /** Its groups are the call's names; the first is the version of the API. */
  readonly path: RegExp;
  readonly handler: Handler;
}

interface Stores {
  readonly files: Files;
  readonly batches: Batches;
}

/** The endpoints about models. */
export function modelRoutes(state: State, stores: Stores): readonly Route[] {
  const retired = (): boolean => state.settings().retired;

  async function act(call: Call): Promise<Answer> {
    const [name = '', method = ''] = call.names;
    const model = findModel(name, retired());
    const findFile: FindFile = (uri) => stores.files.of(keyOf(call)).find(uri);
    if (model?.family === 'imagen' && method === 'predict') return predict(state, call, model);
    if (model?.family === 'gemini') {
      if (method === 'generateContent') return generate(state, call, model, findFile);
      if (method === 'streamGenerateContent') return stream(state, call, model, findFile);
      if (method === 'countTokens') return countTokens(call, model);
      if (method === 'batchGenerateContent') return createBatch(state, call, model, stores);
    }
    throw modelNotFound(name, call.version, method);
  }

  const gated =
    (method: string, show: (call: Call) => Answer) =>
    async (call: Call): Promise<Answer> => {
      const passed = await pass(state, call, 'models', { model: call.names[0] ?? '', method });
      return passed.answer ?? { ...show(call), delivery: passed.manner.delivery };
    };
  const list = (call: Call): Answer => listModels(call, retired());
  const get = (call: Call): Answer => getModel(call, call.names[0] ?? '', retired());

  return [
    { method: 'GET', path: /^\/(v1beta|v1)\/models$/, handler: gated('list', list) },
    { method: 'GET', path: /^\/(v1beta|v1)\/models\/([^/:]+)$/, handler: gated('get', get) },
    { method: 'POST', path: /^\/(v1beta|v1)\/models\/([^/:]+):(\w+)$/, handler: act },
  ];
}

/** Finds what answers to a path; throws the API's own 404 for the rest. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; names: string[] } {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, names: match.slice(1) };
  }
  throw new Problem('NOT_FOUND', 'The requested URL was not found on this server.');
}

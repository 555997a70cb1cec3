import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import { countTokens } from './count.ts';
import { generate, stream } from './generate.ts';
import type { FindFile } from './job.ts';
import { findModel, getModel, listModels } from './listing.ts';
import { predict } from './predict.ts';
import { modelNotFound, Problem } from './problem.ts';
import type { State } from './state.ts';

export type Handler = (call: Call) => Answer | Promise<Answer>;

export interface Route {
  readonly method: string;
  /** Its groups are the call's names; the first is the version of the API. */
  readonly path: RegExp;
  readonly handler: Handler;
}

/** The endpoints about models. */
export function modelRoutes(state: State, findFile: FindFile): readonly Route[] {
  const retired = (): boolean => state.settings().retired;

  async function act(call: Call): Promise<Answer> {
    const [name = '', method = ''] = call.names;
    const model = findModel(name, retired());
    if (model?.family === 'imagen' && method === 'predict') return predict(state, call, model);
    if (model?.family === 'gemini') {
      if (method === 'generateContent') return generate(state, call, model, findFile);
      if (method === 'streamGenerateContent') return stream(state, call, model, findFile);
      if (method === 'countTokens') return countTokens(call, model);
    }
    throw modelNotFound(name, call.version, method);
  }

  return [
    { method: 'GET', path: /^\/(v1beta|v1)\/models$/, handler: (call) => listModels(call, retired()) },
    {
      method: 'GET',
      path: /^\/(v1beta|v1)\/models\/([^/:]+)$/,
      handler: (call) => getModel(call, call.names[0] ?? '', retired()),
    },
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

import type { Call } from './call.ts';
import { Problem } from './problem.ts';
import type { HttpResponse } from './response.ts';

export type Handler = (call: Call) => HttpResponse | Promise<HttpResponse>;

export interface Route {
  readonly method: string;
  /** Its groups are the call's names; the first is the version of the API. */
  readonly path: RegExp;
  readonly handler: Handler;
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

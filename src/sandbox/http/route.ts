import type { Call } from './call.ts';
import type { HttpResponse } from './response.ts';

export type Handler = (call: Call) => HttpResponse | Promise<HttpResponse>;

export interface Route {
  readonly method: string;
  /** Its groups are the call's names; the first is the version of the API. */
  readonly path: RegExp;
  readonly handler: Handler;
}

/** Finds what answers to a path; null where nothing does. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; names: string[] } | null {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, names: match.slice(1) };
  }
  return null;
}

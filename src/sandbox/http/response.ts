/** How a response travels when it does not travel well. */
export type Delivery =
  | { readonly how: 'drop' | 'truncate' | 'stall' | 'hang' | 'gzip' | 'garble' | 'empty' | 'page' }
  | { readonly how: 'slow-head' | 'slow-body'; readonly ms: number };

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: readonly string[];
  /** In place of the body, where that is too large to hold in memory; the headers then say how long it is. */
  readonly source?: AsyncIterable<Uint8Array>;
  readonly delivery?: Delivery | undefined;
  /** For the log. */
  readonly note?: string;
}

/** What a network says that wants a visitor to sign in first. */
export const SIGN_IN = '<!DOCTYPE html>\n<title>Sign in</title>\n<p>Sign in to use this network.\n';

const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' };

export function jsonResponse(value: unknown, rest: Partial<HttpResponse> = {}): HttpResponse {
  const body = [`${JSON.stringify(value, null, 2)}\n`];
  return { status: 200, body, ...rest, headers: { ...JSON_TYPE, ...rest.headers } };
}

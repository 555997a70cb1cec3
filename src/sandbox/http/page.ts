import { invalid } from './problem.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string | null;
}

/** One page of a list. The token is opaque to clients: where the next page starts, in base64. */
export function page<T>(
  all: readonly T[],
  query: URLSearchParams,
  { size, most }: { readonly size: number; readonly most: number },
): Page<T> {
  const asked = Number(query.get('pageSize') ?? query.get('page_size') ?? size);
  if (!Number.isInteger(asked) || asked < 0) throw invalid('page_size must be a non-negative integer.');
  const start = startOf(query.get('pageToken') ?? query.get('page_token') ?? '');
  const end = start + Math.min(asked === 0 ? size : asked, most);
  return {
    items: all.slice(start, end),
    nextPageToken: end < all.length ? Buffer.from(`at:${end}`).toString('base64url') : null,
  };
}

function startOf(token: string): number {
  if (token === '') return 0;
  const match = /^at:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw invalid('Page token is invalid.');
  return Number(match[1]);
}

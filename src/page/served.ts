import type { PageStart } from '../core/page/types.ts';
import type { Source } from './source.ts';

/** Asks the pixtab that the page is from. */
export function served({ at }: Pick<PageStart, 'at'>): Source {
  async function get<T>(
    name: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal | null = null,
  ): Promise<T> {
    const response = await fetch(`data/${name}?${new URLSearchParams(query).toString()}`, { signal }).catch(
      (error: unknown) => {
        signal?.throwIfAborted();
        throw new Error(
          'pixtab gallery does not run any more. Start it again, and open the address that it says.',
          {
            cause: error,
          },
        );
      },
    );
    if (response.status === 404) throw new Error('The ledger knows nothing of it.');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const body = (await response.json()) as T & { readonly error?: string };
    if (!response.ok) throw new Error(body.error ?? `pixtab answered ${response.status}.`);
    return body;
  }

  return {
    rows: (filters, from, count, signal) =>
      get('rows', { ...filters, from: String(from), count: String(count), asOf: at }, signal),
    row: (id) => get('row', { id }),
    around: (id) => get('around', { id }),
    place: (sha256, id) => get('place', { sha256, id }),
    spending: (filters) => get('spending', { ...filters }),
  };
}

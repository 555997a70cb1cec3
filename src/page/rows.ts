import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { PageFilters, PageRow } from '../core/page/types.ts';
import { sentenceOf } from './loaded.ts';
import type { Source } from './source.ts';

/** Rows that are asked for together. */
const PAGE = 60;
/** Pages that are kept: of ten thousand rows, a browser need not hold more than these. */
const KEPT = 24;

export interface Rows {
  /** null until it is known. */
  readonly total: number | null;
  readonly error: string | null;
  readonly at: (index: number) => PageRow | undefined;
  /** The place of a request among those that are there now; -1 for none. */
  readonly indexOf: (id: string) => number;
  /** Asks for what is missing in this part, and leaves off asking for any other. */
  readonly want: (from: number, to: number) => void;
}

interface State {
  readonly key: string;
  readonly total: number | null;
  readonly error: string | null;
  readonly pages: ReadonlyMap<number, readonly PageRow[]>;
}

const empty = (key: string): State => ({ key, total: null, error: null, pages: new Map() });

/** Rows in pages, as they are scrolled to. */
export function useRows(source: Source, filters: PageFilters): Rows {
  const key = JSON.stringify(filters);
  const [state, setState] = useState<State>(() => empty(key));
  const asking = useRef(new Map<number, AbortController>());
  const current = state.key === key ? state : empty(key);

  const ask = useCallback(
    async (page: number): Promise<void> => {
      const control = new AbortController();
      asking.current.set(page, control);
      try {
        const found = await source.rows(filters, page * PAGE, PAGE, control.signal);
        setState((before) => withPage(before.key === key ? before : empty(key), page, found));
      } catch (error) {
        if (control.signal.aborted) return;
        setState((before) => ({ ...(before.key === key ? before : empty(key)), error: sentenceOf(error) }));
      } finally {
        if (asking.current.get(page) === control) asking.current.delete(page);
      }
    },
    [source, key],
  );

  useEffect(() => {
    void ask(0);
    return () => {
      for (const control of asking.current.values()) control.abort();
      asking.current.clear();
    };
  }, [ask]);

  const want = useCallback(
    (from: number, to: number) => {
      const [first, last] = [Math.floor(from / PAGE), Math.floor(Math.max(from, to - 1) / PAGE)];
      for (const [page, control] of asking.current) {
        if (page >= first && page <= last) continue;
        control.abort();
        // Whoever scrolls back at once asks for it again.
        asking.current.delete(page);
      }
      for (let page = first; page <= last; page += 1)
        if (!current.pages.has(page) && !asking.current.has(page)) void ask(page);
    },
    [current, ask],
  );

  return {
    total: current.total,
    error: current.error,
    at: (index) => current.pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    indexOf(id) {
      for (const [page, rows] of current.pages) {
        const index = rows.findIndex((row) => row.id === id);
        if (index >= 0) return page * PAGE + index;
      }
      return -1;
    },
    want,
  };
}

/** With one page more, and without those that were asked for longest ago. */
function withPage(
  state: State,
  page: number,
  { total, rows }: { readonly total: number; readonly rows: readonly PageRow[] },
): State {
  const pages = new Map(state.pages);
  pages.delete(page);
  pages.set(page, rows);
  for (const old of pages.keys()) if (pages.size > KEPT) pages.delete(old);
  return { ...state, total, error: null, pages };
}

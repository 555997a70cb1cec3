import { useEffect, useState } from 'preact/hooks';
import { PAGE_FILTERS, type PageFilters } from '../core/page/types.ts';

/** What the page shows: it stands behind the # of the address, so that Back works, and a link leads there. */
export interface Route {
  readonly view: 'pictures' | 'spending' | 'request' | 'compare';
  readonly ids: readonly string[];
  readonly filters: PageFilters;
}

const VIEWS = ['pictures', 'spending', 'request', 'compare'] as const;

/** null where the address says nothing yet. */
function routeIn(hash: string): Route | null {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name, ...ids] = path.split('/').map(decoded);
  const view = VIEWS.find((one) => one === name);
  if (view === undefined) return null;
  const given = new URLSearchParams(query);
  const filters = PAGE_FILTERS.flatMap((filter) => {
    const value = given.get(filter);
    return value ? [[filter, value] as const] : [];
  });
  return { view, ids, filters: Object.fromEntries(filters) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function hashOf({ view, ids, filters }: Route): string {
  const path = [view, ...ids].map(encodeURIComponent).join('/');
  const set = Object.entries(filters).filter(([, value]) => value !== '');
  const query = new URLSearchParams(set).toString();
  return `#/${path}${query === '' ? '' : `?${query}`}`;
}

export interface Router {
  readonly route: Route;
  /** The address of the same with something changed. */
  readonly to: (change: Partial<Route>) => string;
  /** Goes there; `isSame` for a small change, which Back should not stop at. */
  readonly go: (change: Partial<Route>, isSame?: boolean) => void;
}

export function useRoute(first: Route): Router {
  const [route, setRoute] = useState<Route>(() => routeIn(location.hash) ?? first);
  useEffect(() => {
    const follow = (): void => setRoute(routeIn(location.hash) ?? first);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const changed = (change: Partial<Route>): Route => ({ ...route, ids: [], ...change });
  return {
    route,
    to: (change) => hashOf(changed(change)),
    go(change, isSame = false) {
      const next = changed(change);
      if (isSame) history.replaceState(null, '', hashOf(next));
      else history.pushState(null, '', hashOf(next));
      setRoute(next);
    },
  };
}

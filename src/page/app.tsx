import { useState } from 'preact/hooks';
import { Compare } from './compare.tsx';
import { Pictures } from './pictures.tsx';
import { Request } from './request.tsx';
import { useRoute } from './route.ts';
import { useRows } from './rows.ts';
import { Spending, SpendingOf } from './spending.tsx';
import type { Source } from './source.ts';
import type { Shown } from './words.ts';

export function App({ start, source }: { readonly start: Shown; readonly source: Source | null }) {
  return source === null ? <Alone start={start} /> : <Gallery start={start} source={source} />;
}

function Gallery({ start, source }: { readonly start: Shown; readonly source: Source }) {
  const router = useRoute({ view: 'pictures', ids: [], filters: start.filters });
  const { route, to, go } = router;
  const rows = useRows(source, route.filters);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const isSpending = route.view === 'spending';
  const [first = '', second = ''] = route.ids;
  const choose = (id: string): void =>
    setChosen((before) =>
      before.includes(id) ? before.filter((one) => one !== id) : [...before, id].slice(-2),
    );
  const close = (): void => go({ view: 'pictures' });
  return (
    <>
      <header>
        <h1>pixtab</h1>
        <nav aria-label="Views">
          <a href={to({ view: 'pictures' })} aria-current={isSpending ? undefined : 'page'}>
            Pictures
          </a>
          <a href={to({ view: 'spending' })} aria-current={isSpending ? 'page' : undefined}>
            Spending
          </a>
        </nav>
        <Marked start={start} />
      </header>
      <main>
        {isSpending ? (
          <SpendingOf start={start} source={source} router={router} />
        ) : (
          <Pictures {...{ start, source, router, rows, chosen, choose }} />
        )}
      </main>
      {route.view === 'request' && <Request id={first} {...{ start, source, router, rows, close }} />}
      {route.view === 'compare' && (
        <Compare key={`${first} ${second}`} ids={[first, second]} {...{ start, source, close }} />
      )}
    </>
  );
}

/** The page about spending that `pixtab spend --html` and `pixtab reconcile --html` write. */
function Alone({ start }: { readonly start: Shown }) {
  return (
    <>
      <header>
        <h1>pixtab spending</h1>
        <Marked start={start} />
      </header>
      <main>{start.spending && <Spending spending={start.spending} start={start} />}</main>
    </>
  );
}

function Marked({ start: { sandbox, hidesPrompts } }: { readonly start: Shown }) {
  return (
    <p class="marks">
      {sandbox && <strong class="sandbox">Sandbox: no money was spent</strong>}
      {hidesPrompts && <span>without prompts</span>}
    </p>
  );
}

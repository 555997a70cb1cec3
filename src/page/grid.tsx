import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Card } from './card.tsx';
import { isTyping } from './keys.ts';
import type { Router } from './route.ts';
import type { Rows } from './rows.ts';
import type { Source } from './source.ts';
import type { Shown } from './words.ts';

/** In pixels, as the style sheet has them: rows of one height let any of ten thousand be found without a measurement. */
const CARD_WIDTH = 216;
const ROW_HEIGHT = 348;
const GAP = 16;
/** How long nobody scrolls on before rows are asked for: of what flies by, nothing is seen. */
const PAUSE_MS = 60;
/** Rows that are drawn above and below what is seen. */
const BEYOND = 2;

interface Seen {
  readonly columns: number;
  /** Rows of the grid. */
  readonly first: number;
  readonly last: number;
}

export interface GridProps {
  readonly start: Shown;
  readonly source: Source;
  readonly router: Router;
  readonly rows: Rows;
  /** Ids of requests to be looked at side by side: two at most. */
  readonly chosen: readonly string[];
  readonly choose: (id: string) => void;
}

/** All requests as cards; only those that are seen are there. */
export function Grid({ start, source, router, rows, chosen, choose }: GridProps) {
  const list = useRef<HTMLUListElement>(null);
  const [{ columns, first, last }, setSeen] = useState<Seen>({ columns: 1, first: 0, last: 3 });
  const [focused, setFocused] = useState<number | null>(null);
  const total = rows.total ?? 0;
  const height = Math.ceil(total / columns) * ROW_HEIGHT;

  useLayoutEffect(() => {
    const measure = (): void => {
      const box = list.current?.getBoundingClientRect();
      if (!box) return;
      const fitting = Math.max(1, Math.floor((box.width + GAP) / (CARD_WIDTH + GAP)));
      const top = Math.max(0, Math.floor(-box.top / ROW_HEIGHT) - BEYOND);
      const bottom = Math.max(1, Math.ceil((innerHeight - box.top) / ROW_HEIGHT) + BEYOND);
      setSeen((before) =>
        before.columns === fitting && before.first === top && before.last === bottom
          ? before
          : { columns: fitting, first: top, last: bottom },
      );
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    const watching = new ResizeObserver(measure);
    if (list.current) watching.observe(list.current);
    return () => {
      removeEventListener('scroll', measure);
      watching.disconnect();
    };
  }, []);

  const from = Math.min(first * columns, Math.max(0, total - 1));
  const to = Math.min(total, last * columns);
  useEffect(() => {
    if (total === 0) return undefined;
    const timer = setTimeout(() => rows.want(from, to), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [from, to, total, rows.want]);

  // A card that was scrolled to is there only after it was drawn.
  useEffect(() => {
    if (focused === null) return;
    if (focus(focused)) setFocused(null);
  });

  /** False where the card is not drawn. */
  function focus(index: number): boolean {
    const card = list.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`);
    card?.focus();
    return card !== undefined && card !== null;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (isTyping(event) || !(event.target instanceof HTMLElement)) return;
    const index = Number(event.target.closest<HTMLElement>('[data-index]')?.dataset['index'] ?? Number.NaN);
    if (Number.isNaN(index)) return;
    if (event.key === 'c') choose(rows.at(index)?.id ?? '');
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const goal = { Home: 0, End: total - 1 }[event.key] ?? (step === undefined ? index : index + step);
    if (goal === index || goal < 0 || goal >= total) return;
    event.preventDefault();
    reveal(Math.floor(goal / columns));
    // At once where that is possible: the next key may come before the next drawing.
    if (!focus(goal)) setFocused(goal);
  }

  function reveal(row: number): void {
    const box = list.current?.getBoundingClientRect();
    if (!box) return;
    const top = box.top + row * ROW_HEIGHT;
    if (top < 0) scrollBy({ top: top - GAP });
    else if (top + ROW_HEIGHT > innerHeight) scrollBy({ top: top + ROW_HEIGHT - innerHeight });
  }

  const shown = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  return (
    <ul
      ref={list}
      class="grid"
      onKeyDown={onKeyDown}
      style={{
        height: `${height}px`,
        paddingTop: `${Math.floor(from / columns) * ROW_HEIGHT}px`,
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
      }}
    >
      {shown.map((index) => {
        const row = rows.at(index);
        return (
          <li key={row?.id ?? index} data-index={index} aria-setsize={total} aria-posinset={index + 1}>
            {row && (
              <Card
                row={row}
                start={start}
                source={source}
                href={router.to({ view: 'request', ids: [row.id] })}
                isChosen={chosen.includes(row.id)}
                choose={choose}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

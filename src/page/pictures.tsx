import { useEffect } from 'preact/hooks';
import { Filters } from './filters.tsx';
import { Grid, type GridProps } from './grid.tsx';
import { isTyping } from './keys.ts';
import { counted } from './words.ts';

export function Pictures({ start, source, router, rows, chosen, choose }: GridProps) {
  const { total, error } = rows;
  const compare = router.to({ view: 'compare', ids: chosen });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Filters start={start} router={router} />
      <p class="count" role="status">
        {error ?? (total === null ? 'Looking…' : saying(total))}
      </p>
      <Grid {...{ start, source, router, rows, chosen, choose }} />
      <p class="keys">
        Arrow keys move, Enter opens, c chooses for a comparison, / searches. In a picture, ← and → go on, Esc
        closes.
      </p>
      {chosen.length > 0 && (
        <aside class="choice" aria-label="Comparison">
          <span>{chosen.length === 1 ? 'One chosen: choose another to compare.' : 'Two chosen.'}</span>
          {chosen.length === 2 && (
            <a class="button" href={compare}>
              Compare
            </a>
          )}
          <button type="button" onClick={() => chosen.forEach(choose)}>
            Clear
          </button>
        </aside>
      )}
    </>
  );
}

const saying = (total: number): string =>
  total === 0 ? 'No request was made that these filters leave.' : counted(total, 'request');

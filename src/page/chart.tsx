import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PageSeries, PageSpending } from '../core/page/types.ts';
import { format, nano, sum, toDecimal, usd, type Usd } from '../core/pricing/money.ts';
import { printable } from '../core/text/text.ts';
import { Table } from './table.tsx';
import { money } from './words.ts';

// Rectangles of SVG: they are drawn by the style sheet, in light, in dark and on paper, and stay sharp. A canvas would be none of that.

const HEIGHT = 260;
const MARGIN = { top: 10, right: 8, bottom: 26, left: 64 };
/** So wide is a bar at most, and so much of its period at least. */
const BAR = { most: 48, share: 0.8 };

/** What was spent by day, stacked, with what is held on top. */
export function Chart({ spending }: { readonly spending: PageSpending }) {
  const [by, setBy] = useState<'model' | 'project'>('model');
  const { periods, step } = spending;
  const series = by === 'model' ? spending.byModel : spending.byProject;
  if (periods.length === 0)
    return (
      <section>
        <h2>By day</h2>
        <p>Nothing was spent that these filters leave.</p>
      </section>
    );
  return (
    <section>
      <h2>By {step}</h2>
      <fieldset class="tabs">
        <legend class="unseen">Stacked by</legend>
        {(['model', 'project'] as const).map((name) => (
          <label key={name}>
            <input type="radio" name="by" checked={by === name} onChange={() => setBy(name)} />
            by {name}
          </label>
        ))}
      </fieldset>
      <Bars spending={spending} series={series} by={by} />
      <ul class="legend">
        {series.map(({ name, total }, index) => (
          <li key={name}>
            <i class={`swatch s${index}`} /> {printable(name)} {money(total)}
          </li>
        ))}
        {usd(spending.total.held) > 0n && (
          <li>
            <i class="swatch held" /> held {money(spending.total.held)}
          </li>
        )}
      </ul>
      <details>
        <summary>The same as a table</summary>
        <Numbers spending={spending} series={series} />
      </details>
    </section>
  );
}

interface BarsProps {
  readonly spending: PageSpending;
  readonly series: readonly PageSeries[];
  readonly by: string;
}

function Bars({ spending: { periods, held, step }, series, by }: BarsProps) {
  const [frame, width] = useWidth();
  const stacks = periods.map((_, index) => [
    ...series.map(({ amounts }) => usd(amounts[index] ?? '0')),
    usd(held[index] ?? '0'),
  ]);
  const sums = stacks.map((parts) => sum(parts));
  const most = sums.reduce((most, one) => (one > most ? one : most), usd('0'));
  const ticks = ticksTo(most);
  const top = ticks.at(-1) ?? most;
  const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  // Only the drawing is in floating point.
  const y = (amount: Usd): number => MARGIN.top + inner.height * (1 - Number(amount) / Number(top || 1n));
  const slot = inner.width / periods.length;
  const bar = Math.min(BAR.most, Math.max(slot * BAR.share, Math.min(slot, 1)));
  const x = (index: number): number => MARGIN.left + slot * index + (slot - bar) / 2;
  const dearest = sums.indexOf(most);
  const label = `Spent by ${step}, stacked by ${by}: ${periods[0] ?? ''} to ${periods.at(-1) ?? ''}, at most ${format(most)} on ${periods[dearest] ?? ''}. The same is in the table below.`;
  return (
    <div ref={frame} class="chart">
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
        <defs>
          <pattern
            id="hatch"
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class="hatch" width="2.5" height="6" />
          </pattern>
        </defs>
        {ticks.map((tick) => (
          <g key={String(tick)} class="tick">
            <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
            <text x={MARGIN.left - 8} y={y(tick)} text-anchor="end" dominant-baseline="middle">
              {format(tick)}
            </text>
          </g>
        ))}
        {stacks.map((parts, index) => (
          <g key={index}>
            <title>{hint(periods[index] ?? '', parts, series)}</title>
            <rect
              class="slot"
              x={MARGIN.left + slot * index}
              y={MARGIN.top}
              width={slot}
              height={inner.height}
            />
            {stacked(parts).map(({ from, to }, part) =>
              to > from ? (
                <rect
                  key={part}
                  class={part === series.length ? 'held' : `s${part}`}
                  x={x(index)}
                  width={bar}
                  y={y(to)}
                  height={Math.max(y(from) - y(to), 0.5)}
                />
              ) : null,
            )}
          </g>
        ))}
        {named(periods.length, inner.width).map((index) => (
          <text key={index} class="period" x={x(index) + bar / 2} y={HEIGHT - 8} text-anchor="middle">
            {periods[index]}
          </text>
        ))}
      </svg>
    </div>
  );
}

/** The width of an element, as it is now. */
function useWidth() {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  useLayoutEffect(() => {
    const measure = (): void => setWidth(Math.max(280, frame.current?.clientWidth ?? 900));
    measure();
    const watching = new ResizeObserver(measure);
    if (frame.current) watching.observe(frame.current);
    return () => watching.disconnect();
  }, []);
  return [frame, width] as const;
}

function stacked(parts: readonly Usd[]): readonly { readonly from: Usd; readonly to: Usd }[] {
  let top = usd('0');
  return parts.map((part) => {
    const from = top;
    top = nano(top + part);
    return { from, to: top };
  });
}

function hint(period: string, parts: readonly Usd[], series: readonly PageSeries[]): string {
  const names = [...series.map(({ name }) => printable(name)), 'held'];
  const said = parts.flatMap((part, index) => (part > 0n ? [`${names[index]} ${format(part)}`] : []));
  return `${period}: ${format(sum(parts))}${said.length > 0 ? ` (${said.join(', ')})` : ''}`;
}

/** Round amounts from nothing up to one that is not below: 1, 2 or 5 of a power of ten apart. */
function ticksTo(most: Usd): readonly Usd[] {
  if (most === 0n) return [usd('0')];
  let step = 1n;
  const steps = [2n, 5n, 10n];
  for (let power = 1n; most > step * 4n; power *= 10n)
    for (const one of steps) if (most > step * 4n) step = power * one;
  const count = Number((most + step - 1n) / step);
  return Array.from({ length: count + 1 }, (_, index) => nano(step * BigInt(index)));
}

/** The periods that are named: as many as there is room for. */
function named(count: number, width: number): readonly number[] {
  const most = Math.max(1, Math.floor(width / 96));
  const every = Math.ceil(count / most);
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}

function Numbers({ spending: { periods, held, step }, series }: Omit<BarsProps, 'by'>) {
  const rows = periods.map((period, index) => {
    const parts = series.map(({ amounts }) => usd(amounts[index] ?? '0'));
    return { period, parts, held: usd(held[index] ?? '0') };
  });
  const shown = rows.filter(({ parts, held }) => held > 0n || parts.some((part) => part > 0n));
  return (
    <Table
      columns={[step, ...series.map(({ name }) => `#${printable(name)}`), '#spent', '#held']}
      rows={shown.map(({ period, parts, held }) => [
        period,
        ...parts.map((part) => (part === 0n ? '' : format(part))),
        money(toDecimal(sum(parts))),
        format(held),
      ])}
    />
  );
}

import type { PageRow } from '../core/page/types.ts';
import { printable } from '../core/text/text.ts';
import { Dialog } from './dialog.tsx';
import { useLoaded } from './loaded.ts';
import { Picture } from './picture.tsx';
import type { Source } from './source.ts';
import { priceOf, titleOf, type Shown } from './words.ts';

interface CompareProps {
  readonly ids: readonly [string, string];
  readonly start: Shown;
  readonly source: Source;
  readonly close: () => void;
}

/** Two requests side by side, and in what they differ. */
export function Compare({ ids, start, source, close }: CompareProps) {
  const load = (): Promise<readonly PageRow[]> => Promise.all(ids.map((id) => source.row(id)));
  const { value, error } = useLoaded(load, ids.join(' '));
  const rows = value ?? [];
  const [one, other] = rows;
  return (
    <Dialog title="Comparison" close={close}>
      <h2>Side by side</h2>
      {error !== null && <p role="alert">{error}</p>}
      <div class="beside">
        {rows.map((row, index) => {
          const [image] = row.images;
          return (
            <div key={index}>
              {image ? (
                <Picture {...{ row, image, start, source }} />
              ) : (
                <p class="face none">{row.reason ?? `No picture: ${row.outcome}.`}</p>
              )}
            </div>
          );
        })}
      </div>
      {one && other && (
        <div class="scroll">
          <table class="differences">
            <thead>
              <tr>
                <td />
                <th scope="col">one</th>
                <th scope="col">other</th>
              </tr>
            </thead>
            <tbody>
              {FACTS.map(([name, of]) => {
                const [left, right] = [of(one, start), of(other, start)];
                return (
                  <tr key={name} class={left === right ? undefined : 'differs'}>
                    <th scope="row">
                      {name}
                      {left !== right && <span aria-label=", differs"> ≠</span>}
                    </th>
                    <td dir="auto">{left}</td>
                    <td dir="auto">{right}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Dialog>
  );
}

const FACTS: readonly (readonly [string, (row: PageRow, start: Shown) => string])[] = [
  ['prompt', (row, { hidesPrompts }) => titleOf(row, hidesPrompts)],
  ['model', ({ alias }) => alias],
  ['price', priceOf],
  ['size', ({ size }) => size],
  ['aspect', ({ aspect }) => aspect ?? 'any'],
  ['pixels', ({ images: [image] }) => (image ? `${image.width} × ${image.height}` : '')],
  ['thinking', ({ thinking }) => thinking ?? 'as usual'],
  ['lane', ({ lane }) => lane],
  ['outcome', ({ outcome }) => outcome],
  ['project', ({ project }) => printable(project ?? '')],
  ['labels', ({ labels }) => printable(labels.join(', '))],
  ['bought', ({ at }, { clock }) => clock(at)],
];

import type { PageRow } from '../core/page/types.ts';
import { Around } from './around.tsx';
import { Command } from './copy.tsx';
import { Dialog } from './dialog.tsx';
import { Drafts } from './drafts.tsx';
import { isTyping } from './keys.ts';
import { useLoaded } from './loaded.ts';
import { Picture } from './picture.tsx';
import { Receipt } from './receipt.tsx';
import type { Router } from './route.ts';
import type { Rows } from './rows.ts';
import type { Source } from './source.ts';
import { titleOf, type Shown } from './words.ts';

interface RequestProps {
  readonly id: string;
  readonly start: Shown;
  readonly source: Source;
  readonly router: Router;
  readonly rows: Rows;
  readonly close: () => void;
}

/** One request large: its pictures, its receipt, and what stands around it. */
export function Request({ id, start, source, router, rows, close }: RequestProps) {
  const { value: row, error } = useLoaded(() => source.row(id), id);
  const { value: around } = useLoaded(() => source.around(id), id);
  const index = rows.indexOf(id);
  const neighbour = (step: number): PageRow | undefined => (index < 0 ? undefined : rows.at(index + step));
  const [newer, older] = [neighbour(-1), neighbour(1)];
  const link = (other: PageRow): string => router.to({ view: 'request', ids: [other.id] });
  function onKey(event: KeyboardEvent): void {
    const next = { ArrowLeft: newer, ArrowRight: older }[event.key];
    if (next && !isTyping(event)) router.go({ view: 'request', ids: [next.id] }, true);
  }
  const drafts = row?.images.filter(({ draft }) => draft !== null) ?? [];
  const pictures = row?.images.filter(({ draft }) => draft === null) ?? [];
  const title = row ? titleOf(row, start.hidesPrompts) : 'Request';
  return (
    <Dialog title={title} close={close} onKey={onKey}>
      <nav class="steps" aria-label="Other requests">
        {newer && <a href={link(newer)}>← newer</a>}
        {older && <a href={link(older)}>older →</a>}
      </nav>
      {error !== null && <p role="alert">{error}</p>}
      {row && (
        <div class="request">
          <div class="large">
            {pictures.map((image) => (
              <Picture key={image.sha256} {...{ row, image, start, source }} />
            ))}
            {drafts.length > 0 && <Drafts {...{ row, drafts, start, source }} />}
            {row.images.length === 0 && (
              <p class="face none">{row.reason ?? `No picture: ${row.outcome}.`}</p>
            )}
          </div>
          <div class="facts">
            <h2 dir="auto">{title}</h2>
            <Receipt row={row} start={start} />
            <section>
              <h3>Go on</h3>
              <ul class="commands">
                {row.commands.map((command) => (
                  <Command key={command.label} {...command} />
                ))}
              </ul>
            </section>
            {around && (
              <Around {...{ row, around, start, link: (id) => router.to({ view: 'request', ids: [id] }) }} />
            )}
          </div>
        </div>
      )}
    </Dialog>
  );
}

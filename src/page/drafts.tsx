import type { PageImage, PageRow } from '../core/page/types.ts';
import { Command } from './copy.tsx';
import { Picture } from './picture.tsx';
import type { Source } from './source.ts';
import type { Shown } from './words.ts';

interface DraftsProps {
  readonly row: PageRow;
  readonly drafts: readonly PageImage[];
  readonly start: Shown;
  readonly source: Source;
}

/** The drafts of a sheet, each with the command that makes it large. */
export function Drafts({ row, drafts, start, source }: DraftsProps) {
  return (
    <section>
      <h3>Drafts</h3>
      <ul class="drafts">
        {drafts.map((image) => (
          <li key={image.sha256}>
            <Picture {...{ row, image, start, source }} />
            {image.draft && (
              <ul class="commands">
                <Command {...image.draft.command} label={`Draft ${image.draft.number}`} />
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

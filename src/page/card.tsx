import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PageImage, PagePlace, PageRow } from '../core/page/types.ts';
import { printable } from '../core/text/text.ts';
import { useLoaded } from './loaded.ts';
import { thumbOf, type Source } from './source.ts';
import { counted, priceOf, titleOf, type Shown } from './words.ts';

interface CardProps {
  readonly row: PageRow;
  readonly start: Shown;
  readonly source: Source;
  readonly href: string;
  readonly isChosen: boolean;
  readonly choose: (id: string) => void;
}

export function Card({ row, start, source, href, isChosen, choose }: CardProps) {
  const { images, outcome, lane, project, labels } = row;
  const [image] = images;
  const place = usePlace(row, image, source);
  const filed = [project, ...labels].filter((word) => word !== null).join(' · ');
  return (
    <article class="card">
      <a href={href}>
        <Face row={row} place={place} />
        <span class="title" dir="auto">
          {titleOf(row, start.hidesPrompts)}
        </span>
        <span class="facts">
          <b>{priceOf(row)}</b> {row.alias} {row.size}
          {lane !== 'now' && ` ${lane}`}
        </span>
        <span class="facts">
          {start.clock(row.at)}
          {filed && ` · ${printable(filed)}`}
        </span>
        {outcome !== 'ok' && <span class={`mark ${outcome}`}>{outcome}</span>}
        {images.length > 1 && <span class="more">{several(images)}</span>}
      </a>
      <label class="choose">
        <input
          type="checkbox"
          checked={isChosen}
          aria-label={`Compare: ${titleOf(row, start.hidesPrompts)}`}
          onChange={() => choose(row.id)}
        />
      </label>
    </article>
  );
}

/** "4 pictures", "16 drafts" */
function several(images: PageRow['images']): string {
  const drafts = images.filter(({ draft }) => draft !== null).length;
  return drafts > 0 ? counted(drafts, 'draft') : counted(images.length, 'picture');
}

/** What is seen of a request: its first picture, or why there is none. */
function Face({ row, place }: { readonly row: PageRow; readonly place: PagePlace | null }) {
  const [image] = row.images;
  const [isBroken, setBroken] = useState(false);
  const thumb = useRef<HTMLImageElement>(null);
  // A browser asks for few things at a time: what was scrolled away must not stand in line before rows.
  useLayoutEffect(() => () => thumb.current?.removeAttribute('src'), []);
  if (image === undefined)
    return <span class="face none">{printable(row.reason ?? `no picture: ${row.outcome}`)}</span>;
  const isLookedFor = place === null || place.state === 'missing';
  const words = (place && whereabouts(place)) ?? (isBroken ? 'cannot be shown' : null);
  return (
    <span class={isBroken ? 'face none' : 'face'}>
      {!isLookedFor && !isBroken && (
        // Of a picture that is gone, the thumbnail may be left.
        <img
          ref={thumb}
          src={thumbOf(image.sha256)}
          alt=""
          decoding="async"
          fetchpriority="low"
          onError={() => setBroken(true)}
        />
      )}
      {words && <span class="where">{words}</span>}
    </span>
  );
}

/** Where a picture is, as far as that is not where it was saved. */
export function whereabouts(place: PagePlace): string | null {
  if (place.state !== 'moved') return WHEREABOUTS[place.state];
  return place.path === null ? 'moved' : `moved to ${printable(place.path)}`;
}

const WHEREABOUTS: Readonly<Record<Exclude<PagePlace['state'], 'moved'>, string | null>> = {
  there: null,
  stored: 'file gone, kept in the store',
  gone: 'file gone',
  missing: 'looking for the file…',
  replaced: 'another file is in its place',
};

/** Where a picture is; one that is not at its path is looked for. null for no picture. */
export function usePlace({ id }: PageRow, image: PageImage | undefined, source: Source): PagePlace | null {
  const isLost = image?.place.state === 'missing' || image?.place.state === 'replaced';
  const look = async (): Promise<PagePlace | null> =>
    image && isLost ? source.place(image.sha256, id) : null;
  const { value: found } = useLoaded(look, `${image?.sha256} ${isLost}`);
  const before = image?.place ?? null;
  return found === null || (found.state === 'gone' && before?.state === 'replaced') ? before : found;
}

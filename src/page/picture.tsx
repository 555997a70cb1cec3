import { useState } from 'preact/hooks';
import type { PageImage, PageRow } from '../core/page/types.ts';
import { printable } from '../core/text/text.ts';
import { usePlace, whereabouts } from './card.tsx';
import { pictureOf, type Source } from './source.ts';
import { titleOf, type Shown } from './words.ts';

interface PictureProps {
  readonly row: PageRow;
  readonly image: PageImage;
  readonly start: Shown;
  readonly source: Source;
}

/** A picture as large as there is room, or why there is none. */
export function Picture({ row, image, start, source }: PictureProps) {
  const [isBroken, setBroken] = useState(false);
  const place = usePlace(row, image, source);
  const words = place && whereabouts(place);
  const address = pictureOf(image);
  const isThere = place !== null && place.state !== 'gone' && place.state !== 'missing' && !isBroken;
  return (
    <figure>
      {isThere ? (
        <a href={address} target="_blank" rel="noreferrer">
          <img
            src={address}
            alt={titleOf(row, start.hidesPrompts)}
            width={image.width}
            height={image.height}
            onError={() => setBroken(true)}
          />
        </a>
      ) : (
        <span class="face none">{words ?? 'It cannot be shown.'}</span>
      )}
      <figcaption>
        {image.path !== null && <span dir="auto">{printable(image.path)} · </span>}
        {image.width} × {image.height}
        {words !== null && isThere && <b> · {words}</b>}
      </figcaption>
    </figure>
  );
}

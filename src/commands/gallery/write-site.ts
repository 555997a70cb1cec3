import type { PageFilters, PageImage, PageRow, PageStart } from '../../core/page/types.ts';
import type { Deps, PageAssets, PictureFiles, Pictures, Progress, Thumbnails } from '../../ports/index.ts';
import { counted } from '../../core/text/text.ts';
import { pageHtml } from './html.ts';
import type { Finder, Found } from './pictures.ts';
import type { PageReader } from './reader.ts';
import { placeIn, type Telling } from './rows.ts';

interface Writing {
  readonly folder: string;
  readonly filters: PageFilters;
  readonly reader: PageReader;
  readonly finder: Finder;
  readonly thumbnails: Thumbnails;
  readonly assets: PageAssets;
  readonly telling: Telling;
  readonly files: PictureFiles;
  readonly pictures: Pick<Pictures, 'strip'>;
  readonly progress: Progress;
  readonly stop: Deps['stop'];
}

export interface WrittenSite {
  readonly requests: number;
  readonly pictures: number;
  /** Pictures that are in no file any more. */
  readonly gone: number;
  /** Of everything that is in it. */
  readonly bytes: number;
}

/** Rows of one file: they are read one after the other, so that the first are there at once. */
const ROWS_OF_FILE = 500;

/** Writes the gallery as files that need nobody to serve them. Failure `disk`. */
export async function writeSite(writing: Writing): Promise<WrittenSite> {
  const { filters, reader, assets, progress, stop } = writing;
  const put = putting(writing);
  const pictured: Pictured = { brought: new Set(), gone: new Set() };
  let [requests, files] = [0, 0];
  const spending = await reader.spending(filters);
  const start = await reader.start(filters);
  for (let total = 1; requests < total; files += 1) {
    stop.throwIfAborted();
    const page = await reader.rows(filters, requests, ROWS_OF_FILE, Date.parse(start.at));
    if (page.rows.length === 0) break;
    total = page.total;
    const rows: PageRow[] = [];
    for (const row of page.rows) {
      stop.throwIfAborted();
      const images: PageImage[] = [];
      for (const image of row.images) images.push(await withPicture(image, row.id, pictured, put, writing));
      rows.push({ ...row, images });
      progress.update(`${requests + rows.length} of ${counted(total, 'request')}`);
    }
    requests += rows.length;
    await put(`rows/${files}.js`, `(self.pixtabRows ??= []).push(...${JSON.stringify(rows)});\n`);
  }
  if (files === 0) await put('rows/0.js', '');
  await put('page.js', assets.script);
  await put('page.css', assets.style);
  const page: PageStart = { ...start, source: 'files', files: Math.max(files, 1), spending };
  await put('index.html', pageHtml(page));
  const { brought, gone } = pictured;
  return { requests, pictures: brought.size, gone: gone.size, bytes: put.bytes() };
}

/** Hashes of pictures. */
interface Pictured {
  readonly brought: Set<string>;
  readonly gone: Set<string>;
}

type Put = ((name: string, content: string | Uint8Array) => Promise<void>) & { readonly bytes: () => number };

/** Puts a file into the site, in place of one from before. */
function putting({ folder, files }: Writing): Put {
  let bytes = 0;
  const encoder = new TextEncoder();
  async function put(name: string, content: string | Uint8Array): Promise<void> {
    const body = typeof content === 'string' ? encoder.encode(content) : content;
    bytes += body.byteLength;
    await files.put(`${folder}/${name}`, body, { replace: true });
  }
  return Object.assign(put, { bytes: () => bytes });
}

/** Brings a picture and its thumbnail along, under names that say nothing but what is in them. */
async function withPicture(
  image: PageImage,
  id: string,
  { brought, gone }: Pictured,
  put: Put,
  writing: Writing,
): Promise<PageImage> {
  const { sha256, place } = image;
  if (brought.has(sha256) && place.state === 'there') return image;
  const found = await writing.finder.find(sha256, id);
  if (!found?.bytes) {
    gone.add(sha256);
    return { ...image, place: { state: 'gone' } };
  }
  if (!brought.has(sha256)) await bring(image, found.bytes, put, writing);
  brought.add(sha256);
  return { ...image, place: placeIn(found.place, writing.telling) };
}

async function bring(
  { sha256, mimeType }: PageImage,
  bytes: NonNullable<Found['bytes']>,
  put: Put,
  { thumbnails, telling, pictures, stop }: Writing,
): Promise<void> {
  const small = await thumbnails.of(sha256, async () => bytes, stop);
  if (small !== null) await put(`thumb/${sha256}.webp`, small);
  // A picture may carry its prompt in itself.
  const shown = telling.hidesPrompts ? pictures.strip(bytes) : bytes;
  await put(`picture/${sha256}.${mimeType.replace('image/', '')}`, shown);
}

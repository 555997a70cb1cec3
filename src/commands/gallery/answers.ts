import { Failure } from '../../core/errors.ts';
import { PAGE_FILTERS, type PageFilters, type PageStart } from '../../core/page/types.ts';
import type { PageAssets, SiteAnswer, SiteRequest, Thumbnails } from '../../ports/index.ts';
import { pageHtml } from './html.ts';
import type { Finder } from './pictures.ts';
import type { PageReader } from './reader.ts';
import { placeIn, type Telling } from './rows.ts';

interface Served {
  readonly reader: PageReader;
  readonly finder: Finder;
  readonly thumbnails: Thumbnails;
  readonly assets: PageAssets;
  readonly telling: Telling;
  /** As they were typed. */
  readonly filters: PageFilters;
}

/** More rows than a screen shows. */
const MOST_ROWS = 200;

/** What the gallery answers, by path; null for a path that there is not. */
export function answering(served: Served): (request: SiteRequest) => Promise<SiteAnswer | null> {
  return async (request) => {
    const [, page, folder, name = ''] =
      /^(?:([\w.]*)|(data|thumb|picture)\/([\w.-]+))$/.exec(request.path) ?? [];
    try {
      if (page !== undefined) return await file(page, served);
      if (folder === 'data') return await data(name, request, served);
      if (folder === 'thumb') return await thumb(hashOf(name), request, served);
      return folder === 'picture' ? await picture(hashOf(name), served) : null;
    } catch (error) {
      // A filter that somebody typed into the page.
      if (error instanceof Failure && error.kind === 'usage') return json({ error: error.message }, 400);
      throw error;
    }
  };
}

const json = (value: unknown, status = 200): SiteAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});

const hashOf = (name: string): string => name.replace(/\.\w+$/, '');

async function file(name: string, { reader, assets, filters }: Served): Promise<SiteAnswer | null> {
  if (name === 'page.js') return { type: 'text/javascript', body: assets.script };
  if (name === 'page.css') return { type: 'text/css', body: assets.style };
  if (name !== '') return null;
  const start: PageStart = { ...(await reader.start(filters)), source: 'server', files: 0, spending: null };
  return { type: 'text/html', body: pageHtml(start) };
}

async function data(
  name: string,
  { query }: SiteRequest,
  { reader, finder, telling }: Served,
): Promise<SiteAnswer | null> {
  const filters: PageFilters = Object.fromEntries(
    PAGE_FILTERS.flatMap((filter) => {
      const value = query.get(filter);
      return value === null ? [] : [[filter, value]];
    }),
  );
  const number = (key: string): number => Math.max(0, Math.floor(Number(query.get(key)) || 0));
  if (name === 'rows') {
    const asOf = Date.parse(query.get('asOf') ?? '');
    const count = Math.min(number('count'), MOST_ROWS);
    return json(await reader.rows(filters, number('from'), count, Number.isNaN(asOf) ? undefined : asOf));
  }
  if (name === 'spending') return json(await reader.spending(filters));
  const found = await one(name, query.get('id') ?? '', reader);
  if (name !== 'place') return found && json(found);
  const place = (await finder.find(query.get('sha256') ?? '', query.get('id') ?? ''))?.place;
  return place ? json(placeIn(place, telling)) : null;
}

async function one(name: string, id: string, reader: PageReader): Promise<object | null> {
  if (name === 'row') return reader.row(id);
  return name === 'around' ? reader.around(id) : null;
}

async function thumb(
  sha256: string,
  { signal }: SiteRequest,
  { finder, thumbnails }: Served,
): Promise<SiteAnswer | null> {
  const read = async () => (await finder.find(sha256))?.bytes ?? null;
  const body = await thumbnails.of(sha256, read, signal);
  return body && { type: 'image/webp', body, isFixed: true };
}

/** Pictures alone: whatever else the ledger may name is no business of a browser's. */
const SHOWN = /^image\/(?:png|jpeg|webp|avif)$/;

async function picture(sha256: string, { finder }: Served): Promise<SiteAnswer | null> {
  const found = await finder.find(sha256);
  if (found === null || found.bytes === null || !SHOWN.test(found.mimeType)) return null;
  return { type: found.mimeType, body: found.bytes, isFixed: true };
}

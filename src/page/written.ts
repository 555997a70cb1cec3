import type { PageFilters, PageRow, PageStart } from '../core/page/types.ts';
import { calendar } from '../core/policy/calendar.ts';
import { parsePeriod } from '../core/policy/period.ts';
import type { Source } from './source.ts';

declare global {
  /** The rows of the files that were read so far, newest first. */
  var pixtabRows: PageRow[] | undefined;
}

/** Reads files beside the page, all of them: the first comes with the page, and the others one after the other. */
export function written(start: PageStart): Source {
  const rows = (): readonly PageRow[] => globalThis.pixtabRows ?? [];
  const all = readAll(start.files);

  async function one(id: string): Promise<PageRow> {
    const isId = (row: PageRow): boolean => row.id === id;
    const found = rows().find(isId) ?? (await all.then(() => rows().find(isId)));
    if (found === undefined) throw new Error('This page has no such request.');
    return found;
  }

  return {
    async rows(filters, from, count) {
      const isAll = Object.values(filters).every((value) => value === '');
      const isAsked = filterOf(filters, start);
      // Of everything, the first rows are known before the last file is there.
      if (!isAll || from + count > rows().length) await all;
      const found = isAll ? rows() : rows().filter(isAsked);
      if (isAll) await all;
      return { total: found.length, rows: found.slice(from, from + count) };
    },
    row: one,
    async around(id) {
      const row = await one(id);
      await all;
      const places = new Set(row.images.map(({ path }) => path));
      const tries = rows().filter(
        (other) =>
          other.id === id ||
          (other.runId === row.runId &&
            row.prompt !== null &&
            other.prompt === row.prompt &&
            other.images.every(({ path }) => places.has(path))),
      );
      const alike = rows().filter(
        (other) => other.id !== id && row.prompt !== null && other.prompt === row.prompt,
      );
      return { tries: tries.toReversed(), session: null, alike };
    },
    place: async () => ({ state: 'gone' }),
    spending: async () => {
      if (start.spending === null) throw new Error('This page says nothing of spending.');
      return start.spending;
    },
  };
}

async function readAll(files: number): Promise<void> {
  for (let file = 1; file < files; file += 1) await read(`rows/${file}.js`);
}

const read = (path: string): Promise<void> =>
  new Promise((done, fail) => {
    const script = document.createElement('script');
    script.src = path;
    script.addEventListener('load', () => done());
    script.addEventListener('error', () => fail(new Error(`${path} is missing beside this page.`)));
    document.head.append(script);
  });

/** The filters of `pixtab history`, over what the files have. */
function filterOf(filters: PageFilters, { zone, at }: PageStart): (row: PageRow) => boolean {
  const local = calendar(zone);
  const now = Date.parse(at);
  const { search = '', model, project, label, lane, run, since, until, refused, unconfirmed } = filters;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const from = since ? parsePeriod(since, '--since', local, now).from : -Infinity;
  const to = until ? parsePeriod(until, '--until', local, now).until : Infinity;
  const outcomes = [...(refused ? ['refused', 'unread'] : []), ...(unconfirmed ? ['unconfirmed'] : [])];
  const is = (asked: string | undefined, value: string | null): boolean => !asked || asked === value;
  return (row) =>
    is(model, row.model) &&
    is(project, row.project) &&
    is(lane, row.lane) &&
    (!label || row.labels.includes(label)) &&
    (!run || row.runId.startsWith(run)) &&
    Date.parse(row.at) >= from &&
    Date.parse(row.at) < to &&
    (outcomes.length === 0 || outcomes.includes(row.outcome)) &&
    words.every((word) => row.prompt?.toLowerCase().includes(word));
}

import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { thousands } from '../../core/text/text.ts';
import { withBooks } from '../shared/with-books.ts';
import { mustBegin, type Context } from './shared.ts';
import { batchDocument, jobJson, shortId, standFor } from './output.ts';
import { printTable } from '../shared/layout.ts';

const COLUMNS = [
  { title: 'job' },
  { title: 'model', cut: 'middle' },
  { title: 'stands', cut: 'end' },
  { title: 'requests', right: true, spare: 3 },
  { title: 'saved', right: true },
  { title: 'failed', right: true, spare: 2 },
  { title: 'made', spare: 1 },
] as const;

/** Every job there ever was, without asking the API. */
export function list({ jobs: names, settings, flags, deps, terminal }: Context): Promise<number> {
  return withBooks(settings, deps, async ({ ledger }) => {
    const all = await ledger.jobs.list('all');
    const jobs = all.filter(
      ({ jobId }) => names.length === 0 || names.some((name) => jobId.startsWith(name)),
    );
    for (const name of names) mustBegin(name, all);
    if (flags.json) {
      terminal.out(
        JSON.stringify(batchDocument(settings, { jobs: jobs.map((job) => jobJson(job)) }), null, 2),
      );
      return 0;
    }
    const rows = jobs.map((job) => [
      shortId(job),
      aliasOf(job.model),
      standFor(job, deps.clock.now()),
      thousands(job.requests),
      thousands(job.items.saved),
      thousands(job.items.failed + job.items.refused + job.items.unconfirmed),
      new Date(job.plannedAt).toISOString().slice(0, 16).replace('T', ' '),
    ]);
    if (jobs.length === 0) terminal.note('There is no job. Make one with --lane batch.');
    else printTable('text', COLUMNS, rows, terminal);
    return 0;
  });
}

import { textTable } from '../../core/text/table.ts';
import { withBooks } from '../shared/with-books.ts';
import { mustBegin, SCHEMA, type Context } from './shared.ts';
import { jobJson, shortId, standFor } from './output.ts';

const COLUMNS = [
  { title: 'job' },
  { title: 'model' },
  { title: 'stands' },
  { title: 'requests', right: true },
  { title: 'saved', right: true },
  { title: 'failed', right: true },
  { title: 'made' },
];

/** Every job there ever was, without asking the API. */
export function list({ jobs: names, settings, flags, deps, terminal }: Context): Promise<number> {
  return withBooks(settings, deps, async ({ ledger }) => {
    const all = await ledger.jobs.list('all');
    const jobs = all.filter(
      ({ jobId }) => names.length === 0 || names.some((name) => jobId.startsWith(name)),
    );
    for (const name of names) mustBegin(name, all);
    if (flags.json) {
      const document = { schema: SCHEMA, outcome: 'ok', exitCode: 0, jobs: jobs.map(jobJson), error: null };
      terminal.out(JSON.stringify(document, null, 2));
      return 0;
    }
    const rows = jobs.map((job) => [
      shortId(job),
      job.model,
      standFor(job, deps.clock.now()),
      String(job.requests),
      String(job.items.saved),
      String(job.items.failed + job.items.refused + job.items.unconfirmed),
      new Date(job.plannedAt).toISOString().slice(0, 16).replace('T', ' '),
    ]);
    if (jobs.length === 0) terminal.note('There is no job. Make one with --lane batch.');
    else for (const line of textTable(COLUMNS, rows)) terminal.out(line);
    return 0;
  });
}

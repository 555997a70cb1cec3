import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { excerpt, printable } from '../../core/text/text.ts';
import type { Job } from '../../ports/index.ts';
import { withBooks } from '../shared/with-books.ts';
import { oneName, theOne, type Context } from './shared.ts';
import { batchDocument, jobJson, shortId, standFor, standOf } from './output.ts';
import { printTable } from '../shared/layout.ts';

const COLUMNS = [
  { title: 'request' },
  { title: 'state' },
  { title: 'prompt', cut: 'end' },
  { title: 'why', cut: 'end' },
] as const;

/** One job and every request in it, without asking the API. */
export async function show({ jobs: names, settings, flags, deps, terminal }: Context): Promise<number> {
  const name = oneName(names, 'show');
  return withBooks(settings, deps, async ({ ledger }) => {
    const job = await theOne(name, ledger.jobs);
    const all = await ledger.jobs.list('all');
    const items = await ledger.jobs.items(job.jobId);
    if (flags.json) {
      const requests = items.map(({ attempt, state, images, why, resubmittedAs }) => ({
        attemptId: attempt.attemptId,
        prompt: attempt.prompt,
        state,
        images,
        why,
        resubmittedAs,
      }));
      terminal.out(JSON.stringify(batchDocument(settings, { jobs: [jobJson(job, requests)] }), null, 2));
      return 0;
    }
    terminal.text(`job      ${job.jobId}`);
    terminal.text(`run      ${job.runId}`);
    terminal.text(`model    ${aliasOf(job.model)}`);
    terminal.text(`stands   ${standFor(job, deps.clock.now())}`);
    terminal.text(`at       ${job.baseUrl}${job.batch === null ? '' : ` as ${job.batch}`}`);
    const chain = chainOf(job, all);
    if (chain.length > 1) terminal.text(`chain    ${chain.map((each) => linkOf(each, job)).join(' → ')}`);
    if (job.why !== null) terminal.text(`why      ${printable(job.why)}`);
    terminal.out('');
    const rows = items.map(({ attempt, state, images, why, resubmittedAs }) => [
      attempt.attemptId.slice(0, 8),
      state === 'saved' && images === 0 ? 'refused' : state,
      excerpt(attempt.prompt, 40),
      resubmittedAs === null ? excerpt(why ?? '', 60) : `resubmitted as ${resubmittedAs.slice(0, 8)}`,
    ]);
    printTable('text', COLUMNS, rows, terminal);
    return 0;
  });
}

/** The job that was asked for first, and everything that was asked for again since, oldest first. */
function chainOf(job: Job, all: readonly Job[]): readonly Job[] {
  const before = all.find(({ jobId }) => jobId === job.repeats);
  if (before) return chainOf(before, all);
  const behind = (one: Job): readonly Job[] => [
    one,
    ...all.filter(({ repeats }) => repeats === one.jobId).flatMap(behind),
  ];
  return behind(job);
}

const linkOf = (each: Job, shown: Job): string =>
  `${shortId(each)} (${each.jobId === shown.jobId ? 'this' : standOf(each)})`;

import { format, sum, ZERO } from '../../core/pricing/money.ts';
import { counted, printable, thousands } from '../../core/text/text.ts';
import type { Clock, Job, Ledger, Terminal } from '../../ports/index.ts';
import type { Advanced } from '../../purchase/batch/types.ts';
import type { Recovered } from '../../purchase/recover.ts';
import { leftAfter, progressText } from '../shared/progress.ts';
import { standFor } from './output.ts';

/** Shows how far jobs are while somebody waits for them; where nothing moves, a line whenever there is something new. */
export function watchJobs(
  ledger: Pick<Ledger, 'jobs'>,
  clock: Pick<Clock, 'now'>,
  terminal: Pick<Terminal, 'progress' | 'note'>,
) {
  const progress = terminal.progress('Looking at the jobs');
  let [answers, spent] = [0, ZERO];
  let first: number | null = null;
  let said = '';
  /** Answers that the jobs still owe, when they were last looked at. */
  let owed = 0;

  return {
    onAnswer: ({ bill }: Pick<Recovered, 'bill'>): void => {
      const now = clock.now();
      // Between the first answer and this one lie as many steps as answers before it.
      const leftMs = leftAfter(answers, owed - 1, now - (first ??= now));
      answers += 1;
      spent = sum([spent, bill?.amount ?? ZERO]);
      const all = Math.max(owed, answers);
      progress.update(progressText({ done: answers, all, noun: 'image', spent, leftMs }));
    },
    /** Before the first look: these are waited for. */
    expect: (jobs: readonly Job[]): void => {
      owed = jobs.reduce((count, job) => count + job.items.open, 0);
    },
    onLook: async (advanced: readonly Advanced[]): Promise<void> => {
      if (advanced.length === 0) return;
      const jobs = await current(
        advanced.map(({ jobId }) => jobId),
        ledger,
      );
      owed = answers + jobs.reduce((count, job) => count + job.items.open, 0);
      const summary = `${summaryOf(jobs, clock)}, ${format(spent)} spent${whyOf(jobs)}${troubleIn(advanced)}`;
      progress.update(summary);
      if (!progress.isShown && summary !== said) terminal.note(`wait   ${summary}`);
      said = summary;
    },
    stop: () => progress.stop(),
  };
}

/** Jobs as the ledger has them now. */
export async function current(
  jobIds: readonly string[],
  { jobs }: Pick<Ledger, 'jobs'>,
): Promise<readonly Job[]> {
  const ids = new Set(jobIds);
  return (await jobs.list('all')).filter(({ jobId }) => ids.has(jobId));
}

/** "1 of 3 jobs done (1 pending for 2 days, 1 running), 40 of 120 images saved" */
export function summaryOf(jobs: readonly Job[], clock: Pick<Clock, 'now'>): string {
  const count = (of: (job: Job) => number): number => jobs.reduce((sum, job) => sum + of(job), 0);
  const open = jobs.filter(({ stage }) => stage !== 'done');
  const all = open.map((job) => standFor(job, clock.now()));
  const stands = [...new Set(all)].map((stand) => `${all.filter((each) => each === stand).length} ${stand}`);
  const asked = counted(
    count(({ requests }) => requests),
    'image',
  );
  return (
    `${jobs.length - open.length} of ${counted(jobs.length, 'job')} done` +
    `${stands.length > 0 ? ` (${stands.join(', ')})` : ''}, ` +
    `${thousands(count(({ items }) => items.saved))} of ${asked} saved`
  );
}

/** Why jobs wait, as the API says. */
export const whyOf = (jobs: readonly Job[]): string =>
  [...new Set(jobs.flatMap(({ stage, why }) => (stage === 'done' ? [] : (why ?? []))))]
    .map((each) => `; ${printable(each)}`)
    .join('');

/** What is in the way of jobs that are waited for. */
export function troubleIn(advanced: readonly Advanced[]): string {
  const messages = advanced.flatMap(({ failure }) => (failure === null ? [] : printable(failure.message)));
  return [...new Set(messages)].map((message) => `; ${message}`).join('');
}

import type { Tier } from '../../core/catalogue/account-limits.ts';
import { usageFailure } from '../../core/errors.ts';
import { inQueue } from '../../core/policy/batch-queue.ts';
import { counted } from '../../core/text/text.ts';
import type { Deps, Job, RunStart, Settings, Terminal } from '../../ports/index.ts';
import { batchContext } from '../../purchase/batch/context.ts';
import { endOfItems, outcomeOfJobs } from '../../purchase/batch/outcome.ts';
import type { BatchLane } from '../../purchase/batch/types.ts';
import { livesHere } from '../../purchase/connection.ts';
import type { Recovered } from '../../purchase/recover.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import { withSession, type SendingFlags } from '../../purchase/session.ts';
import { totalBill } from '../../purchase/summary.ts';
import { mentionDue } from '../../purchase/unfinished.ts';
import { shortId } from '../batch/output.ts';
import { watchJobs } from '../batch/watch.ts';
import type { Bought } from './output.ts';

interface Submission {
  readonly request: PurchaseRequest;
  readonly run: RunStart;
  readonly settings: Settings;
  readonly known: Omit<Bought, 'outcome' | 'exitCode'>;
  readonly flags: SendingFlags & {
    readonly tier?: Tier | undefined;
  };
}

/** Refuses what no job can do. */
export function refuseInBatch(
  fallback: readonly string[],
  { out }: { readonly out?: string | undefined },
): void {
  if (fallback.length > 0)
    throw usageFailure(
      '--fallback is for the other lanes.',
      'pixtab batch resubmit asks again for what failed.',
    );
  if (out === '-')
    throw usageFailure('-o - cannot wait for the batch lane.', 'Name a file or a folder with -o.');
}

/** Submits an order at half the price. Its pictures come later, so this ends as `pending`. */
export async function submitBatch(
  { request, run, settings, known, flags }: Submission,
  deps: Deps,
  terminal: Terminal,
): Promise<Bought> {
  const { tier = 1 } = flags;
  return withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
    await mentionDue(session.books, terminal, deps.clock);
    const answers: Recovered[] = [];
    const watch = watchJobs(session.books.ledger, deps.clock, terminal);
    const context = await batchContext(session, {
      planFor: ({ save }) => save,
      onAnswer(answer) {
        answers.push(answer);
        watch.onAnswer(answer);
      },
    });
    const batch: BatchLane = {
      context,
      newId: deps.newId,
      tier,
      until: livesHere(settings) ? Infinity : null,
      awaited: [],
      onLook: watch.onLook,
    };
    const { results, advanced } = await session
      .buy([request], run, flags, { saver: async () => context.saver, batch })
      .finally(watch.stop);
    const [unplanned] = results.flatMap(({ failure }) => failure ?? []);
    if (unplanned) throw unplanned;
    const ids = new Set(advanced.map(({ jobId }) => jobId));
    const jobs = (await session.books.ledger.jobs.list('all')).filter(({ jobId }) => ids.has(jobId));
    const { outcome, exitCode, failure } = outcomeOfJobs(advanced, jobs, answers);
    for (const job of jobs) terminal.note(`job    ${shortId(job)}: ${sizeOf(job, tier)}`);
    if (failure && failure.kind !== 'pending' && jobs.some(({ stage }) => stage !== 'done')) {
      terminal.note(
        'note   What is held stays held: pixtab batch fetch tries again, pixtab batch cancel lets go.',
      );
    }
    const bought: Bought = { ...known, outcome, exitCode, failure, jobs };
    if (outcome === 'pending') {
      const queued = advanced.filter(({ status }) => status === 'queued').length;
      if (queued > 0)
        terminal.note(
          `note   ${counted(queued, 'job')} kept here until the API has room: pixtab batch wait submits it.`,
        );
      terminal.note('note   The pictures take up to a day: pixtab batch wait');
      return bought;
    }
    // Answers come in any order; pictures are told in the order in which they were asked for.
    const attemptIds = results.flatMap((result) => result.attemptIds);
    const numberOf = ({ entry }: Recovered): number => attemptIds.indexOf(entry.attemptId);
    const images = answers.toSorted((a, b) => numberOf(a) - numberOf(b)).flatMap((answer) => answer.images);
    const bill = totalBill(answers.flatMap((answer) => answer.bill ?? []));
    const items = await Promise.all(jobs.map(({ jobId }) => session.books.ledger.jobs.items(jobId)));
    const { unconfirmed, unsure } = endOfItems(items.flat());
    return { ...bought, unsure, summary: { outcome, exitCode, failure, bill, unconfirmed, images } };
  });
}

const sizeOf = ({ requests, tokens, model }: Job, tier: Tier): string =>
  `${counted(requests, 'image')}, ${inQueue(tokens, model, tier)}`;

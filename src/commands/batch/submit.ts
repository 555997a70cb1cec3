import type { Tier } from '../../core/catalogue/account-limits.ts';
import { usageFailure } from '../../core/errors.ts';
import { ZERO } from '../../core/pricing/money.ts';
import { inQueue } from '../../core/policy/batch-queue.ts';
import { counted } from '../../core/text/text.ts';
import type { AttemptPlan, Deps, Job, Settings, Terminal } from '../../ports/index.ts';
import { withBatches } from '../../purchase/batch/open.ts';
import { submit as write } from '../../purchase/batch/submit.ts';
import { tend, type Tended } from '../../purchase/batch/advance.ts';
import { waitFor } from '../../purchase/batch/wait.ts';
import { livesHere } from '../../purchase/connection.ts';
import { everyPicture, type Errand } from '../../purchase/run-order.ts';
import { mentionDue } from '../../purchase/unfinished.ts';
import { totalBill } from '../../purchase/summary.ts';
import type { Recovered } from '../../purchase/recover.ts';
import { boughtJson, tell, type Bought } from '../create/output.ts';
import { outcomeOf } from './outcome.ts';
import { shortId } from './output.ts';

interface Asked {
  readonly errand: Errand;
  readonly settings: Settings;
  readonly known: Omit<Bought, 'outcome' | 'exitCode'>;
  readonly tier: Tier | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** Submits an order at half the price. Its pictures come later, so this ends as `pending`. */
export async function submit(
  { errand, settings, known, tier = 1, out, json }: Asked,
  schema: string,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  if (errand.chances.fallback.length > 0)
    throw usageFailure(
      '--fallback is for the other lanes.',
      'pixtab batch resubmit asks again for what failed.',
    );
  if (out === '-')
    throw usageFailure('-o - cannot wait for the batch lane.', 'Name a file or a folder with -o.');
  const { order, quote } = errand.offer;
  const save = await errand.placeFor(order.model, everyPicture(order.count));
  const answers: Recovered[] = [];
  const wishes = {
    planFor: (plan: AttemptPlan) => plan.save,
    onAnswer: (answer: Recovered) => void answers.push(answer),
  };
  return withBatches(settings, deps, terminal, wishes, async (world) => {
    const { ledger } = world.books;
    await mentionDue(world.books, terminal, deps.clock);
    const made = await write({ order, quote, save, run: errand.run, tier }, world, deps.newId);
    const ids = made.map(({ jobId }) => jobId);
    const tended = livesHere(settings)
      ? await waitFor(ids, { until: Infinity, onLook: async () => {} }, world)
      : await each(ids, (jobId) => tend(jobId, world));
    const jobs = (await ledger.jobs.list('all')).filter(({ jobId }) => ids.includes(jobId));
    const { outcome, exitCode, failure } = outcomeOf(tended, jobs);
    await ledger.end(errand.run.runId, outcome);
    for (const job of jobs) terminal.note(`job    ${shortId(job)}: ${sizeOf(job, tier)}`);
    if (failure && failure.kind !== 'pending' && jobs.some(({ stage }) => stage !== 'done')) {
      terminal.note(
        'note   What is held stays held: pixtab batch fetch tries again, pixtab batch cancel lets go.',
      );
    }
    const bought: Bought = { ...known, outcome, exitCode, failure, jobs };
    if (outcome === 'pending') {
      if (json) terminal.out(JSON.stringify(boughtJson(bought, schema), null, 2));
      const queued = tended.filter(({ status }) => status === 'queued').length;
      if (queued > 0)
        terminal.note(
          `note   ${counted(queued, 'job')} kept here until the API has room: pixtab batch wait submits it.`,
        );
      terminal.note('note   The pictures take up to a day: pixtab batch wait');
      return exitCode;
    }
    const images = inOrder(answers, save.paths).flatMap(({ images }) => images);
    const bill = totalBill(answers.flatMap(({ bill }) => bill ?? []));
    const summary = { outcome, exitCode, failure, bill, unconfirmed: ZERO, images };
    return tell({ ...bought, summary }, schema, json, terminal);
  });
}

const sizeOf = ({ requests, tokens, model }: Job, tier: Tier): string =>
  `${counted(requests, 'image')}, ${inQueue(tokens, model, tier)}`;

/** Answers come in any order; pictures are told in the order in which they were asked for. */
const inOrder = (answers: readonly Recovered[], paths: readonly string[]): readonly Recovered[] => {
  const placeOf = ({ entry }: Recovered): number => paths.indexOf(entry.attempt?.save.paths[0] ?? '');
  return answers.toSorted((a, b) => placeOf(a) - placeOf(b));
};

async function each(
  ids: readonly string[],
  work: (jobId: string) => Promise<Tended>,
): Promise<readonly Tended[]> {
  const all: Tended[] = [];
  for (const jobId of ids) all.push(await work(jobId));
  return all;
}

import { exitCodeFor, Failure, usageFailure } from '../../core/errors.ts';
import type { Bill } from '../../core/pricing/types.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { finishAll } from '../../project/cleanup.ts';
import { lockManifestFolder } from '../../project/lock-folder.ts';
import type { LockFile } from '../../project/lockfile.ts';
import { openProject } from '../../project/project.ts';
import { tracesOf } from '../../project/traces.ts';
import { withSession } from '../../purchase/session.ts';
import { trashFor } from '../../project/trash.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { refuseAbove } from '../shared/cost-limit.ts';
import { defineCommand } from '../shared/flag.ts';
import { furtherSellers, modelsFor } from '../shared/price-flags.ts';
import { jobLine, projectJobs } from './apply-batch.ts';
import { contextFor, runFor } from './apply-context.ts';
import { FLAGS, type ApplyFlags } from './apply-flags.ts';
import { announce, checkFallback, consentToPrune } from './apply-offer.ts';
import { document, outcomeOfApply, tell, type ApplyOutcome } from './apply-output.ts';
import { chooseTasks, differenceIn, priceOf, tallyOf, wantedIn } from './apply-plan.ts';
import { buyAndPlace, jobsAwaited, tidied } from './apply-run.ts';
import { pricingContext, mentionMess, withIds } from './flags.ts';
import { unfetched } from './pointers.ts';
import { frozen, refuseMarks } from './frozen.ts';

export const apply = defineCommand({
  flags: FLAGS,
  configure: (command) =>
    void command.argument('[ids...]', 'these pictures only, as with --only').addHelpText('after', EXAMPLES),
  // A manifest says how its pictures are bought.
  ownFlags: ['lane', 'on-retired'],
  run,
  failed: (failure, exitCode, sandbox) => document({ outcome: failure.kind, exitCode, failure, sandbox }),
});

const EXAMPLES = `
Examples:
  pixtab apply --max-cost 5
  pixtab apply --lane mixed --urgent hero --wait
  pixtab apply --only 'icons/*' --force icons/home
  pixtab apply --frozen          in CI: everything is there, or exit 12`;

async function run(
  args: readonly string[],
  given: ApplyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const flags = await withIds(args, given, deps);
  if (flags.frozen && flags.prune) throw usageFailure('--frozen changes nothing, and --prune moves files.');
  if (flags.frozen) return applied(flags, deps, terminal);
  const release = await lockManifestFolder(flags.file, deps, {
    isPatient: flags.wait !== false,
    onWait: () => terminal.note('wait   for another pixtab apply that is at work in this folder'),
  });
  try {
    return await applied(flags, deps, terminal);
  } finally {
    release();
  }
}

async function applied(flags: ApplyFlags, deps: Deps, terminal: Terminal): Promise<number> {
  const settings = await deps.settings(flags);
  const { sandbox } = settings;
  const project = await openProject(flags.file, deps);
  if (flags.frozen) refuseMarks(project);
  mentionMess(project, terminal);
  const { fallback, onRetired } = flags;
  const pricing = pricingContext(settings, deps, {
    models: await modelsFor(flags, deps),
    fallback,
    onRetired,
  });
  const further = await furtherSellers(flags, deps);
  const traces = tracesOf(project, await deps.attic(project.folder));
  const difference = await differenceIn({ project, traces, flags, settings, pricing, deps, terminal });
  if (flags.frozen) return frozen(difference, sandbox, terminal, flags.json === true);
  return withSession({ settings, deps, terminal, connectsFirst: false }, async (session) => {
    const run = await runFor(flags, project, deps);
    const bills = new Map<string, Bill>();
    const trash = trashFor(run.runId);
    const context = await contextFor(
      session,
      { project, traces, flags, trash, day: pricing.day, bills },
      deps,
    );
    const { lock } = context;
    try {
      if ((await session.books.journal.ids()).length > 0) await finishAll(context);
      const jobs = projectJobs(context, { ...difference, trash }, flags);
      const earlier = await jobs.advanceOwn();
      const tasks = await chooseTasks(difference.changes, context, flags);
      const price = priceOf(tasks);
      const tally = tallyOf(wantedIn(tasks));
      announce(tasks, price, tally, difference.kept, flags.tier, terminal);
      checkFallback(tasks, terminal);
      await consentToPrune(difference, project, flags, deps, terminal);
      refuseAbove(flags.maxCost, price, 'choose with --only');
      const all = await buyAndPlace(tasks, { run, flags, pricing, further, jobs, earlier }, context);
      const pruned = await tidied(difference, flags, context);
      for (const path of pruned) terminal.note(`moved  ${printable(path)}`);
      const ended = await jobs.end([...jobsAwaited(tasks), ...all.flatMap(({ jobId }) => jobId ?? [])]);
      for (const job of ended) terminal.note(jobLine(job, flags.tier));
      await mentionUnfinished(session.books, terminal, deps.clock);
      const outcome = await written(
        outcomeOfApply(all, bills.values(), unfetched(difference.pointers)),
        lock,
      );
      const { kept } = difference;
      const facts = { runId: run.runId, sandbox, price, tally, all, jobs: ended, kept, pruned };
      return tell({ ...outcome, ...facts }, flags.json === true, terminal);
    } finally {
      // Already told where all went well; elsewhere the failure that is under way says more.
      await lock.settled().catch(() => undefined);
    }
  });
}

/** The lock is on disk, or it is said that it is not: what was bought is in the ledger all the same. */
async function written(outcome: ApplyOutcome, lock: LockFile): Promise<ApplyOutcome> {
  try {
    await lock.settled();
    return outcome;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const failure = outcome.failure ?? error;
    return { ...outcome, outcome: 'disk', exitCode: exitCodeFor('disk'), failure };
  }
}

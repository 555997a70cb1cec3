import { Option, type Command } from 'commander';
import { exitCodeFor, Failure, usageFailure } from '../../core/errors.ts';
import { usd } from '../../core/pricing/money.ts';
import { printable } from '../../core/text/text.ts';
import type { Books, Deps, RunStart, Terminal } from '../../ports/index.ts';
import { lockManifestFolder } from '../../project/lock-folder.ts';
import { lockFile, type LockFile } from '../../project/lockfile.ts';
import { placesOf } from '../../project/paths.ts';
import { openProject, shown, type Project } from '../../project/project.ts';
import { isBought } from '../../project/cleanup.ts';
import { lineWhenNeeded } from '../../purchase/connection.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { frozen, refuseMarks } from './frozen.ts';
import { batches, standLine } from './apply-batch.ts';
import { announce, ask, refuseAbove } from './apply-offer.ts';
import { buy, finishEarlier } from './apply-run.ts';
import { document, outcomeOf, paidLine, type Outcome } from './apply-output.ts';
import { buys, differenceIn, look, priceOf, tallyOf, type ApplyFlags } from './apply-plan.ts';
import { tellFailure, type CommandModule } from '../shared/command.ts';
import { COMMON, flag, PACE, STORE, wholeNumber } from '../shared/flags.ts';
import { modelsFor } from '../shared/price-flags.ts';
import { marketFor, mentionMess, projectFlag } from './flags.ts';
import { storeFor } from '../shared/store-flags.ts';

const WHICH = [projectFlag.file, projectFlag.only, projectFlag.force, ...STORE];
const HOW = [projectFlag.lane, projectFlag.urgent, flag.prices, flag.fallback, flag.keepRaw];
const SENDING = [flag.retries, flag.timeout, flag.concurrency, flag.sandbox, flag.baseUrl, flag.apiKeyFile];

export const apply: CommandModule = {
  configure(command: Command): void {
    for (const option of [...WHICH, ...HOW]) command.addOption(option());
    command
      .addOption(new Option('--prune', 'move pictures that nobody asks for any more to a trash folder'))
      .addOption(new Option('--frozen', 'change nothing; exit 12 when anything is missing or out of date'))
      .addOption(
        new Option(
          '--wait [seconds]',
          'wait for pictures of the batch lane; exit 12 when the time runs out',
        ).argParser(wholeNumber(1, 1_000_000)),
      )
      .addOption(flag.maxCost())
      .addOption(
        new Option('--ask-above <usd>', 'ask first, on a terminal, when it may cost more')
          .argParser(flag.maxCost().parseArg ?? String)
          .default(usd('1'), '1'),
      )
      .addOption(new Option('--yes', 'never ask'))
      .addHelpText('after', EXAMPLES);
    for (const option of [flag.project, flag.labels, ...SENDING, ...PACE, ...COMMON])
      command.addOption(option());
  },
  // A manifest says how its pictures are bought.
  ownFlags: ['lane'],
  run: (args, flags, deps, terminal) => run(args, flags as ApplyFlags, deps, terminal),
  failed: (failure, exitCode, sandbox) => document({ outcome: failure.kind, exitCode, failure, sandbox }),
};

const EXAMPLES = `
Examples:
  pixtab apply --max-cost 5
  pixtab apply --lane mixed --urgent hero --wait
  pixtab apply --only 'icons/*' --force icons/home
  pixtab apply --frozen          in CI: everything is there, or exit 12`;

async function run(
  args: readonly string[],
  flags: ApplyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  if (args.length > 0) throw usageFailure(`apply takes no "${args[0]}".`, 'A manifest is named with -f.');
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
  const project = await openProject(flags.file, deps);
  if (flags.frozen) refuseMarks(project);
  mentionMess(project, terminal);
  const { fallback } = flags;
  const market = marketFor(settings, deps, { models: await modelsFor(flags, deps), fallback });
  const difference = await differenceIn(project, flags, settings, market, deps);
  const orphans = flags.prune && flags.only === undefined ? difference.orphans : null;
  if (flags.frozen) return frozen(difference, settings.sandbox, terminal, flags.json === true);
  const pictureFiles = await deps.pictureFiles();
  const { runId, run } = await runFor(flags, project, deps);
  const ours = new Map<string, string>();
  for (const id of project.lock.ids()) {
    for (const { path, sha256 } of project.lock.of(id)) ours.set(path, sha256);
  }
  const trash = `.pixtab-trash/${runId.slice(0, 8)}`;
  const lock = lockFile(shown(project, project.lockFile), project.lock, pictureFiles, deps.clock);
  const books = await deps.books({ sandbox: settings.sandbox });
  const places = placesOf(project, pictureFiles, deps, ours, trash, (path, content) =>
    isBought(path, content, deps.cwd, books),
  );
  const line = lineWhenNeeded(settings, deps);
  try {
    const bench = { project, places, books, market, trash, settings, flags, deps, terminal, line };
    await finishEarlier(bench);
    const store = await storeFor(settings, flags, deps);
    const lane = batches(bench, difference);
    await lane.tendOwn();
    const work = await look(difference.steps, books, places, flags, store, deps);
    const price = priceOf(work);
    const tally = tallyOf(work);
    announce(work, price, tally, difference.kept, terminal);
    refuseAbove(flags.maxCost, price);
    await ask(price, flags, deps, terminal);
    const { current } = difference;
    const { all, pruned } = await buy(work, { ...bench, lock, run, current, orphans, ...lane });
    for (const path of pruned) terminal.note(`moved  ${printable(path)}`);
    const awaited = work.flatMap(({ deed }) => (deed.kind === 'await' ? deed.jobId : []));
    const jobs = await lane.end([...awaited, ...all.flatMap(({ jobId }) => jobId ?? [])]);
    for (const job of jobs) terminal.note(standLine(job, flags.tier));
    await mentionUnfinished(books, terminal, deps.clock);
    const outcome = await finish(
      outcomeOf(all, lane.bills.values()),
      buys(work) > 0,
      lock,
      books,
      run,
      terminal,
    );
    const { kept } = difference;
    if (flags.json) {
      const facts = { ...outcome, runId, sandbox: settings.sandbox, price, tally, all, jobs, kept, pruned };
      terminal.out(JSON.stringify(document(facts), null, 2));
    } else if (outcome.paid > 0n || all.some(({ result }) => result !== null))
      paidLine(outcome, settings.sandbox, terminal);
    const { failure } = outcome;
    if (failure?.kind === 'pending') terminal.note(`note   ${failure.message} ${failure.hint ?? ''}`);
    else if (failure !== null) tellFailure(failure, terminal);
    return outcome.exitCode;
  } finally {
    // Already told where all went well; elsewhere the failure that is under way says more.
    await lock.settled().catch(() => undefined);
    books.ledger.close();
    await line.close();
  }
}

/** The manifest is the first label, so that what a run paid for is found again; an empty project is none. */
async function runFor(
  flags: ApplyFlags,
  project: Project,
  { newId, clock, repository }: Deps,
): Promise<{ readonly runId: string; readonly run: RunStart }> {
  const runId = newId();
  const labels = [shown(project, project.file), ...(flags.label ?? []).filter(Boolean)];
  const filed = { project: (flags.project ?? (await repository())) || null, labels };
  return {
    runId,
    run: { runId, command: 'apply', at: clock.now(), ...filed, maxCost: flags.maxCost ?? null },
  };
}

/** The lock is on disk, or it is said that it is not: what was bought is in the ledger all the same. */
async function finish(
  outcome: Outcome,
  isBought: boolean,
  lock: LockFile,
  { ledger }: Books,
  { runId }: RunStart,
  terminal: Terminal,
): Promise<Outcome> {
  try {
    if (isBought) await ledger.end(runId, outcome.outcome);
  } catch (error) {
    terminal.alarm(`pixtab: ${printable(error instanceof Error ? error.message : String(error))}`);
  }
  try {
    await lock.settled();
    return outcome;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...outcome, outcome: 'disk', exitCode: exitCodeFor('disk'), failure: outcome.failure ?? error };
  }
}

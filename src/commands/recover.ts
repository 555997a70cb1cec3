import { Option, type Command } from 'commander';
import { EXIT, Failure } from '../core/errors.ts';
import { format, sum, toDecimal, ZERO } from '../core/money.ts';
import { counted, excerpt, printable } from '../core/text.ts';
import type { Deps, JournalEntry, Terminal } from '../ports.ts';
import { placed, repeatable } from '../purchase/later.ts';
import { recover as finish, type Recovered, type RecoverWorld } from '../purchase/recover.ts';
import { costJson, imageJson } from '../purchase/report.ts';
import { errorJson, type CommandModule, type RawFlags } from './command.ts';
import { COMMON, flag } from './flags.ts';

const SCHEMA = 'pixtab.recover/1';

interface RecoverFlags extends RawFlags {
  readonly out?: string;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly sandbox?: boolean;
}

export const recover: CommandModule = {
  configure(command: Command): void {
    command
      .addOption(new Option('-o, --out <folder>', 'put the pictures here, not where they were meant to go'))
      .addOption(new Option('--list', 'say what there is to finish, and do nothing'))
      .addOption(flag.sandbox());
    for (const option of COMMON) command.addOption(option());
  },
  ownFlags: ['out'],
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, exitCode) => document([], failure, exitCode),
};

async function run(flags: RecoverFlags, deps: Deps, terminal: Terminal): Promise<number> {
  const settings = await deps.settings(flags);
  const books = await deps.books(settings);
  try {
    const ids = await books.journal.ids();
    if (flags.list) return list(await books.journal.list(), flags, terminal);
    const shelf = repeatable(await deps.shelf(), deps.sha256);
    const world: RecoverWorld = {
      books,
      api: await deps.api({ ...settings, baseUrl: settings.baseUrl.value, apiKey: 'not-sent' }),
      saver: {
        pictures: await deps.pictures(),
        shelf,
        sha256: deps.sha256,
        stdout: (bytes) => terminal.bytes(bytes),
      },
      planFor: (plan) => placed(plan, flags.out, deps.cwd),
    };
    const results: Recovered[] = [];
    for (const id of ids) {
      if (deps.stop.aborted) break;
      const result = await finish(id, world);
      results.push(result);
      tell(result, flags, terminal);
    }
    if (results.length === 0) terminal.note('There is nothing to recover.');
    const failure = worst(results) ?? (results.length < ids.length ? stopped() : null);
    const exitCode = failure ? EXIT[failure.kind] : 0;
    if (flags.json) terminal.out(JSON.stringify(document(results, failure, exitCode), null, 2));
    return exitCode;
  } finally {
    books.ledger.close();
  }
}

function list(entries: readonly JournalEntry[], flags: RecoverFlags, terminal: Terminal): number {
  if (flags.json) {
    const results = entries.map((entry): Recovered => ({
      entry,
      status: 'kept',
      images: [],
      bill: null,
      failure: null,
    }));
    terminal.out(JSON.stringify(document(results, null, 0), null, 2));
    return 0;
  }
  for (const { attemptId, attempt, problem } of entries) {
    const what = attempt
      ? `${counted(attempt.images, 'image')} of "${excerpt(attempt.prompt, 50)}"`
      : 'unknown';
    terminal.out(`${attemptId}  ${what}${problem === null ? '' : `: damaged, ${problem}`}`);
  }
  if (entries.length === 0) terminal.note('There is nothing to recover.');
  return 0;
}

function tell(
  { entry, status, images, bill, failure }: Recovered,
  flags: RecoverFlags,
  terminal: Terminal,
): void {
  if (!flags.json) for (const { path } of images) terminal.out(path);
  const prompt = entry.attempt ? ` of "${excerpt(entry.attempt.prompt, 50)}"` : '';
  if (bill) terminal.note(`booked ${format(bill.amount)} for ${counted(images.length, 'image')}${prompt}`);
  if (status === 'busy') terminal.note(`${entry.attemptId} is being worked on by another process.`);
  if (failure) {
    terminal.alarm(`${terminal.style('red', 'pixtab:')} ${printable(failure.message)}`);
    if (failure.hint) terminal.alarm(`  ${printable(failure.hint)}`);
  }
}

/** The failure that says most: what is still to be done goes before what cannot be helped. */
function worst(results: readonly Recovered[]): Failure | null {
  const failures = results.flatMap(({ failure }) => failure ?? []);
  return (
    failures.find(({ kind }) => kind === 'disk') ??
    failures.find(({ kind }) => kind !== 'refused') ??
    failures[0] ??
    null
  );
}

const stopped = (): Failure =>
  new Failure('cancelled', 'Cancelled; what is left stays in the journal.', {
    hint: 'Run pixtab recover again.',
  });

function document(results: readonly Recovered[], failure: Failure | null, exitCode: number) {
  const bills = results.flatMap(({ bill }) => bill ?? []);
  return {
    schema: SCHEMA,
    outcome: failure?.kind ?? 'ok',
    exitCode,
    booked: toDecimal(sum(bills.map(({ amount }) => amount))),
    answers: results.map(({ entry, status, images, bill, failure }) => ({
      attemptId: entry.attemptId,
      path: entry.path,
      status,
      problem: entry.problem,
      model: entry.attempt?.model ?? null,
      prompt: entry.attempt?.prompt ?? null,
      images: images.map(imageJson),
      cost: bill === null ? null : costJson({ bill, unconfirmed: ZERO }, bill.charged === 'unknown'),
      error: failure ? errorJson(failure, EXIT[failure.kind]) : null,
    })),
    error: failure ? errorJson(failure, exitCode) : null,
  };
}

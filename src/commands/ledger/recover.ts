import { exitCodeFor, Failure, mostPressing } from '../../core/errors.ts';
import { format } from '../../core/pricing/money.ts';
import { counted, excerpt, printable } from '../../core/text/text.ts';
import type { Deps, Ledger, Terminal } from '../../ports/index.ts';
import { dirname, resolve } from 'node:path';
import { wholePlace } from '../../core/files/place.ts';
import { wordsIn } from '../../core/drafts/prompt.ts';
import { pathsOf } from '../../purchase/cut-sheet.ts';
import { discard } from '../../purchase/discard.ts';
import { latePlan, lateSaver } from '../../purchase/late-saving.ts';
import { withSession } from '../../purchase/session.ts';
import { mentionDue } from '../../purchase/unfinished.ts';
import { recover as finish, type Recovered, type RecoverContext } from '../../purchase/recover.ts';
import { giveUpHost } from './give-up-host.ts';
import { answersJson, listing, listWaiting } from './recover-output.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag, STORE } from '../shared/flags.ts';

const FLAGS = [
  flag.outFolder,
  declare('--list', 'say what there is to finish, and do nothing'),
  declare('--kept', 'say which raw answers were kept for good, and where'),
  declare('--host <name>', 'let go of what a machine holds that is gone; what it sent is unconfirmed'),
  declare('--discard <id>', 'set an answer aside that nothing can be made of; it stays counted'),
  ...STORE,
  flag.ofSandbox,
  ...COMMON,
] as const;
type RecoverFlags = FlagsOf<typeof FLAGS>;

export const recover = defineCommand({
  flags: FLAGS,
  configure: (command) => void command.addHelpText('after', EXAMPLES),
  ownFlags: ['out'],
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, _, sandbox) => answersJson([], { sandbox, failure }),
});

const EXAMPLES = `
Examples:
  pixtab recover --list                          what waits, and why
  pixtab recover -o rescued/                     puts the pictures there`;

const DAY_MS = 86_400_000;

async function run(flags: RecoverFlags, deps: Deps, terminal: Terminal): Promise<number> {
  const settings = await deps.settings(flags);
  return withSession({ settings, deps, terminal, connectsFirst: false }, async (session) => {
    const { books } = session;
    await mentionDue(books, terminal, deps.clock);
    const list = listing(flags, settings, terminal);
    if (flags.kept) return list(await books.journal.aside());
    if (flags.list) return listWaiting(books, settings, flags, terminal);
    if (flags.discard !== undefined) {
      const entry = await discard(flags.discard, books);
      terminal.note('It is unfinished no more; what it cost stays counted.');
      return list([entry]);
    }
    if (flags.host !== undefined) return giveUpHost(flags.host, session, flags, terminal);
    const before = deps.clock.now() - DAY_MS;
    await books.journal.tidy(before);
    const drafts = await tidyPlaces(books.ledger, before, deps);
    if (drafts > 0) terminal.note(`${counted(drafts, 'file')} of interrupted writes removed.`);
    const ids = await books.journal.ids();
    const context: RecoverContext = {
      books,
      api: (await session.reader()).images,
      leave: AbortSignal.any([deps.stop, deps.leave]),
      saver: await lateSaver(session, flags),
      sessions: await deps.sessions(settings),
      planFor: (plan) => latePlan(plan, flags.out, deps.cwd),
    };
    const results: Recovered[] = [];
    for (const id of ids) {
      if (deps.stop.aborted) break;
      const result = await finish(id, context);
      results.push(result);
      tell(result, flags, terminal);
    }
    if (results.length === 0) terminal.note('There is nothing to recover.');
    const failures = results.flatMap(({ failure }) => failure ?? []);
    const failure = mostPressing(failures) ?? (results.length < ids.length ? stopped() : null);
    const exitCode = failure ? exitCodeFor(failure.kind) : 0;
    if (flags.json) terminal.out(JSON.stringify(answersJson(results, { ...settings, failure }), null, 2));
    return exitCode;
  });
}

/** Whoever killed a write hardly made more purchases since. */
const LOOKED_AT = 2_000;

/** Removes drafts of killed writes from the folders that pictures of the latest requests were to go to. */
async function tidyPlaces(
  ledger: Ledger,
  before: number,
  { pictureFiles: open }: Pick<Deps, 'pictureFiles'>,
): Promise<number> {
  const latest = await ledger.history({ since: null, until: null, limit: LOOKED_AT });
  const paths = latest.flatMap(({ attempt: { save }, images }) => [
    ...save.paths.filter((path) => path !== '-').map((path) => wholePlace(save.cwd, path, resolve)),
    ...images.map(({ absolutePath }) => absolutePath),
  ]);
  const pictureFiles = await open();
  let removed = 0;
  for (const folder of new Set(paths.filter((path) => path !== '-').map(dirname)))
    removed += await pictureFiles.tidy(folder, before);
  return removed;
}

function tell(
  { entry, status, images, bill, failure }: Recovered,
  flags: RecoverFlags,
  terminal: Terminal,
): void {
  if (!flags.json) for (const path of images.flatMap(pathsOf)) terminal.out(path);
  const prompt = entry.attempt ? ` of "${excerpt(wordsIn(entry.attempt.prompt), 50)}"` : '';
  if (bill) terminal.note(`booked ${format(bill.amount)} for ${counted(images.length, 'image')}${prompt}`);
  if (status === 'busy') terminal.note(`${entry.attemptId} is being worked on by another process.`);
  if (failure) {
    terminal.alarm(`${terminal.style('red', 'pixtab:')} ${printable(failure.message)}`);
    if (failure.hint) terminal.alarm(`  ${printable(failure.hint)}`);
  }
}

const stopped = (): Failure =>
  new Failure('cancelled', 'Cancelled; what is left stays in the journal.', {
    hint: 'Run pixtab recover again.',
    command: 'pixtab recover',
  });

import { Failure, usageFailure } from '../../core/errors.ts';
import { calendar } from '../../core/policy/calendar.ts';
import { parsePeriod } from '../../core/policy/period.ts';
import { counted, fileSize } from '../../core/text/text.ts';
import type { Books, Deps, Forgotten, KeptSize, Terminal } from '../../ports/index.ts';
import { documentOf } from '../shared/envelope.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { withBooks } from '../shared/with-books.ts';

const SCHEMA = 'pixtab.forget/1';
const DAY_MS = 86_400_000;

const FLAGS = [
  declare('--before <time>', 'what is older than this: a day, a month, 30d, yesterday'),
  flag.forgetAfter,
  declare('--prompts', 'prompts, and input pictures that jobs keep (default)'),
  declare('--all', 'sessions and raw answers that were kept for good too'),
  declare('--dry-run', 'say what would go, and leave it there'),
  declare('--yes', 'never ask'),
  declare('--no-input', 'nobody can be asked: without --yes nothing is forgotten'),
  flag.ofSandbox,
  ...COMMON,
] as const;
type ForgetFlags = FlagsOf<typeof FLAGS>;

export const forget = defineCommand({
  flags: FLAGS,
  configure(command) {
    command.addHelpText('after', EXAMPLES);
  },
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, exitCode, sandbox) =>
    documentOf(SCHEMA, { sandbox, failure, exitCode }, { before: null, dryRun: false, ...shown(NOTHING) }),
});

const EXAMPLES = `
What was spent stays: amounts, models, times, paths and hashes. Pictures, and what is written into or beside them, stay too.

Examples:
  pixtab forget --before 2026-01-01 --dry-run
  pixtab forget --before 2026-01-01 --all --yes`;

/** What goes, or would. */
interface Old extends Forgotten {
  readonly answers: KeptSize;
  readonly sessions: number;
}

const NOTHING: Old = { prompts: 0, pictures: 0, bytes: 0, answers: { answers: 0, bytes: 0 }, sessions: 0 };

async function run(flags: ForgetFlags, deps: Deps, terminal: Terminal): Promise<number> {
  const before = momentOf(flags, deps);
  const settings = await deps.settings(flags);
  const sessions = await deps.sessions(settings);
  return withBooks(settings, deps, async (books) => {
    const old = async (look: boolean): Promise<Old> => ({
      ...(await forgotten(before, look, books)),
      answers: flags.all ? await books.journal.forget(before, { look }) : { answers: 0, bytes: 0 },
      sessions: flags.all ? await sessions.forget(before, { look }) : 0,
    });
    const found = await old(true);
    const isToDo = !flags.dryRun && isAnything(found);
    if (isToDo) await agreed(found, flags, deps, terminal);
    const gone = isToDo ? await old(false) : found;
    const { dryRun = false } = flags;
    const facts = { before: new Date(before).toISOString(), dryRun, ...shown(gone) };
    const document = documentOf(SCHEMA, settings, { ...facts, ...(dryRun && { outcome: 'dry-run' }) });
    if (flags.json) terminal.out(JSON.stringify(document, null, 2));
    else tell(gone, flags, terminal);
    return 0;
  });
}

/** The beginning of a day in the user's calendar, or so many days ago. */
function momentOf({ before, forgetAfter, prompts, all }: ForgetFlags, { clock, zone }: Deps): number {
  if (prompts && all) throw usageFailure('--prompts and --all exclude each other.');
  if (before !== undefined) return parsePeriod(before, '--before', calendar(zone()), clock.now()).from;
  if (forgetAfter !== undefined) return clock.now() - forgetAfter * DAY_MS;
  throw usageFailure('forget needs a day.', 'Say: pixtab forget --before 2026-01-01');
}

const forgotten = (before: number, look: boolean, { ledger }: Books): Promise<Forgotten> =>
  look ? ledger.forgettable(before) : ledger.forget(before);

const isAnything = ({ prompts, answers, sessions }: Old): boolean => prompts + answers.answers + sessions > 0;

async function agreed(
  old: Old,
  { yes, input }: ForgetFlags,
  { confirm }: Pick<Deps, 'confirm'>,
  { stdinIsTerminal }: Pick<Terminal, 'stdinIsTerminal'>,
): Promise<void> {
  if (yes) return;
  const what = shares(old).join(', ');
  if (stdinIsTerminal && input) {
    if (await confirm(`${what} cannot be brought back. Forget?`)) return;
    throw new Failure('cancelled', 'Nothing was forgotten.', { charged: 'no' });
  }
  throw new Failure('budget', `Nothing was forgotten (${what}): nobody can be asked.`, {
    hint: 'Allow it with --yes; --dry-run only looks.',
    charged: 'no',
  });
}

function shares({ prompts, pictures, bytes, answers, sessions }: Old): readonly string[] {
  return [
    counted(prompts, 'prompt'),
    ...(pictures > 0 ? [`${counted(pictures, 'input picture')} (${fileSize(bytes)})`] : []),
    ...(answers.answers > 0
      ? [`${counted(answers.answers, 'raw answer')} (${fileSize(answers.bytes)})`]
      : []),
    ...(sessions > 0 ? [counted(sessions, 'session')] : []),
  ];
}

function tell(old: Old, { dryRun }: ForgetFlags, terminal: Terminal): void {
  if (!isAnything(old)) {
    terminal.note('There is nothing to forget.');
    return;
  }
  terminal.text(`${dryRun ? 'would be forgotten' : 'forgotten'}: ${shares(old).join(', ')}`);
  terminal.note('What was spent, and where pictures are, stays.');
}

const shown = ({ prompts, pictures, bytes, answers, sessions }: Old) => ({
  prompts,
  pictures: { count: pictures, bytes },
  answers: { count: answers.answers, bytes: answers.bytes },
  sessions,
});

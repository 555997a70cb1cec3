import { InvalidArgumentError } from 'commander';
import { usageFailure, type Failure } from '../../core/errors.ts';
import { format, type Usd } from '../../core/pricing/money.ts';
import { saidBill } from '../../core/pricing/said-bill.ts';
import { counted, excerpt } from '../../core/text/text.ts';
import type { Books, Deps, Receipt, Terminal } from '../../ports/index.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { dollars } from '../shared/parse-flags.ts';
import { withBooks } from '../shared/with-books.ts';
import { shortId } from './purchases.ts';
import { receiptDocument } from './show-receipt.ts';

/** Without an amount, what it was expected to cost. */
const AS_EXPECTED = 'as expected';

const FLAGS = [
  declare('--charged [usd]', 'it was charged; without an amount, what it was expected to cost', {
    parse: amount,
    preset: AS_EXPECTED,
  }),
  declare('--not-charged', 'it was not charged'),
  flag.ofSandbox,
  ...COMMON,
] as const;
type SettleFlags = FlagsOf<typeof FLAGS>;

function amount(text: string): Usd | typeof AS_EXPECTED {
  if (text === AS_EXPECTED) return text;
  try {
    return dollars(text);
  } catch {
    throw new InvalidArgumentError('It takes dollars, such as 0.04. Write the id before it.');
  }
}

export const settle = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('<id>', 'a request that may have been charged, or the run of several')
      .addHelpText('after', EXAMPLES);
  },
  run,
  failed: (failure, _, sandbox) => receiptDocument({ sandbox, failure }),
});

const EXAMPLES = `
A request without an answer is counted at its expected price, because nobody knows whether it was charged. Once you do,
say so: the sums follow, and who said it, and when, stands beside the request.

Examples:
  pixtab history --unconfirmed                what may have been charged
  pixtab settle 019a2b3c --not-charged
  pixtab settle 019a2b3c --charged 0.0392`;

async function run(
  [id = '']: readonly string[],
  { charged, notCharged, json, ...flags }: SettleFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  if ((charged === undefined) === (notCharged === undefined))
    throw usageFailure(
      'settle takes either --charged or --not-charged.',
      'See pixtab settle --help.',
      'pixtab settle --help',
    );
  const settings = await deps.settings(flags);
  return withBooks(settings, deps, async (books) => {
    await mentionUnfinished(books, terminal, deps.clock);
    const open = await openIn(id, books);
    if (open.length > 1 && typeof charged === 'bigint')
      throw several(open, `and --charged ${format(charged)} is said of one`);
    const who = await deps.user();
    for (const { attempt } of open) {
      const paid = charged === undefined ? null : charged === AS_EXPECTED ? attempt.expected : charged;
      await books.ledger.decide(
        attempt.attemptId,
        paid === null ? null : saidBill(attempt.images, paid),
        who,
      );
      const sum = paid === null ? 'not charged' : `charged ${format(paid)}`;
      terminal.note(`settled ${shortId({ attempt })}: ${sum}, as ${who} says`);
    }
    if (json) {
      const found = await Promise.all(
        open.map(({ attempt }) => books.ledger.receipts({ by: 'attempt', value: attempt.attemptId })),
      );
      terminal.out(JSON.stringify(receiptDocument({ ...settings, found: found.flat() }), null, 2));
    }
    return 0;
  });
}

/** The requests of this id whose outcome is unknown. */
async function openIn(id: string, { ledger, journal }: Books): Promise<readonly Receipt[]> {
  const found = id === '' ? [] : await ledger.receipts({ by: 'start of an id', value: id });
  const list = [
    'pixtab history --unconfirmed lists what may have been charged.',
    'pixtab history --unconfirmed',
  ] as const;
  const [first] = found;
  if (first === undefined) throw usageFailure(`No request begins with "${excerpt(id, 60)}".`, ...list);
  const open = found.filter(({ state }) => state === 'unconfirmed');
  if (open.length === 0) throw usageFailure(knownOf(first), ...list);
  // What is settled by mistake cannot be taken back, and a few letters begin the ids of many.
  const [runId, ...others] = new Set(open.map(({ run }) => run.runId));
  if (open.length > 1 && (others.length > 0 || !runId?.startsWith(id)))
    throw several(open, 'and not all of a run');
  const kept = new Set(await journal.ids());
  const answered = open.find(({ attempt }) => kept.has(attempt.attemptId));
  if (answered) throw answerIsHere(answered);
  return open;
}

const several = (open: readonly Receipt[], but: string): Failure =>
  usageFailure(
    `These are ${counted(open.length, 'request')}, ${but}.`,
    `Name one of them: ${excerpt(open.map(({ attempt }) => attempt.attemptId).join(', '), 200)}`,
  );

function knownOf({ decision, bill, state, attempt: { attemptId } }: Receipt): string {
  const paid = bill === null ? 'not charged' : format(bill.amount);
  if (decision) return `${decision.who} settled it on ${new Date(decision.at).toISOString()}: ${paid}.`;
  if (state === 'held' || state === 'sent' || state === 'replied')
    return `Request ${attemptId} is under way.`;
  return `What request ${attemptId} cost is known: ${paid}.`;
}

const answerIsHere = (receipt: Receipt): Failure =>
  usageFailure(
    `The answer to request ${shortId(receipt)} is here, and says what it cost.`,
    `pixtab recover reads it.`,
  );

import { usageFailure } from '../../core/errors.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Deps, Filter, Ledger, Receipt, Settings, Terminal } from '../../ports/index.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { documentOf } from '../shared/envelope.ts';
import { askedFor, filterFor, FILTERS, FILTERS_OWN, type Asked } from '../shared/filters.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { ASKING, COMMON, flag } from '../shared/flags.ts';
import { wholeNumber } from '../shared/parse-flags.ts';
import { LAST, lastRun } from '../shared/receipts.ts';
import { withBooks } from '../shared/with-books.ts';
import { ALONG, buyAgain } from './buy-again.ts';
import { purchaseJson, printPurchases } from './purchases.ts';
import { receiptDocument, showReceipts } from './show-receipt.ts';
import { withTries } from './tries.ts';

const SCHEMA = 'pixtab.history/1';

const FLAGS = [
  ...FILTERS,
  declare('-n, --count <n>', 'at most so many', { parse: wholeNumber(1, 100_000), default: 20 }),
  declare('--next <id>', 'what came before this request: the `next` of an earlier page'),
  declare('--again', 'buy the request that is named once more, as it was'),
  ...ALONG,
  ...ASKING,
  flag.ofSandbox,
  ...COMMON,
] as const;
export type HistoryFlags = FlagsOf<typeof FLAGS>;

export const history = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[id]', 'a request or a run to be shown whole, by its id or the first letters of it, or last')
      .addHelpText('after', EXAMPLES);
  },
  ownFlags: [...FILTERS_OWN, 'count'],
  run,
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, { rows: [], next: null }),
});

const EXAMPLES = `
Examples:
  pixtab history --since yesterday
  pixtab history --refused --project shop
  pixtab history --search "red harbour"
  pixtab history 019a2b3c                        prompt, inputs, tries, bill and files of one request
  pixtab history 019a2b3c --again -o again.png   buys it once more`;

async function run(
  [id]: readonly string[],
  flags: HistoryFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  if (flags.again && id === undefined)
    throw usageFailure(
      '--again needs the id of a request.',
      'pixtab history lists them: pixtab history <id> --again',
    );
  const asked = askedFor(flags, deps);
  const settings = await deps.settings(flags);
  const found = await withBooks(settings, deps, async (books) => {
    await mentionUnfinished(books, terminal, deps.clock);
    if (id !== undefined) return requestsOf(id, books.ledger);
    await list(flags, asked, settings, books.ledger, deps, terminal);
    return null;
  });
  if (found === null) return 0;
  if (flags.again) return buyAgain(found, flags, settings, deps, terminal);
  if (flags.json) terminal.out(JSON.stringify(receiptDocument({ ...settings, found }), null, 2));
  else showReceipts(found, settings.sandbox, terminal);
  return 0;
}

/** The requests that an id, or the start of one, names, with all that was tried for the same pictures. */
async function requestsOf(id: string, ledger: Ledger): Promise<readonly Receipt[]> {
  const found =
    id === LAST
      ? await lastRun(ledger)
      : id === ''
        ? []
        : await ledger.receipts({ by: 'start of an id', value: id });
  if (found.length > 0) return withTries(found, ledger);
  throw usageFailure(
    `No request begins with "${excerpt(id, 60)}".`,
    'pixtab history lists them; pixtab receipt takes files.',
    'pixtab history',
  );
}

async function list(
  flags: HistoryFlags,
  asked: Asked,
  settings: Settings,
  ledger: Ledger,
  deps: Deps,
  terminal: Terminal,
): Promise<void> {
  const { count, next: after } = flags;
  if (after !== undefined && (await ledger.receipts({ by: 'attempt', value: after })).length === 0)
    throw usageFailure(`--next: there is no request "${excerpt(after, 60)}".`);
  const filter: Filter = await filterFor(flags, asked, ledger);
  const found = await ledger.history({ ...filter, limit: count + 1, after });
  const rows = found.slice(0, count);
  const next = found.length > count ? (rows.at(-1)?.attempt.attemptId ?? null) : null;
  const { sandbox } = settings;
  if (flags.json) {
    const body = { rows: rows.map(purchaseJson), next };
    terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox }, body), null, 2));
    return;
  }
  if (rows.length === 0) {
    terminal.note(`No request was made${isNarrowed(filter) ? ' that these filters leave' : ' yet'}.`);
    return;
  }
  const shown = { cwd: deps.cwd, local: asked.local, now: deps.clock.now(), sandbox };
  printPurchases(rows, shown, terminal);
  terminal.note(`One whole: pixtab history <id>`);
  if (next !== null) terminal.note(`Older ones: the same with --next ${next}, or with a larger -n`);
}

const isNarrowed = (filter: Filter): boolean =>
  Object.values(filter).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined,
  );

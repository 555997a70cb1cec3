import { wholePlace } from '../../core/files/place.ts';
import { resolve } from 'node:path';
import { usageFailure } from '../../core/errors.ts';
import type { PictureFacts } from '../../core/files/embedded-metadata.ts';
import { calendar } from '../../core/policy/calendar.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Deps, Ledger, Receipt, Settings, Terminal } from '../../ports/index.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { LAST, lastRun } from '../shared/receipts.ts';
import { withBooks } from '../shared/with-books.ts';
import { printPurchases } from './purchases.ts';
import { describeFacts, receiptDocument, showReceipts } from './show-receipt.ts';

const FLAGS = [flag.ofSandbox, ...COMMON] as const;
type ReceiptFlags = FlagsOf<typeof FLAGS>;

export const receipt = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument(
        '[what]',
        'an image file, its sha256, the id of a run or a request, or last; without it, the latest are listed',
      )
      .addHelpText('after', EXAMPLES);
  },
  run,
  failed: (failure, _, sandbox) => receiptDocument({ sandbox, failure }),
});

const EXAMPLES = `
Examples:
  pixtab receipt lighthouse.jpg
  pixtab receipt last                            what was bought last
  pixtab history                                 all of it, with filters`;

async function run(
  [what]: readonly string[],
  flags: ReceiptFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const settings = await deps.settings(flags);
  return withBooks(settings, deps, async (books) => {
    await mentionUnfinished(books, terminal, deps.clock);
    if (what === undefined) {
      const found = await latest(books.ledger);
      if (flags.json) print(receiptDocument({ ...settings, found }), terminal);
      else list(found, settings, deps, terminal);
      return 0;
    }
    const found = what === LAST ? await lastRun(books.ledger) : await find(what, books.ledger, deps);
    const embedded = await factsInside(what, deps);
    if (found.length === 0 && embedded === null)
      throw usageFailure(
        what === LAST ? 'Nothing was bought yet.' : `The ledger knows nothing of "${excerpt(what)}".`,
        `It takes an image file, its sha256, or the id of a run; pixtab history lists what there is${settings.sandbox ? '' : ', and what was bought with --sandbox needs --sandbox'}.`,
        'pixtab history',
      );
    if (flags.json) print(receiptDocument({ ...settings, found, embedded }), terminal);
    else show(found, embedded, settings, terminal);
    return 0;
  });
}

const print = (document: object, terminal: Terminal): void => terminal.out(JSON.stringify(document, null, 2));

const LISTED = 10;
const EVERYTHING = { since: null, until: null };

const latest = (ledger: Ledger): Promise<readonly Receipt[]> =>
  ledger.history({ ...EVERYTHING, limit: LISTED });

function list(found: readonly Receipt[], settings: Settings, deps: Deps, terminal: Terminal): void {
  if (found.length === 0) return terminal.note('Nothing was bought yet.');
  const shown = { cwd: deps.cwd, local: calendar(deps.zone()), now: deps.clock.now(), ...settings };
  printPurchases(found, shown, terminal);
  terminal.note(`One of them: pixtab receipt <id or file>; all: pixtab history`);
}

function show(
  found: readonly Receipt[],
  inside: PictureFacts | null,
  { sandbox }: Settings,
  terminal: Terminal,
): void {
  showReceipts(found, sandbox, terminal);
  if (found.length > 0 || inside === null) return;
  terminal.note('note   The ledger knows nothing of it; this is what the picture says itself.');
  for (const line of describeFacts(inside)) terminal.text(line);
}

/** Looks for a file by its bytes too, so that one that was moved or copied is still found. */
async function find(what: string, ledger: Ledger, deps: Deps): Promise<readonly Receipt[]> {
  for (const by of ['attempt', 'run', 'sha256'] as const) {
    const found = await ledger.receipts({ by, value: what });
    if (found.length > 0) return found;
  }
  const pictureFiles = await deps.pictureFiles();
  const path = wholePlace(deps.cwd, what, resolve);
  if ((await pictureFiles.kindOf(what)) === 'file') {
    const same = await ledger.receipts({ by: 'sha256', value: deps.sha256(await pictureFiles.read(what)) });
    // Several may have brought the same bytes; the last that was put here is this one.
    const here = same.filter(({ images }) => images.some(({ absolutePath }) => absolutePath === path));
    return here.length > 0 ? here.slice(-1) : same;
  }
  const found = await ledger.receipts({ by: 'path', value: path });
  return found.length > 0 || !ID.test(what) ? found : ledger.receipts({ by: 'start of an id', value: what });
}

/** The start of an id, long enough to be no word. */
const ID = /^[\da-f-]{6,}/;

/** What the file itself carries; null where it is none, or carries nothing. */
async function factsInside(what: string, deps: Deps): Promise<PictureFacts | null> {
  const pictureFiles = await deps.pictureFiles();
  if ((await pictureFiles.kindOf(what)) !== 'file') return null;
  return (await deps.pictures()).factsIn(await pictureFiles.read(what));
}

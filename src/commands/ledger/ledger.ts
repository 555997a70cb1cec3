import { exitCodeFor, usageFailure, type Failure } from '../../core/errors.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import { counted, printable, thousands } from '../../core/text/text.ts';
import type { Deps, LedgerCopied, Settings, Terminal } from '../../ports/index.ts';
import { documentOf } from '../shared/envelope.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { moneyTitle } from '../shared/hint.ts';
import { printTable } from '../shared/layout.ts';
import { unknownVerb } from '../shared/usage-sentences.ts';
import { contradicted } from './verify.ts';

const SCHEMA = 'pixtab.ledger/1';

const FLAGS = [
  declare(
    '--from <place>',
    'copy: a folder, a file that ends in .db, or postgres://… (default: the ledger in use)',
  ),
  declare('--to <place>', 'copy: an empty folder, or postgres://…'),
  flag.ofSandbox,
  ...COMMON,
] as const;
type LedgerFlags = FlagsOf<typeof FLAGS>;

export const ledger = defineCommand({
  flags: FLAGS,
  configure(command) {
    command.argument('[action]', 'show, check or copy', 'show').addHelpText('after', EXAMPLES);
  },
  ownFlags: ['from', 'to'],
  run,
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, NOTHING),
});

const EXAMPLES = `
A copy is all of a ledger or nothing, into a place that has none, and only where both add up to the same to the
nano-dollar. The original stays as it was. Passwords belong into PGPASSWORD or .pgpass.

Examples:
  pixtab ledger                                              where it is, and what is in it
  pixtab ledger check                                        exit 11 where it contradicts itself
  pixtab ledger copy --to postgres://pixtab@db.example.com/shop
  pixtab ledger copy --from postgres://pixtab@db.example.com/shop --to backup/`;

/** Of the ledger in use, but for `copy`. */
interface Body {
  readonly place: string | null;
  readonly state: 'none' | 'current' | 'older' | null;
  readonly version: number | null;
  readonly requests: number | null;
  readonly contradictions: readonly string[] | null;
  readonly copy: ReturnType<typeof copyJson> | null;
}

const NOTHING: Body = {
  place: null,
  state: null,
  version: null,
  requests: null,
  contradictions: null,
  copy: null,
};

async function run(
  [action = 'show']: readonly string[],
  flags: LedgerFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const actions = { show, check, copy };
  if (!isKey(actions, action)) throw unknownVerb('ledger', action, Object.keys(actions), ELSEWHERE);
  if (action !== 'copy' && (flags.from ?? flags.to) !== undefined)
    throw usageFailure(`--from and --to belong to pixtab ledger copy, not to ${action}.`);
  const settings = await deps.settings(flags);
  const { body, failure = null, tell } = await actions[action](flags, deps, settings, terminal);
  if (flags.json)
    terminal.out(
      JSON.stringify(documentOf(SCHEMA, { ...settings, failure }, { ...NOTHING, ...body }), null, 2),
    );
  else tell();
  if (failure) {
    terminal.alarm(`${terminal.style('red', 'pixtab:')} ${failure.message}`);
    if (failure.hint) terminal.alarm(`  ${failure.hint}`);
  }
  return failure ? exitCodeFor(failure.kind) : 0;
}

/** What other tools call them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  status: 'show',
  where: 'show',
  path: 'show',
  verify: 'check',
  move: 'copy',
  migrate: 'copy',
  export: 'copy',
};

const isKey = <Known extends object>(known: Known, name: string): name is Extract<keyof Known, string> =>
  Object.hasOwn(known, name);

interface Done {
  readonly body: Partial<Body>;
  readonly failure?: Failure | null;
  /** Prints it for people. */
  readonly tell: () => void;
}

async function show(_: LedgerFlags, deps: Deps, settings: Settings, terminal: Terminal): Promise<Done> {
  const stock = await (await deps.ledgers()).look(settings);
  // What cannot be read at all, this says why.
  const { path, state } = await (await deps.checkup()).ledger(settings);
  const { version = null, requests = null } = stock ?? {};
  return {
    body: { place: path, state, version, requests },
    tell() {
      terminal.out(printable(path));
      if (requests === null) terminal.note('There is none yet; the first purchase makes it.');
      else terminal.note(`${counted(requests, 'request')}, version ${version ?? ''} of its tables.`);
      if (state === 'older') terminal.note('The next purchase brings it up to date.');
    },
  };
}

async function check(_: LedgerFlags, deps: Deps, settings: Settings, terminal: Terminal): Promise<Done> {
  const { path, state, contradictions } = await (await deps.checkup()).ledger(settings);
  return {
    body: { place: path, state, contradictions },
    failure: contradicted(contradictions),
    tell() {
      for (const sentence of contradictions) terminal.text(printable(sentence));
      if (state === 'none') terminal.note('There is none yet; the first purchase makes it.');
      else if (contradictions.length === 0) terminal.note(`${printable(path)} is sound.`);
    },
  };
}

async function copy(
  { from, to }: LedgerFlags,
  deps: Deps,
  settings: Settings,
  terminal: Terminal,
): Promise<Done> {
  if (to === undefined)
    throw usageFailure(
      'ledger copy needs --to.',
      'Say: pixtab ledger copy --to postgres://user@host/database',
    );
  const progress = terminal.progress('copying the ledger');
  const ledgers = await deps.ledgers();
  const onRows = (rows: number): void => progress.update(counted(rows, 'row'));
  const copied = await ledgers.copy(settings, { from, to, onRows }).finally(() => progress.stop());
  return {
    body: { copy: copyJson(copied) },
    tell() {
      const money = (['settled', 'unconfirmed', 'held'] as const).map((name) => [name, format(copied[name])]);
      const tables = Object.entries(copied.rows).map(([name, rows]) => [name, thousands(rows)]);
      printTable(
        'text',
        [{ title: moneyTitle('money', settings) }, { title: '', right: true }],
        money,
        terminal,
      );
      terminal.out('');
      printTable('text', [{ title: 'table' }, { title: 'rows', right: true }], tables, terminal);
      terminal.note(
        `${printable(copied.from)} was copied to ${printable(copied.to)}; both add up to the same.`,
      );
      terminal.note('Let PIXTAB_LEDGER name the copy wherever you buy, and buy no more from the original.');
    },
  };
}

const copyJson = ({ from, to, settled, unconfirmed, held, rows }: LedgerCopied) => ({
  from,
  to,
  settled: toDecimal(settled),
  unconfirmed: toDecimal(unconfirmed),
  held: toDecimal(held),
  rows,
});

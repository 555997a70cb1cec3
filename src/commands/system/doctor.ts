import {
  broken,
  catalogueChecks,
  clockCheck,
  fine,
  folderCheck,
  ledgerChecks,
  listingChecks,
  nodeCheck,
  remark,
  type Check,
  type Listing,
} from '../../core/doctor.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { exitCodeFor, Failure } from '../../core/errors.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Deps, Settings, Style, Terminal } from '../../ports/index.ts';
import { connect, noKey } from '../../purchase/connection.ts';
import { tellFailure } from '../shared/command.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, WHO } from '../shared/flags.ts';
import { documentOf } from '../shared/envelope.ts';

const SCHEMA = 'pixtab.doctor/1';

const FLAGS = [
  declare('--online', 'ask the API for its models too, which is free'),
  ...WHO,
  ...COMMON,
] as const;
type DoctorFlags = FlagsOf<typeof FLAGS>;

export const doctor = defineCommand({
  flags: FLAGS,
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, bodyOf([])),
});

async function run(flags: DoctorFlags, deps: Deps, terminal: Terminal): Promise<number> {
  const { sandbox } = await deps.settings(flags);
  const checks = await everyCheck(flags, deps, terminal);
  const failure = failureOf(checks);
  const exitCode = failure ? exitCodeFor(failure.kind) : 0;
  if (flags.json)
    terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox, failure }, bodyOf(checks)), null, 2));
  else for (const line of checks.flatMap((check) => linesOf(check, terminal))) terminal.out(line);
  if (failure) tellFailure(failure, terminal);
  return exitCode;
}

async function everyCheck(flags: DoctorFlags, deps: Deps, terminal: Terminal): Promise<readonly Check[]> {
  const settings = await deps.settings(flags);
  const checkup = await deps.checkup();
  const day = dayOf(deps.clock.now());
  const folders = await looked(() => checkup.folders());
  const ledger = await looked(() => checkup.ledger(settings));
  const listing = flags.online ? await looked(() => listed(settings, deps)) : null;
  const newest = ledger instanceof Failure ? null : ledger.newest;
  const serverTime = listing instanceof Failure ? null : (listing?.serverTime ?? null);
  return [
    fine('pixtab', `pixtab ${deps.version}.`),
    nodeCheck(checkup.node.version, checkup.node.wanted),
    ...catalogueChecks(day),
    ...checksOf('key', await looked(() => keyCheck(settings)), (check) => [check]),
    ...checksOf('base URL', await looked(() => addressCheck(settings)), (check) => [check]),
    proxyCheck(checkup.proxies()),
    ...settingsChecks(settings),
    ...checksOf('folders', folders, (facts) => facts.map(folderCheck)),
    ...checksOf('ledger', ledger, (facts) => ledgerChecks(facts, deps.clock.now())),
    clockCheck(deps.clock.now(), newest, serverTime),
    terminalCheck(terminal),
    ...(listing === null ? [] : checksOf('online', listing, (facts) => listingChecks(facts, day))),
  ];
}

/** Looks at one thing. A failure to look is a finding too, and no reason to stop. */
async function looked<T>(look: () => T | Promise<T>): Promise<T | Failure> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Failure && error.kind !== 'cancelled') return error;
    throw error;
  }
}

function checksOf<T>(
  name: string,
  found: T | Failure,
  judge: (facts: T) => readonly Check[],
): readonly Check[] {
  return found instanceof Failure ? [broken(name, found)] : judge(found);
}

async function listed(settings: Settings, deps: Deps): Promise<Listing> {
  const opened = await connect(settings, deps);
  try {
    return await (await deps.client(opened.provider)).models(deps.stop);
  } finally {
    await opened.close();
  }
}

/** Where the key is, never what it is. */
function keyCheck({ profile, sandbox, credentials }: Settings): Check {
  if (sandbox) return fine('key', 'The sandbox needs none.');
  if (credentials) return fine('key', `There is one in ${credentials.from}.`);
  return broken('key', noKey(profile));
}

function addressCheck({ sandbox, baseUrl }: Settings): Check {
  if (baseUrl.from !== 'default') {
    return remark(
      'base URL',
      'note',
      `Requests and the key go to ${baseUrl.value}, as ${baseUrl.from} says.`,
    );
  }
  return fine(
    'base URL',
    sandbox ? 'A sandbox of its own for every command.' : `Requests go to ${baseUrl.value}.`,
  );
}

const proxyCheck = (proxies: readonly string[]): Check =>
  fine(
    'proxy',
    proxies.length === 0 ? 'None is set.' : `Requests go through ${[...new Set(proxies)].join(' and ')}.`,
  );

function settingsChecks({ defaults, origins, notices }: Settings): readonly Check[] {
  const set = Object.keys(defaults).map((name) => `--${name} (${origins[name] ?? 'unknown'})`);
  return [
    fine(
      'settings',
      set.length === 0 ? 'None beside the command line.' : `Set outside the command line: ${set.join(', ')}.`,
    ),
    ...notices.map((notice) => remark('settings', 'note', notice)),
  ];
}

function terminalCheck(terminal: Terminal): Check {
  const { stdoutIsTerminal, stdinIsTerminal, columns } = terminal;
  const colored = terminal.style('bold', 'x') !== 'x';
  const what = stdoutIsTerminal ? `stdout is a terminal of ${columns} columns` : 'stdout is no terminal';
  const asks = stdinIsTerminal ? 'questions can be asked' : 'nothing is asked';
  return fine('terminal', `${what}, ${colored ? 'in colour' : 'without colour'}; ${asks}.`);
}

const COLORS: Record<Check['status'], Style> = { ok: 'green', note: 'cyan', warn: 'yellow', fail: 'red' };
const INDENT = ' '.repeat(18);

function linesOf({ name, status, message, hint }: Check, terminal: Terminal): readonly string[] {
  const mark = terminal.style(COLORS[status], status.padEnd(4));
  const line = `${mark}  ${name.padEnd(10)}  ${printable(message)}`;
  return hint === null ? [line] : [line, `${INDENT}${printable(hint)}`];
}

function failureOf(checks: readonly Check[]): Failure | null {
  const failed = checks.filter(({ status }) => status === 'fail');
  const [first] = failed;
  if (!first?.kind) return null;
  const others = failed.length - 1;
  const message =
    others === 0
      ? first.message
      : `${first.message.replace(/\.$/, '')}; ${counted(others, 'other check')} failed too.`;
  return new Failure(first.kind, message, { hint: first.hint ?? undefined, charged: 'no' });
}

const bodyOf = (checks: readonly Check[]) => ({
  checks: checks.map(({ name, status, message, hint }) => ({ name, status, message, hint })),
});

import {
  broken,
  clockCheck,
  fine,
  folderCheck,
  ledgerChecks,
  nodeCheck,
  remark,
  sessionChecks,
  type Check,
} from '../../core/doctor.ts';
import { catalogueChecks, listingChecks, namedModelChecks, type Listing } from '../../core/doctor-models.ts';
import type { Day } from '../../core/catalogue/model.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { exitCodeFor, Failure } from '../../core/errors.ts';
import { hasFlag, PREFERENCES } from '../../core/preferences.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Client, Deps, Endpoint, Settings, Style, Terminal, Tried } from '../../ports/index.ts';
import { connect, noKey } from '../../purchase/connection.ts';
import { tellFailure } from '../shared/command.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, WHO } from '../shared/flags.ts';
import { documentOf } from '../shared/envelope.ts';

const SCHEMA = 'pixtab.doctor/1';

const FLAGS = [
  declare(
    '--online',
    'ask the API for its models too, which is free; --gateway does so for each that it names',
  ),
  ...WHO,
  ...COMMON,
] as const;
type DoctorFlags = FlagsOf<typeof FLAGS>;

export const doctor = defineCommand({
  flags: FLAGS,
  configure: (command) => void command.addHelpText('after', EXAMPLES),
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, bodyOf([])),
});

const EXAMPLES = `
Examples:
  pixtab doctor
  pixtab doctor --online                         asks Google too, for nothing`;

async function run(flags: DoctorFlags, deps: Deps, terminal: Terminal): Promise<number> {
  const { sandbox } = await deps.settings(flags);
  const checks = await everyCheck(flags, deps, terminal);
  const failure = failureOf(checks);
  const exitCode = failure ? exitCodeFor(failure.kind) : 0;
  if (flags.json)
    terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox, failure }, bodyOf(checks)), null, 2));
  else for (const line of checks.flatMap((check) => linesOf(check, terminal))) terminal.text(line);
  if (failure) tellFailure(failure, terminal);
  return exitCode;
}

async function everyCheck(flags: DoctorFlags, deps: Deps, terminal: Terminal): Promise<readonly Check[]> {
  const settings = await deps.settings(flags);
  const checkup = await deps.checkup();
  const day = dayOf(deps.clock.now());
  const folders = await looked(() => checkup.folders());
  const ledger = await looked(() => checkup.ledger(settings));
  const isOnline = flags.online === true || flags.gateway !== undefined;
  const listing = isOnline ? await looked(() => listed(settings, deps)) : null;
  const newest = ledger instanceof Failure ? null : ledger.newest;
  const serverTime = listing instanceof Failure ? null : (listing?.serverTime ?? null);
  return [
    fine('pixtab', `pixtab ${deps.version}.`),
    nodeCheck(checkup.node.version, checkup.node.wanted),
    ...catalogueChecks(day),
    ...(await accessChecks(settings)),
    proxyCheck(checkup.proxies()),
    ...settingsChecks(settings),
    ...namedModelChecks(settings.defaults, settings.origins, day),
    ...checksOf('folders', folders, (facts) => facts.map(folderCheck)),
    ...checksOf('ledger', ledger, (facts) => ledgerChecks(facts, deps.clock.now())),
    ...checksOf('journal', await looked(() => checkup.journal(settings)), journalChecks),
    ...checksOf('sessions', await looked(async () => (await deps.sessions(settings)).list()), sessionChecks),
    clockCheck(deps.clock.now(), newest, serverTime),
    terminalCheck(terminal),
    ...(listing === null ? [] : checksOf('online', listing, (facts) => listingChecks(facts, day))),
    ...(flags.gateway === undefined ? [] : await triedChecks(settings, deps)),
    ...(await furtherChecks(settings, day, deps)),
  ];
}

const journalChecks = (place: string | null): readonly Check[] =>
  place === null ? [] : [fine('journal', `Answers can be read and kept at ${place}.`)];

/** Where the key is, and where it goes. */
const accessChecks = async (endpoint: Endpoint): Promise<readonly Check[]> => [
  ...checksOf('key', await looked(() => keyCheck(endpoint)), (check) => [check]),
  ...checksOf('base URL', await looked(() => addressCheck(endpoint)), (check) => [check]),
];

/** The same of every further gateway, each under its name. */
async function furtherChecks({ further }: Settings, day: Day, deps: Deps): Promise<readonly Check[]> {
  const all: Check[] = [];
  for (const endpoint of further) {
    const listing = await looked(() => listed(endpoint, deps));
    const checks = [
      ...(await accessChecks(endpoint)),
      ...checksOf('online', listing, (facts) => listingChecks(facts, day)),
      ...(await triedChecks(endpoint, deps)),
    ];
    const { name } = endpoint.profile;
    all.push(...checks.map((check) => ({ ...check, message: `${name}: ${check.message}` })));
  }
  return all;
}

/** What works of a provider, without buying anything. */
async function triedChecks(endpoint: Endpoint, deps: Deps): Promise<readonly Check[]> {
  const { can, title } = endpoint.profile;
  const tried = async (what: Tried, isSold: boolean, works: string, lacks: string): Promise<Check> => {
    if (!isSold) return remark(what, 'note', lacks);
    const failure = await looked(() =>
      connected(endpoint, deps, async (client) => {
        await client.tries(what, deps.stop);
        return null;
      }),
    );
    if (failure === null) return fine(what, works);
    if (failure.kind === 'auth') return broken(what, failure);
    return remark(what, 'warn', failure.message, failure.hint ?? null);
  };
  return [
    await tried('key', true, `${title} takes the key.`, ''),
    await tried(
      'files',
      can.files,
      'The Files API answers.',
      `${title} takes no files: pictures travel inside of requests.`,
    ),
    await tried('batches', can.batch, 'The batch lane answers.', `${title} has no batch lane.`),
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

const listed = (endpoint: Endpoint, deps: Deps): Promise<Listing> =>
  connected(endpoint, deps, (client) => client.models(deps.stop));

async function connected<T>(
  endpoint: Endpoint,
  deps: Deps,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const opened = await connect(endpoint, deps);
  try {
    return await work(await deps.client(opened.provider));
  } finally {
    await opened.close();
  }
}

/** Where the key is, never what it is. */
async function keyCheck(endpoint: Endpoint): Promise<Check> {
  const { profile } = endpoint;
  if (profile.sandbox) return fine('key', 'The sandbox needs none.');
  const credentials = await endpoint.credentials();
  if (credentials) return fine('key', `There is one in ${credentials.from}.`);
  return broken('key', noKey(profile));
}

function addressCheck({ profile: { sandbox }, baseUrl }: Endpoint): Check {
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
  const set = PREFERENCES.filter((name) => name in defaults).map(
    (name) => `${hasFlag(name) ? '--' : ''}${name} (${origins[name] ?? 'unknown'})`,
  );
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

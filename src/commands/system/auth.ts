import { Failure, usageFailure } from '../../core/errors.ts';
import { keyHolder, mustBeKeyName, USUAL_KEY } from '../../core/providers/keys.ts';
import { printable } from '../../core/text/text.ts';
import type { Credentials, Deps, KeptKey, Settings, Terminal } from '../../ports/index.ts';
import { accountOf, connect, livesHere, noKey, providerWithoutKey } from '../../purchase/connection.ts';
import { tellFailure } from '../shared/command.ts';
import { documentOf } from '../shared/envelope.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { printTable } from '../shared/layout.ts';

const SCHEMA = 'pixtab.auth/1';

const FLAGS = [
  declare('--file', 'login: keep it in a file beside the ledger, not in the keychain'),
  declare('--no-check', 'login: do not ask whether the key is good, which is free'),
  declare('--all', 'logout: every key that is kept'),
  flag.key,
  flag.gateway,
  flag.sandbox,
  flag.baseUrl,
  ...COMMON,
] as const;

export const auth = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[action]', 'status, login or logout', 'status')
      // Refused by the command itself, which knows that it may be a key.
      .allowExcessArguments()
      .addHelpText('after', HELP);
  },
  run,
  failed: (failure, exitCode, sandbox) => documentOf(SCHEMA, { sandbox, failure, exitCode }, bodyOf({})),
});

const HELP = `
login asks for a key, or reads it from standard input, and never takes it as a word of the command line. With --key, there
are several: pixtab "a cat" --key work, PIXTAB_KEY=work, or pixtab config set key work.

Examples:
  pixtab auth login
  pixtab auth login --key work < key.txt
  pixtab auth login --gateway openrouter
  pixtab auth status`;

interface Context {
  readonly flags: FlagsOf<typeof FLAGS>;
  readonly settings: Settings;
  readonly deps: Deps;
  readonly terminal: Terminal;
}

/** What a verb has to say, for --json. */
interface Told {
  /** The key that counts here, or that was just kept. */
  readonly key?: CountingKey | null;
  readonly kept?: readonly KeptKey[];
  readonly failure?: Failure | null;
  readonly warnings?: readonly string[];
}

interface CountingKey {
  readonly provider: string;
  /** Where it is: "GEMINI_API_KEY", "the keychain". */
  readonly from: string;
  readonly ending: string;
  readonly account: string;
}

const VERBS: Readonly<Record<string, (context: Context) => Promise<Told>>> = { status, login, logout };

async function run(
  [action = 'status', ...rest]: readonly string[],
  flags: Context['flags'],
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const verb = Object.hasOwn(VERBS, action) ? VERBS[action] : undefined;
  // What follows may be a key, so it is not repeated.
  if (rest.length > 0)
    throw usageFailure(
      'auth takes one word: a key is never part of the command line, where others can read it.',
      'pixtab auth login asks for it.',
    );
  if (!verb) throw usageFailure('auth takes status, login or logout.');
  const settings = await deps.settings(flags);
  const told = await verb({ flags, settings, deps, terminal });
  const { failure = null, warnings = [] } = told;
  const { sandbox } = settings;
  const tier = settings.defaults['tier'] ?? null;
  const document = documentOf(SCHEMA, { sandbox, failure, warnings }, bodyOf({ ...told, tier }));
  if (flags.json) terminal.out(JSON.stringify(document, null, 2));
  if (failure) tellFailure(failure, terminal);
  return document.exitCode;
}

const bodyOf = ({ key = null, kept = [], tier = null }: Told & { readonly tier?: string | null }) => ({
  key,
  tier,
  kept: kept.map(({ name, provider, place, path, ending, account }) => ({
    name,
    provider,
    place,
    path,
    ending,
    account,
  })),
});

async function status({ flags, settings, deps, terminal }: Context): Promise<Told> {
  const kept = await (await deps.keys()).list();
  const key = await countingKey(settings);
  if (flags.json) return { key, kept, failure: key ? null : noKey(settings.profile) };
  if (key) {
    const { tier } = settings.defaults;
    const known =
      tier === undefined
        ? 'not known; pixtab config set tier 1 says it'
        : `${tier} (${settings.origins['tier']})`;
    terminal.out(`key      ${printable(key.from)}${endingIn(key)}`);
    terminal.out(`account  ${key.account}`);
    terminal.out(`tier     ${known}`);
  }
  if (kept.length > 0) {
    if (key) terminal.out('');
    const columns = ['kept as', 'of', 'in', 'ends in', 'account'].map((title) => ({ title }));
    const rows = kept.map(({ name, provider, path, ending, account }) =>
      [name, provider, path ?? 'the keychain', ending, account].map(printable),
    );
    printTable('text', columns, rows, terminal);
  }
  return { key, kept, failure: key ? null : noKey(settings.profile) };
}

const endingIn = ({ ending }: Pick<KeptKey, 'ending'>): string =>
  ending === '' ? '' : `, ends in ${ending}`;

/** The key that pays here; null where there is none. */
async function countingKey(settings: Settings): Promise<CountingKey | null> {
  const credentials = await settings.credentials();
  if (credentials === null) return null;
  const { from, ending } = credentials;
  return { provider: settings.profile.name, from, ending, account: accountWith(credentials, settings) };
}

const accountWith = (credentials: Credentials, settings: Settings): string =>
  livesHere(settings)
    ? settings.profile.name
    : accountOf({ ...providerWithoutKey(settings), credentials }).id;

async function login({ flags, settings, deps, terminal }: Context): Promise<Told> {
  const { profile, further, sandbox } = settings;
  const name = flags.key ?? USUAL_KEY;
  mustBeKeyName(name, '--key');
  if (further.length > 0) throw usageFailure('auth login keeps one key: name one gateway.');
  const keys = await deps.keys();
  const key = await keyFrom(profile.title, deps, terminal);
  if (key.trim() === '')
    throw new Failure('auth', 'No key was given, and none is kept.', {
      hint: 'It is typed where that is asked for, or given on standard input: pixtab auth login < key.txt',
    });
  const credentials = keys.credentials(key, profile);
  if (flags.check) await check({ ...settings, credentials: async () => credentials }, deps);
  const account = accountWith(credentials, settings);
  const { ending } = credentials;
  const kept = await keys.keep(
    { key, name, provider: keyHolder(profile), ending, account },
    { inFile: flags.file === true },
  );
  const warnings = kept.why === null ? [] : [`The keychain did not take it: ${printable(kept.why)}`];
  for (const warning of warnings) terminal.note(`note   ${warning}`);
  const from = kept.path ?? 'the keychain';
  terminal.note(
    `kept   key ${name}${endingIn(kept)}, in ${from}${kept.path !== null && kept.isYoursAlone ? ', which only you can read' : ''}`,
  );
  const counting = sandbox ? null : await countingKey(settings);
  if (counting && counting.account !== account)
    terminal.note(`note   Here ${printable(counting.from)} counts before it.`);
  return { key: { provider: kept.provider, from, ending, account }, kept: [kept], warnings };
}

async function keyFrom(title: string, deps: Deps, terminal: Terminal): Promise<string> {
  if (terminal.stdinIsTerminal) return deps.askSecret(`API key of ${title} (it is not shown): `);
  if (terminal.stdinIsPiped) return deps.readStdin();
  throw usageFailure(
    'There is nobody to ask for a key.',
    'Give it on standard input: pixtab auth login < key.txt',
  );
}

/** Asks for the list of models, which is free. */
async function check(settings: Settings, deps: Deps): Promise<void> {
  const opened = await connect(settings, deps);
  try {
    const client = await deps.client(opened.provider);
    await client.tries('key', deps.stop);
  } finally {
    await opened.close();
  }
}

async function logout({ flags, settings, deps, terminal }: Context): Promise<Told> {
  const keys = await deps.keys();
  const provider = keyHolder(settings.profile);
  const name = flags.key ?? USUAL_KEY;
  mustBeKeyName(name, '--key');
  const all = await keys.list();
  const going = flags.all ? all : all.filter((one) => one.provider === provider && one.name === name);
  if (going.length === 0)
    throw usageFailure(flags.all ? 'No key is kept.' : `No key of ${provider} is kept as ${name}.`);
  for (const one of going) {
    await keys.remove(one.provider, one.name);
    terminal.note(`gone   key ${one.name} of ${one.provider}${endingIn(one)}`);
  }
  const key = await countingKey(settings).catch(() => null);
  if (key && !settings.sandbox) terminal.note(`note   There still is a key in ${printable(key.from)}.`);
  return { key: null, kept: await keys.list() };
}

import { Command, CommanderError, InvalidArgumentError, type Option } from 'commander';
import { tellFailure, type CommandModule, type RawFlags } from './commands/command.ts';
import { Failure, exitCodeOf, usageFailure } from './core/errors.ts';
import { nearest } from './core/nearest.ts';
import { counted, printable } from './core/text.ts';
import type { Deps, Settings, Terminal, TerminalOptions } from './ports.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
  /** Only the command that runs is loaded: start-up is part of the product. */
  readonly load: () => Promise<CommandModule>;
}

export const COMMANDS: readonly Entry[] = [
  {
    name: 'generate',
    summary: 'make images (the default command)',
    load: async () => (await import('./commands/generate.ts')).generate,
  },
  {
    name: 'estimate',
    summary: 'the price, offline',
    load: async () => (await import('./commands/estimate.ts')).estimate,
  },
  {
    name: 'models',
    summary: 'what can be bought, at what price',
    load: async () => (await import('./commands/models.ts')).models,
  },
  {
    name: 'prices',
    summary: 'the catalogue of prices: why, diff, check',
    load: async () => (await import('./commands/prices.ts')).prices,
  },
  {
    name: 'recover',
    summary: 'finish what was paid for',
    load: async () => (await import('./commands/recover.ts')).recover,
  },
  {
    name: 'spend',
    summary: 'what was spent',
    load: async () => (await import('./commands/spend.ts')).spend,
  },
  {
    name: 'budget',
    summary: 'limits: set, list, rm',
    load: async () => (await import('./commands/budget.ts')).budget,
  },
  {
    name: 'receipt',
    summary: 'what an image or a run cost, and where it came from',
    load: async () => (await import('./commands/receipt.ts')).receipt,
  },
  {
    name: 'verify',
    summary: 'whether the files still match the ledger',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'sandbox',
    summary: 'the Gemini API on loopback',
    load: async () => (await import('./commands/sandbox.ts')).sandbox,
  },
];

const DEFAULT = 'generate';

/** Names the contract keeps free: a typo for one of them must not become a prompt that is paid for. */
const RESERVED = (
  'edit chat estimate models prices spend budget recover receipt verify prompt ' +
  'plan apply diff batch sandbox gallery doctor completion mcp config help'
).split(' ');

/** Runs one command line to its end. Resolves to the exit code; never throws, never exits. */
export async function run(args: readonly string[], deps: Deps): Promise<number> {
  const argv = args[0] === 'help' && args.length > 1 ? [...args.slice(1), '--help'] : args;
  const entry = COMMANDS.find(({ name }) => name === argv[0]);
  const call: Call = {
    json: argv.includes('--json'),
    module: null,
    terminal: deps.terminal(optionsIn(argv)),
  };
  try {
    const exitCode = await dispatch(argv, entry, call, deps);
    await call.terminal.flush();
    return exitCode;
  } catch (error) {
    return report(error, call);
  }
}

/** What the one catch needs to know of a call that may have failed anywhere. */
interface Call {
  json: boolean;
  module: CommandModule | null;
  terminal: Terminal;
}

async function dispatch(
  argv: readonly string[],
  entry: Entry | undefined,
  call: Call,
  deps: Deps,
): Promise<number> {
  const { program, of } = programFor(deps, call.terminal);
  let exitCode = 0;
  if (!entry && isTopLevel(argv)) {
    await parse(program, argv, () => exitCode);
    if (argv[0] === '-V' || argv[0] === '--version') call.terminal.note(await ageOfPrices(deps));
    return exitCode;
  }

  const chosen = entry ?? COMMANDS.find(({ name }) => name === DEFAULT);
  if (!chosen) throw new Error(`no command ${DEFAULT}`);
  call.module = await chosen.load();
  if (!entry) refuseMistypedCommand(argv);
  const { module } = call;
  const command = of(chosen.name);
  module.configure(command);
  command.action(async () => {
    refuseSwallowedFlags(command);
    const settings = await deps.settings(command.opts());
    applyDefaults(command, settings, module.ownFlags);
    const flags: RawFlags = command.opts();
    call.terminal = deps.terminal(optionsOf(flags));
    for (const notice of settings.notices) call.terminal.note(`note   ${notice}`);
    for (const detail of settings.details) call.terminal.detail(detail);
    // Read once: what a file says must not change between two looks.
    const settled: Deps = { ...deps, settings: async () => settings };
    exitCode = await module.run(command.args, flags, settled, call.terminal);
  });
  const rest = entry ? argv.slice(1) : argv;
  return parse(program, [chosen.name, ...rest], () => exitCode);
}

async function parse(program: Command, args: readonly string[], exitCode: () => number): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw usageFailure(sentence(error.message), 'See pixtab --help.');
  }
}

function programFor(deps: Deps, terminal: Terminal): { program: Command; of: (name: string) => Command } {
  const program = new Command('pixtab')
    .description("Makes images with Google's image models; says the price first, and never pays twice.")
    .usage('[command] [flags] <prompt…>')
    .version(deps.version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text.replace(/\n$/, '')), writeErr: () => {} })
    .addHelpText('after', EXAMPLES);
  const commands = new Map(
    COMMANDS.map(({ name, summary }) => [
      name,
      program.command(name).description(summary).copyInheritedSettings(program),
    ]),
  );
  return {
    program,
    of(name) {
      const command = commands.get(name);
      if (!command) throw new Error(`no command ${name}`);
      return command;
    },
  };
}

/** For people: stdout holds the version alone. */
async function ageOfPrices({ clock }: Pick<Deps, 'clock'>): Promise<string> {
  const { catalogueAge } = await import('./core/catalogue/catalogue.ts');
  const { dayOf } = await import('./core/day.ts');
  const { checked, days, stale } = catalogueAge(dayOf(clock.now()));
  const advice = stale ? '; a newer pixtab may know better' : '';
  return `prices checked on ${checked}, ${counted(days, 'day')} ago${advice}`;
}

const EXAMPLES = `
Examples:
  pixtab "a lighthouse at dusk" --sandbox        try it: no key, nothing spent
  pixtab "a lighthouse at dusk" -o lighthouse.png
  pixtab generate --help                         every flag`;

const isTopLevel = (argv: readonly string[]): boolean =>
  argv.length === 0 || ['-h', '--help', '-V', '--version', 'help'].includes(argv[0] ?? '');

/** `pixtab modles` must not buy a picture of "modles". */
function refuseMistypedCommand(argv: readonly string[]): void {
  const words = argv.filter((arg) => !arg.startsWith('-'));
  const first = argv[0] ?? '';
  if (RESERVED.includes(first)) {
    throw usageFailure(
      `There is no command ${first} in this version.`,
      'See pixtab --help for those there are.',
    );
  }
  if (words.length === 1 && RESERVED.includes(words[0] ?? '')) {
    throw usageFailure(`${words[0]} is a command, and the command comes first.`, `Say: pixtab ${words[0]} …`);
  }
  const meant = /^[a-z]{4,}$/.test(first)
    ? nearest(first, [...COMMANDS.map(({ name }) => name), ...RESERVED], 2)
    : null;
  if (meant) {
    throw usageFailure(
      `There is no command ${first}; pixtab ${meant} exists.`,
      `For a picture, say: pixtab generate "${first} …"`,
    );
  }
}

/** `-o --sandbox` leaves the flag out as a file name; it must not buy for real what was meant as a try. */
function refuseSwallowedFlags(command: Command): void {
  const flags = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const words = (Array.isArray(value) ? value : [value]).filter((word) => typeof word === 'string');
    const swallowed = words.find((word) => flags.has(word.split('=')[0]));
    if (swallowed) throw usageFailure(`${option.long} needs a value, and ${swallowed} is a flag.`);
  }
}

/** Settings from outside the command line go through the same parsers as the flags they stand for. */
function applyDefaults(
  command: Command,
  { defaults, origins }: Settings,
  ownFlags: readonly string[] = [],
): void {
  for (const [name, value] of Object.entries(defaults)) {
    const option = command.options.find(({ long }) => long === `--${name}`);
    if (!option || ownFlags.includes(name)) continue;
    const source = command.getOptionValueSource(option.attributeName());
    if (source !== undefined && source !== 'default') continue;
    command.setOptionValueWithSource(
      option.attributeName(),
      parsed(option, value, origins[name] ?? name),
      'config',
    );
  }
}

function parsed(option: Option, value: string, from: string): unknown {
  try {
    return option.parseArg ? option.parseArg(value, undefined) : value;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw usageFailure(
      `${from}: ${option.long} cannot be ${JSON.stringify(printable(value))}. ${error.message}`,
    );
  }
}

/** The one catch: what went wrong in a sentence, on stderr; in JSON too where JSON was asked for. */
function report(error: unknown, { json, module, terminal }: Call): number {
  const exitCode = exitCodeOf(error);
  const failure = error instanceof Failure ? error : unexpected(error);
  if (json) terminal.out(JSON.stringify(documentOf(failure, exitCode, module), null, 2));
  tellFailure(failure, terminal);
  return exitCode;
}

function documentOf(failure: Failure, exitCode: number, module: CommandModule | null): unknown {
  const general = {
    schema: 'pixtab.error/1',
    error: { kind: failure.kind, exitCode, message: failure.message },
  };
  return module ? module.failed(failure, exitCode) : general;
}

function unexpected(error: unknown): Failure {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Failure(
    'bug',
    `Unexpected: ${printable(error instanceof Error ? error.message : String(error))}`,
    {
      hint: 'This is a bug in pixtab; -v shows where.',
      detail: stack,
      charged: 'unknown',
    },
  );
}

/** Commander's message as a sentence of ours. */
function sentence(message: string): string {
  const text = printable(message.replace(/^error: /, '').trim());
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

function optionsOf(flags: RawFlags): TerminalOptions {
  const color = flags['color'];
  return {
    quiet: flags['quiet'] === true,
    verbose: flags['verbose'] === true,
    color: color === 'always' || color === 'never' ? color : 'auto',
  };
}

/** Good enough for a message about a command line that could not be parsed. */
function optionsIn(argv: readonly string[]): TerminalOptions {
  const at = argv.indexOf('--color');
  return optionsOf({
    quiet: false,
    verbose: argv.includes('-v') || argv.includes('--verbose'),
    color: at >= 0 ? argv[at + 1] : argv.find((arg) => arg.startsWith('--color='))?.slice('--color='.length),
  });
}

import { Command, CommanderError, Help, type Option } from 'commander';
import { tellFailure, type CommandModule, type RawFlags } from './commands/shared/command.ts';
import { applyDefaults } from './commands/shared/apply-settings.ts';
import {
  countingModels,
  isShellAsking,
  refuseCommandAsPrompt,
  refuseMistypedCommand,
  refuseSwallowedFlags,
} from './commands/shared/guards.ts';
import { COMMANDS, DEFAULT, type Entry } from './commands/index.ts';
import { documentOf } from './commands/shared/envelope.ts';
import { arrangeHelp, fitted } from './commands/shared/help.ts';
import { NARROWEST } from './core/text/wrap.ts';
import { inSandbox } from './commands/shared/hint.ts';
import { usageFailureOf } from './commands/shared/usage-sentences.ts';
import { Failure, exitCodeOf, usageFailure } from './core/errors.ts';
import { printable } from './core/text/text.ts';
import type { Deps, Settings, Terminal, TerminalOptions } from './ports/index.ts';

/** Runs one command line to its end. Resolves to the exit code; never throws, never exits. */
export async function run(args: readonly string[], deps: Deps): Promise<number> {
  const argv = helpOf(args);
  const entry = COMMANDS.find(({ name }) => name === argv[0]);
  const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const call: Call = {
    json: flags.includes('--json') || flags.includes('--events'),
    sandbox: flags.includes('--sandbox'),
    module: null,
    terminal: deps.terminal(optionsIn(flags)),
  };
  if (isShellAsking(args)) {
    const { complete } = await import('./commands/completion/complete.ts');
    const exitCode = await complete(args, deps, call.terminal);
    await call.terminal.flush();
    return exitCode;
  }
  try {
    const exitCode = await dispatch(argv, entry, call, deps);
    await call.terminal.flush();
    return exitCode;
  } catch (error) {
    return await report(error, call, deps);
  }
}

/** `pixtab help generate` is `pixtab generate --help`. */
function helpOf(args: readonly string[]): readonly string[] {
  const topic = topicOf(args);
  if (topic === undefined || !isCommand(topic)) return args;
  return [topic, ...args.slice(1).filter((word) => word !== topic), '--help'];
}

/** What help is asked about, where it is asked for by its name. */
const topicOf = ([first, ...rest]: readonly string[]): string | undefined =>
  first === 'help' ? rest.find((word) => !word.startsWith('-')) : undefined;

const isCommand = (word: string): boolean => COMMANDS.some(({ name }) => name === word);

/** What the one catch needs to know of a call that may have failed anywhere. */
interface Call {
  json: boolean;
  sandbox: boolean;
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
  const isHelp = argv[0] === 'help' || isAmong(argv, '-h', '--help');
  const topic = topicOf(argv);
  if (topic !== undefined)
    throw usageFailure(`There is no command ${printable(topic)}.`, 'pixtab --help lists them.');
  if (call.json && (isHelp || isVersion(argv))) {
    call.terminal.out(JSON.stringify(await aboutItself(isHelp, entry, deps), null, 2));
    return 0;
  }
  if (argv.length === 0 && !call.terminal.stdinIsPiped) {
    call.terminal.out(fitted(program.helpInformation().trimEnd(), call.terminal));
    return 0;
  }
  if (!entry && isTopLevel(argv)) {
    await parse(program, argv);
    // On stderr: stdout holds the version alone.
    if (isVersion(argv)) call.terminal.note(await ageToday(deps));
    return exitCode;
  }

  const chosen = entry ?? COMMANDS.find(({ name }) => name === DEFAULT);
  if (!chosen) throw new Error(`no command ${DEFAULT}`);
  if (!entry) refuseMistypedCommand(argv);
  const module = await chosen.load();
  call.module = module;
  const command = of(chosen.name);
  module.configure(command);
  if (isHelp && module.help) arrangeHelp(command, module.help, argv.includes('--all'));
  const refuseTwoModels = countingModels(command);
  command.action(async () => {
    refuseSwallowedFlags(command);
    refuseTwoModels();
    if (!entry) refuseCommandAsPrompt(command.args);
    const settings = await settingsFor(module, command, deps);
    call.sandbox = settings?.sandbox ?? false;
    const heldBack = settings ? applyDefaults(command, settings, module.ownFlags) : [];
    const flags: RawFlags = command.opts();
    call.terminal = deps.terminal({
      ...optionsOf(flags),
      ...(flags['sandbox'] === true && { reworded: inSandbox }),
    });
    for (const notice of [...(settings?.notices ?? []), ...heldBack]) call.terminal.note(`note   ${notice}`);
    for (const detail of settings?.details ?? []) call.terminal.detail(detail);
    // The settings are read once: a file must not say something else at a second look.
    const settled: Deps =
      settings && !module.mendsSettings ? { ...deps, settings: async () => settings } : deps;
    exitCode = await module.run(command.args, flags, settled, call.terminal);
  });
  const rest = entry ? argv.slice(1) : argv;
  await parse(program, [chosen.name, ...rest], command, module.leftOver);
  return exitCode;
}

/** null where they are broken and the command is there to mend them. */
async function settingsFor(
  { mendsSettings }: CommandModule,
  command: Command,
  deps: Pick<Deps, 'settings'>,
): Promise<Settings | null> {
  try {
    return await deps.settings(command.opts());
  } catch (error) {
    if (mendsSettings && error instanceof Failure) return null;
    throw error;
  }
}

/** Runs the action of a command; what commander finds wrong is a failure like any other. */
async function parse(
  program: Command,
  args: readonly string[],
  command: Command = program,
  leftOver?: string,
): Promise<void> {
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageFailureOf(error, command, leftOver);
  }
}

function programFor(deps: Deps, terminal: Terminal): { program: Command; of: (name: string) => Command } {
  const program = new Command('pixtab')
    .description("Makes images with Google's image models; says the price first, and never pays twice.")
    .usage('[command] [flags] <prompt…>')
    .version(deps.version, '-V, --version')
    .exitOverride()
    .configureHelp({ minWidthToWrap: NARROWEST, optionDescription })
    .configureOutput({
      writeOut: (text) => terminal.out(fitted(text.replace(/\n$/, ''), terminal)),
      getOutHelpWidth: () => terminal.columns,
      writeErr: () => {},
    })
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

/** What a flag is without its value is said by its description, so it is not shown once more. */
const optionDescription = (option: Option): string =>
  new Help().optionDescription(Object.assign(Object.create(option), { presetArg: undefined }));

const isVersion = ([first]: readonly string[]): boolean => first === '-V' || first === '--version';

/** Flags of the command line, not of a prompt behind `--`. */
const isAmong = (argv: readonly string[], ...names: readonly string[]): boolean =>
  (argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv).some((arg) => names.includes(arg));

/** Help or version, for machines. */
async function aboutItself(isHelp: boolean, entry: Entry | undefined, deps: Deps): Promise<object> {
  if (isHelp) return (await import('./commands/shared/help-json.ts')).helpDocument(entry);
  const { catalogueAge } = await import('./core/catalogue/catalogue.ts');
  const { dayOf } = await import('./core/policy/calendar.ts');
  const { checked, days } = catalogueAge(dayOf(deps.clock.now()));
  const body = { version: deps.version, prices: { checked, daysAgo: days } };
  return documentOf('pixtab.version/1', { sandbox: false }, body);
}

async function ageToday({ clock }: Pick<Deps, 'clock'>): Promise<string> {
  const { ageOfPrices } = await import('./core/catalogue/age.ts');
  const { dayOf } = await import('./core/policy/calendar.ts');
  return ageOfPrices(dayOf(clock.now()));
}

const EXAMPLES = `
Examples:
  pixtab "a lighthouse at dusk" --sandbox        try it: no key, nothing spent
  pixtab "a lighthouse at dusk" -o lighthouse.png
  pixtab generate --help                         the flags that are used most; --help --all every one
  pixtab help --json                             every command, flag, exit code and schema, for machines`;

const isTopLevel = (argv: readonly string[]): boolean =>
  ['-h', '--help', '-V', '--version', 'help'].includes(argv[0] ?? '');

/** The one catch: what went wrong in a sentence, on stderr; in JSON too where JSON was asked for. */
async function report(error: unknown, call: Call, deps: Pick<Deps, 'sourceStack'>): Promise<number> {
  const { json, terminal } = call;
  const exitCode = exitCodeOf(error);
  const failure = error instanceof Failure ? error : await unexpected(error, deps);
  if (json) terminal.out(JSON.stringify(failed(failure, exitCode, call), null, 2));
  tellFailure(failure, terminal);
  return exitCode;
}

function failed(failure: Failure, exitCode: number, { sandbox, module }: Call): unknown {
  return module
    ? module.failed(failure, exitCode, sandbox)
    : documentOf('pixtab.error/1', { sandbox, failure }, {});
}

async function unexpected(error: unknown, { sourceStack }: Pick<Deps, 'sourceStack'>): Promise<Failure> {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Failure(
    'bug',
    `Unexpected: ${printable(error instanceof Error ? error.message : String(error))}`,
    {
      hint: 'This is a bug in pixtab; -v shows where.',
      detail: await sourceStack(stack),
      charged: 'unknown',
    },
  );
}

function optionsOf(flags: RawFlags): TerminalOptions {
  const color = flags['color'];
  return {
    quiet: flags['quiet'] === true,
    verbose: flags['verbose'] === true,
    color: color === 'always' || color === 'never' ? color : 'auto',
    events: flags['events'] === true,
  };
}

/** Good enough for a message about a command line that could not be parsed. */
function optionsIn(argv: readonly string[]): TerminalOptions {
  const at = argv.indexOf('--color');
  return optionsOf({
    quiet: false,
    events: argv.includes('--events'),
    verbose: argv.includes('-v') || argv.includes('--verbose'),
    color: at >= 0 ? argv[at + 1] : argv.find((arg) => arg.startsWith('--color='))?.slice('--color='.length),
  });
}

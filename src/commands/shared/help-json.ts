import { Command, type Option } from 'commander';
import type { HelpGroups } from './help.ts';
import type { Taken } from './parse-flags.ts';
import { FAILURES, Failure } from '../../core/errors.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import { COMMANDS, type Entry } from '../index.ts';
import { documentOf } from './envelope.ts';

/** Every command, flag, exit code and schema, for machines; of one command where it is named. */
export async function helpDocument(only?: Entry): Promise<object> {
  const commands = await describedCommands(only ? [only] : COMMANDS);
  const exitCodes = Object.entries(FAILURES).map(([kind, { exit, text, charged }]) => ({
    code: exit,
    kind,
    meaning: text,
    charged,
  }));
  const body = {
    commands,
    schemas: schemasOf(commands),
    exitCodes: [{ code: 0, kind: 'ok', meaning: OK, charged: '' }, ...exitCodes],
  };
  return documentOf('pixtab.help/1', { sandbox: false }, body);
}

const OK = 'all that was asked for is on disk';

/** Commands with their flags and arguments. */
export async function describedCommands(entries: readonly Entry[] = COMMANDS) {
  const commands = [];
  for (const entry of entries) commands.push(await described(entry));
  return commands;
}

async function described({ name, summary, load }: Entry) {
  const module = await load();
  const command = new Command(name);
  module.configure(command);
  const groupOf = groupsOf(module.help);
  return {
    name,
    summary,
    schema: schemaIn(module.failed(new Failure('usage', ''), 2, false)),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      required: argument.required,
      several: argument.variadic,
      about: argument.description,
    })),
    flags: command.options.map((option) => ({ ...flagJson(option), group: groupOf(option) })),
    examples: examplesOf(command),
  };
}

/** The schema of its documents; null where it prints none. */
function schemaIn(document: unknown): string | null {
  const isNamed = typeof document === 'object' && document !== null && 'schema' in document;
  return isNamed ? String(document.schema) : null;
}

/** The documents that commands print, and which of them do. */
function schemasOf(commands: readonly { readonly name: string; readonly schema: string | null }[]) {
  const names = new Set(commands.flatMap(({ schema }) => schema ?? []));
  return Array.from(names, (schema) => ({
    schema,
    printedBy: commands.filter((command) => command.schema === schema).map(({ name }) => name),
  }));
}

/** The title under which help shows a flag; null where it has no groups. Of what is used most it shows "usual". */
function groupsOf(help: HelpGroups | undefined): (option: Option) => string | null {
  const titles = new Map<string | undefined, string>();
  for (const [title, flags] of Object.entries(help?.groups ?? {}))
    for (const flag of flags) titles.set(flag().long, title);
  for (const flag of help?.usual ?? []) titles.set(flag().long, 'usual');
  return ({ long }) => titles.get(long) ?? null;
}

/** The command lines at the end of a help, and what is said of them. */
function examplesOf(command: Command) {
  let help = '';
  command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
  const [, examples = ''] = help.split(/^Examples:$/m);
  return Array.from(examples.matchAll(/^ {2}(\S.*?)(?: {2,}(\S.*))?$/gm), ([, line = '', about]) => ({
    command: line,
    about: about ?? null,
  }));
}

function flagJson(option: Option) {
  const { long, short, flags, required, optional, description, argChoices, defaultValue } = option;
  const takesNone = !required && !optional;
  const { type, minimum, maximum, choices, repeatable } = takenBy(option);
  const [, placeholder = null] = /[<[](.+)[>\]]$/.exec(flags) ?? [];
  return {
    name: long ?? null,
    short: short ?? null,
    value: takesNone ? ('none' as const) : required ? ('required' as const) : ('optional' as const),
    type: takesNone ? 'boolean' : (type ?? 'string'),
    placeholder,
    minimum: minimum ?? null,
    maximum: maximum ?? null,
    repeatable: repeatable ?? false,
    about: description,
    choices: argChoices ?? choices ?? null,
    default: plain(defaultValue),
  };
}

/** What the parser of a flag says of itself. */
function takenBy({ parseArg }: Option): Taken {
  return parseArg && 'taken' in parseArg ? (parseArg.taken as Taken) : {};
}

/** Money as everywhere in JSON. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return toDecimal(value as Parameters<typeof toDecimal>[0]);
  return value ?? null;
}

import { Command, type Option } from 'commander';
import { FAILURES, Failure } from '../../core/errors.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import { COMMANDS, type Entry } from '../index.ts';
import { documentOf } from './envelope.ts';

/** Every command, flag, exit code and schema, for machines; of one command where it is named. */
export async function helpDocument(only?: Entry): Promise<object> {
  const commands = [];
  for (const entry of only ? [only] : COMMANDS) commands.push(await described(entry));
  const exitCodes = Object.entries(FAILURES).map(([kind, { exit, text, charged }]) => ({
    code: exit,
    kind,
    meaning: text,
    charged,
  }));
  const body = { commands, exitCodes: [{ code: 0, kind: 'ok', meaning: OK, charged: '' }, ...exitCodes] };
  return documentOf('pixtab.help/1', { sandbox: false }, body);
}

const OK = 'all that was asked for is on disk';

async function described({ name, summary, load }: Entry) {
  const module = await load();
  const command = new Command(name);
  module.configure(command);
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
    flags: command.options.map(flagJson),
  };
}

/** The schema of its documents; null where it prints none. */
function schemaIn(document: unknown): string | null {
  const isNamed = typeof document === 'object' && document !== null && 'schema' in document;
  return isNamed ? String(document.schema) : null;
}

function flagJson({ long, short, required, optional, description, argChoices, defaultValue }: Option) {
  return {
    name: long ?? null,
    short: short ?? null,
    value: required ? 'required' : optional ? 'optional' : 'none',
    about: description,
    choices: argChoices ?? null,
    default: plain(defaultValue),
  };
}

/** Money as everywhere in JSON. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return toDecimal(value as Parameters<typeof toDecimal>[0]);
  return value ?? null;
}

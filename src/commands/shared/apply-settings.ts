import { InvalidArgumentError, type Command, type Option } from 'commander';
import { usageFailure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { Settings } from '../../ports/index.ts';

/** Settings from outside the command line go through the same parsers as the flags they stand for. */
export function applyDefaults(
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

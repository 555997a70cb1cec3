import { InvalidArgumentError, type Command, type Option } from 'commander';
import { usageFailure } from '../../core/errors.ts';
import { STRICTEST } from '../../core/policy/ask-above.ts';
import { printable } from '../../core/text/text.ts';
import type { Settings } from '../../ports/index.ts';

/** Beside the flags of a command that chooses a model. */
export interface ModelReason {
  /** Why it is this model, where no person named it on the command line. */
  readonly whyModel?: string | undefined;
}

/**
 * Settings from outside the command line go through the same parsers as the flags they stand for. Returns a sentence for
 * each flag that a stricter setting holds back.
 */
export function applyDefaults(
  command: Command,
  { defaults, origins }: Settings,
  ownFlags: readonly string[] = [],
): readonly string[] {
  const heldBack: string[] = [];
  for (const [name, value] of Object.entries(defaults)) {
    const option = command.options.find(({ long }) => long === `--${name}`);
    if (!option || ownFlags.includes(name)) continue;
    const attribute = option.attributeName();
    const source = command.getOptionValueSource(attribute);
    const isGiven = source !== undefined && source !== 'default';
    if (isGiven && !STRICTEST.some((one) => one === name)) continue;
    const setting = settingParsed(option, value, origins[name] ?? name);
    if (isGiven && !isSmaller(setting, command.getOptionValue(attribute))) continue;
    if (isGiven) heldBack.push(`${origins[name] ?? name} is stricter than ${option.long}: ${value} holds.`);
    command.setOptionValueWithSource(attribute, setting, 'config');
    if (name === 'model') command.setOptionValue('whyModel', `named by ${printable(origins[name] ?? name)}`);
  }
  return heldBack;
}

const isSmaller = (setting: unknown, given: unknown): boolean =>
  typeof setting === 'bigint' && typeof given === 'bigint' && setting < given;

/** What the flag makes of a setting. Failure `usage` says what would be right. */
export function settingParsed(option: Option, value: string, from: string): unknown {
  try {
    return option.parseArg ? option.parseArg(value, undefined) : value;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw usageFailure(
      `${from}: ${option.long} cannot be ${JSON.stringify(printable(value))}. ${error.message}`,
    );
  }
}

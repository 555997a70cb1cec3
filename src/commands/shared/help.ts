import type { Command, Option } from 'commander';

/** A flag as it is declared. */
type Flag = () => Option;

/** How the many flags of a command are laid out in its help. */
export interface HelpGroups {
  /** What is used most: all that `--help` alone explains. */
  readonly usual: readonly Flag[];
  readonly groups: Readonly<Record<string, readonly Flag[]>>;
}

/** Lays out the help of a command: what is used most and the names of the rest, or with --help --all everything. */
export function arrangeHelp(command: Command, { usual, groups }: HelpGroups, all: boolean): void {
  const optionsOf = (flags: readonly Flag[]): readonly Option[] => {
    const names = new Set(flags.map((flag) => flag().long));
    return command.options.filter(({ long }) => names.has(long ?? ''));
  };
  const shown = new Set(optionsOf(usual));
  const rest: string[] = [];
  for (const [title, flags] of Object.entries(groups)) {
    const hidden = optionsOf(flags).filter((option) => !shown.has(option));
    for (const option of hidden) option.helpGroup(`${title}:`).hideHelp(!all);
    if (hidden.length > 0) rest.push(`  ${title}: ${hidden.map(({ long }) => long).join(' ')}`);
  }
  if (!all) command.addHelpText('after', `\nMore, explained by --help --all:\n${rest.join('\n')}`);
}

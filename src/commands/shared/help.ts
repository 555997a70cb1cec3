import type { Command, Option } from 'commander';
import { widthOf } from '../../core/text/width.ts';
import { wrapped } from '../../core/text/wrap.ts';
import type { Terminal } from '../../ports/index.ts';

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

/** A command to copy, and what is said of it behind a gap. */
const EXAMPLE = /^ {2}(?<command>\S.*?)(?: {2,}(?<remark>\S.*))?$/;
/** A piece of a file, which is there to be copied too. */
const FILE = /^ +[{"]/;

/** Help as it fits a terminal: prose is set anew, and a command or a file to copy keeps its lines. */
export function fitted(help: string, { stdoutIsTerminal, columns }: Terminal): string {
  if (!stdoutIsTerminal) return help;
  let isExamples = false;
  const paragraphs = help.replaceAll(/(?<=^\S.*[^:\n])\n(?=\S)/gm, ' ').split('\n');
  const lines = paragraphs.flatMap((line) => {
    isExamples = line === 'Examples:' || (isExamples && line !== '');
    if (FILE.test(line) || widthOf(line) <= columns) return [line];
    const { command, remark } = (isExamples && EXAMPLE.exec(line)?.groups) || {};
    if (command === undefined) return wrapped(line, columns);
    return [`  ${command}`, ...(remark === undefined ? [] : wrapped(`      ${remark}`, columns))];
  });
  return lines.join('\n');
}

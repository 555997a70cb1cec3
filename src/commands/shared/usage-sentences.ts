import type { Command, CommanderError } from 'commander';
import { usageFailure, type Failure } from '../../core/errors.ts';
import { nearest } from '../../core/text/nearest.ts';
import { excerpt, printable } from '../../core/text/text.ts';
import { meantBy } from './foreign-flags.ts';

/** What commander finds wrong with a command line, in a sentence of ours: what the flag takes, and not what it was given. */
export function usageFailureOf({ message }: CommanderError, command: Command, leftOver?: string): Failure {
  const help = `${command.name() === 'pixtab' ? 'pixtab' : `pixtab ${command.name()}`} --help`;
  for (const [pattern, failure] of SENTENCES) {
    const found = pattern.exec(message.replace(/^error: /, ''));
    if (found) return failure(found, { command, help, leftOver });
  }
  return usageFailure(`${printable(message)}.`, ...seeing(help));
}

interface About {
  readonly command: Command;
  /** The command that shows its help. */
  readonly help: string;
  /** What to do about words that a command has no use for. */
  readonly leftOver: string | undefined;
}

const SENTENCES: readonly (readonly [RegExp, (found: RegExpExecArray, about: About) => Failure])[] = [
  [/^unknown option '([^]+?)'/, ([, flag = ''], about) => unknownFlag(flag, about)],
  [
    /^option '([^']+)' argument '([^]*?)' is invalid\. ([^]+)$/,
    ([, flags = '', value = '', why = ''], about) => wrongValue(longOf(flags), value, why, about),
  ],
  [
    /^option '([^']+)' argument missing/,
    ([, flags = ''], { help }) =>
      usageFailure(`${longOf(flags)} needs a value: ${flags.replace(/^.*(?=--)/, '')}.`, ...seeing(help)),
  ],
  [
    /^missing required argument '([^']+)'/,
    ([, name = ''], { command, help }) => usageFailure(`${command.name()} needs <${name}>.`, ...seeing(help)),
  ],
  [
    /^too many arguments/,
    (_, { command, help, leftOver }) => {
      const word = command.args[command.registeredArguments.length] ?? '';
      return usageFailure(`${command.name()} takes no "${excerpt(word, 40)}".`, leftOver ?? see(help), help);
    },
  ],
];

function unknownFlag(flag: string, { command, help }: About): Failure {
  const meant = helping(meantBy(flag, command.name()), command);
  const near = nearest(
    flag.split('=')[0] ?? '',
    command.options.flatMap(({ long }) => long ?? []),
  );
  const hint = meant ?? (near === null ? see(help) : `Did you mean ${near}? ${see(help)}`);
  return usageFailure(`There is no flag ${excerpt(flag, 40)}.`, hint, help);
}

/** A hint that names flags is of no use where the command has none of them. */
function helping(hint: string | null, { options }: Command): string | null {
  const named = hint?.replaceAll(/pixtab [^.:]*/g, '').match(/(?<![\w-])--?[a-z][\w-]*/g) ?? [];
  const isOurs = (name: string): boolean =>
    options.some(({ short, long }) => short === name || long === name);
  return named.length === 0 || named.some(isOurs) ? hint : null;
}

/** `why` begins with what would be right, and may go on with a hint. */
function wrongValue(flag: string, value: string, why: string, { help }: About): Failure {
  const [, right, more = see(help)] =
    /^(?:It takes|Allowed choices are) ([^]+?)\.(?: (?=[A-Z])([^]+))?$/.exec(why) ?? [];
  if (right === undefined) return usageFailure(`${flag}: ${why}`, ...seeing(help));
  const takes = why.startsWith('It') ? right : `one of ${right}`;
  return usageFailure(`${flag} takes ${takes}, not "${excerpt(value, 40)}".`, more, help);
}

const see = (help: string): string => `See ${help}.`;
const seeing = (help: string): readonly [string, string] => [see(help), help];

/** "-o, --out <path>" is --out. */
const longOf = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? flags;

/** The failure of a word that is none of a command's verbs; `elsewhere` has what other tools call them. */
export function unknownVerb(
  command: string,
  word: string,
  verbs: readonly string[],
  elsewhere: Readonly<Record<string, string>> = {},
): Failure {
  const all = `${verbs.slice(0, -1).join(', ')} or ${verbs.at(-1) ?? ''}`;
  const known = Object.hasOwn(elsewhere, word) ? elsewhere[word] : nearest(word, verbs);
  const meant = known && verbs.includes(known) ? `pixtab ${command} ${known}` : undefined;
  const hint = meant === undefined ? (known ?? undefined) : `Did you mean ${meant}?`;
  return usageFailure(`${command} takes ${all}, not "${excerpt(word, 40)}".`, hint, meant);
}

import type { Command } from 'commander';
import { exitCodeFor, FAILURES, type Failure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import type { HelpGroups } from './help.ts';
import { inSandbox } from './hint.ts';

/** What commander parsed, by camel-cased flag name. Each command narrows it to its own flags. */
export type RawFlags = Readonly<Record<string, unknown>>;

/** A command: its flags and help, and its function. */
export interface CommandModule {
  /** Declares arguments, options and examples. */
  configure(command: Command): void;
  /** Long names of flags that mean something else here, so that no setting from outside fills them in. */
  readonly ownFlags?: readonly string[];
  /** The command mends settings, so it runs where they are broken; it reads them itself where it needs them. */
  readonly mendsSettings?: boolean;
  /** What to do about words that the command has no use for: a hint. */
  readonly leftOver?: string;
  /** For a command with more flags than anybody reads at once. */
  readonly help?: HelpGroups;
  /** Does the work; resolves to the exit code. Whatever it throws, `cli.ts` prints. */
  run(args: readonly string[], flags: RawFlags, deps: Deps, terminal: Terminal): Promise<number>;
  /** The JSON document of a run that failed before it could make its own. */
  failed(failure: Failure, exitCode: number, sandbox: boolean): unknown;
}

/** A failure as people read it: one sentence, what to do about it, and with -v all that is known. */
export function tellFailure({ message, hint, detail }: Failure, terminal: Terminal): void {
  terminal.annotate('error', printable(message));
  const [first = '', ...more] = message.split('\n');
  terminal.alarm(`${terminal.style('red', 'pixtab:')} ${printable(first)}`);
  for (const line of more) terminal.alarm(`        ${printable(line)}`);
  if (hint) terminal.alarm(`  ${printable(hint)}`);
  for (const line of detail?.split('\n') ?? []) terminal.detail(printable(line));
}

/** The `error` of every JSON document. */
export function errorJson(
  failure: Failure,
  {
    sandbox,
    exitCode = exitCodeFor(failure.kind),
  }: { readonly sandbox: boolean; readonly exitCode?: number },
) {
  const { advice, command } = FAILURES[failure.kind];
  const next = failure.command ?? command;
  const played = (text: string): string => (sandbox ? inSandbox(text) : text);
  return {
    kind: failure.kind,
    code: failure.code,
    exitCode,
    message: failure.message,
    hint: played(failure.hint ?? advice),
    next: next && played(next),
    retryAfterSeconds: failure.retryAfterSeconds ?? null,
  };
}

import { Option, type Command } from 'commander';
import type { Deps, Terminal } from '../../ports/index.ts';
import type { CommandModule } from './command.ts';

/** A flag as it is declared: makes the option that commander parses, and carries the type of what comes of it. */
export interface Flag<Parsed extends object = object> {
  (): Option;
  /** A type only: no flag has this property. */
  readonly parsed?: Parsed;
}

/** What commander makes of these flags, by camel-cased name. */
export type FlagsOf<Flags extends readonly Flag[]> = Merged<Flags[number]>;

type Merged<One> = Flattened<Intersected<One extends Flag<infer Parsed> ? Parsed : never>>;
type Intersected<Union> = (Union extends object ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
type Flattened<Type> = { readonly [Name in keyof Type]: Type[Name] };

interface Details<Value, Default> {
  /** Throws InvalidArgumentError, whose message says what would be right. `before` is what an earlier one made. */
  readonly parse?: (text: string, before?: Value) => Value;
  readonly choices?: readonly Value[];
  /** Without it, the value is missing where the flag is not given. */
  readonly default?: Default;
  /** How help writes the default. */
  readonly shownDefault?: string;
  /** What is parsed where the flag is given without a value. */
  readonly preset?: string;
  /** What else is so where the flag is given. */
  readonly implies?: Readonly<Record<string, unknown>>;
}

/** Declares a flag; `text` is as commander has it: "-n, --count <n>". */
export function declare<
  const Text extends string,
  const Value = Text extends `${string}<${string}` ? string : boolean,
  const Default extends Value | undefined = undefined,
>(
  text: Text,
  description: string,
  { parse, choices, default: otherwise, shownDefault, preset, implies }: Details<Value, Default> = {},
): Flag<Entry<LongName<Text>, Value, Default>> {
  return () => {
    const option = new Option(text, description);
    if (parse) option.argParser(parse);
    if (choices) option.choices(choices.map(String));
    if (otherwise !== undefined) option.default(otherwise, shownDefault);
    if (preset !== undefined) option.preset(preset);
    if (implies) option.implies(implies);
    return option;
  };
}

type LongName<Text extends string> = Text extends `${string}--${infer Rest}`
  ? Rest extends `${infer Name} ${string}`
    ? Name
    : Rest
  : never;

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** --no-wait is `wait`, which is true unless the flag is given. */
type Entry<Name extends string, Value, Default> = Name extends `no-${infer Rest}`
  ? { readonly [Key in CamelCase<Rest>]: boolean }
  : undefined extends Default
    ? { readonly [Key in CamelCase<Name>]?: Value }
    : { readonly [Key in CamelCase<Name>]: Value };

interface CommandDeclaration<Flags extends readonly Flag[]> extends Omit<CommandModule, 'configure' | 'run'> {
  readonly flags: Flags;
  /** Declares arguments and examples. */
  readonly configure?: (command: Command) => void;
  /** Does the work; resolves to the exit code. */
  readonly run: (
    args: readonly string[],
    flags: FlagsOf<Flags>,
    deps: Deps,
    terminal: Terminal,
  ) => Promise<number>;
}

/** A command whose function is given exactly the flags that it declares. */
export function defineCommand<const Flags extends readonly Flag[]>({
  flags: declared,
  configure,
  run,
  ...rest
}: CommandDeclaration<Flags>): CommandModule {
  return {
    ...rest,
    configure(command) {
      for (const option of declared) command.addOption(option());
      configure?.(command);
    },
    run: (args, flags, deps, terminal) => run(args, flags as FlagsOf<Flags>, deps, terminal),
  };
}

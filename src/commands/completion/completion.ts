import { SHELLS } from '../../core/completion/asked.ts';
import { usageFailure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { documentOf } from '../shared/envelope.ts';
import { defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON } from '../shared/flags.ts';
import { SCRIPTS } from './scripts.ts';
import { completionTable } from './table.ts';

const SCHEMA = 'pixtab.completion/1';

const FLAGS = [...COMMON] as const;

export const completion = defineCommand({
  flags: FLAGS,
  configure(command) {
    command.argument('[shell]', 'bash, zsh, fish or powershell').addHelpText('after', HELP);
  },
  run,
  failed: (failure) => documentOf(SCHEMA, { sandbox: false, failure }, { script: null, table: null }),
});

const HELP = `
Tab completes commands, flags and their values: models with prices, sizes of the chosen model, jobs, labels, prompts, keys.

Examples:
  eval "$(pixtab completion bash)"                            in ~/.bashrc
  source <(pixtab completion zsh)                             in ~/.zshrc, behind compinit
  pixtab completion fish > ~/.config/fish/completions/pixtab.fish
  pixtab completion powershell | Out-String | Invoke-Expression    in $PROFILE`;

async function run(
  [shell]: readonly string[],
  flags: FlagsOf<typeof FLAGS>,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const known = SHELLS.find((one) => one === shell);
  if (shell !== undefined && known === undefined)
    throw usageFailure(`There is no completion for ${printable(shell)}.`, `There are ${SHELLS.join(', ')}.`);
  if (flags.json) {
    const table = await completionTable(deps);
    const body = { script: known ? SCRIPTS[known] : null, table };
    terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox: false }, body), null, 2));
  } else if (known) terminal.out(SCRIPTS[known].trimEnd());
  else throw usageFailure('completion needs the name of a shell.', `There are ${SHELLS.join(', ')}.`);
  return 0;
}

import { Option, type Command } from 'commander';
import { usageFailure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { cancel } from './cancel.ts';
import { SCHEMA, type BatchFlags, type Context } from './shared.ts';
import { list } from './list.ts';
import { resubmit } from './resubmit.ts';
import { show } from './show.ts';
import { fetch, wait } from './fetch.ts';
import { errorJson, type CommandModule } from '../shared/command.ts';
import { COMMON, flag } from '../shared/flags.ts';

const VERBS: Readonly<Record<string, (context: Context) => Promise<number>>> = {
  list,
  show,
  wait,
  fetch,
  cancel,
  resubmit,
};

export const batch: CommandModule = {
  configure(command: Command): void {
    command
      .argument('<what>', 'list, show, wait, fetch, cancel or resubmit')
      .argument('[jobs...]', 'how the ids of the jobs begin; without them, all with work left')
      .addOption(flag.waitFor())
      .addOption(new Option('-o, --out <folder>', 'put the pictures here, not where they were meant to go'))
      .addOption(new Option('--refused', 'resubmit: also what was answered without a picture'))
      .addOption(new Option('--unconfirmed', 'resubmit: also what may have been charged already'))
      .addHelpText('after', HELP);
    const flags = [flag.maxCost, flag.tier, flag.sandbox, flag.baseUrl, flag.apiKeyFile, ...COMMON];
    for (const option of flags) command.addOption(option());
  },
  ownFlags: ['timeout', 'out'],
  run: (args, flags, deps, terminal) => run(args, flags, deps, terminal),
  failed: (failure, exitCode) => ({
    schema: SCHEMA,
    outcome: failure.kind,
    exitCode,
    jobs: [],
    images: [],
    error: errorJson(failure, exitCode),
  }),
};

const HELP = `
Jobs are made by --lane batch, cost half, and take up to a day. They are kept in the ledger and can be left at any time.

Examples:
  pixtab "a lighthouse at dusk" -n 50 --lane batch
  pixtab batch wait --timeout 3600       exit code 12 when the time runs out
  pixtab batch fetch                     what is there already
  pixtab batch resubmit 3f9a             once more, what failed and was not charged`;

async function run(
  [what = '', ...jobs]: readonly string[],
  flags: BatchFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const verb = Object.hasOwn(VERBS, what) ? VERBS[what] : undefined;
  if (!verb) {
    throw usageFailure(`batch takes list, show, wait, fetch, cancel or resubmit, not "${printable(what)}".`);
  }
  return verb({ jobs, flags, settings: await deps.settings(flags), deps, terminal });
}

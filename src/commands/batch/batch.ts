import { usageFailure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { cancel } from './cancel.ts';
import { FLAGS, SCHEMA, type BatchFlags, type Context } from './shared.ts';
import { list } from './list.ts';
import { resubmit } from './resubmit.ts';
import { show } from './show.ts';
import { fetch, wait } from './fetch.ts';
import { defineCommand } from '../shared/flag.ts';
import { documentOf } from '../shared/envelope.ts';

const VERBS: Readonly<Record<string, (context: Context) => Promise<number>>> = {
  list,
  show,
  wait,
  fetch,
  cancel,
  resubmit,
};

export const batch = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[what]', 'list, show, wait, fetch, cancel or resubmit', 'list')
      .argument('[jobs...]', 'how the ids of the jobs begin; without them, all with work left')
      .addHelpText('after', HELP);
  },
  ownFlags: ['timeout', 'out'],
  run,
  failed: (failure, _, sandbox) =>
    documentOf(SCHEMA, { sandbox, failure }, { booked: null, jobs: [], images: [] }),
});

const HELP = `
Jobs are made by --lane batch, cost half, and take up to a day. They are kept in the ledger and can be left at any time.

Examples:
  pixtab "a lighthouse at dusk" -n 50 --lane batch
  pixtab batch wait --timeout 3600       exit code 12 when the time runs out
  pixtab batch fetch                     what is there already
  pixtab batch resubmit 3f9a             once more, what failed and was not charged`;

async function run(
  [what = 'list', ...jobs]: readonly string[],
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

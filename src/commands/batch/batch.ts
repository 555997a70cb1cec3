import type { Deps, Terminal } from '../../ports/index.ts';
import { cancel } from './cancel.ts';
import { FLAGS, type BatchFlags, type Context } from './shared.ts';
import { list } from './list.ts';
import { resubmit } from './resubmit.ts';
import { show } from './show.ts';
import { fetch, wait } from './fetch.ts';
import { defineCommand } from '../shared/flag.ts';
import { batchDocument } from './output.ts';
import { unknownVerb } from '../shared/usage-sentences.ts';

const VERBS: Readonly<Record<string, (context: Context) => Promise<number>>> = {
  list,
  show,
  wait,
  fetch,
  cancel,
  resubmit,
};

const MADE_BY = 'Jobs are made by --lane batch: pixtab "a lighthouse" -n 50 --lane batch';

/** What other tools call them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  status: 'list',
  ls: 'list',
  get: 'show',
  describe: 'show',
  watch: 'wait',
  download: 'fetch',
  results: 'fetch',
  delete: 'cancel',
  rm: 'cancel',
  stop: 'cancel',
  retry: 'resubmit',
  submit: MADE_BY,
  create: MADE_BY,
  new: MADE_BY,
  add: MADE_BY,
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
  failed: (failure, _, sandbox) => batchDocument({ sandbox, failure }),
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
  if (!verb) throw unknownVerb('batch', what, Object.keys(VERBS), ELSEWHERE);
  return verb({ jobs, flags, settings: await deps.settings(flags), deps, terminal });
}

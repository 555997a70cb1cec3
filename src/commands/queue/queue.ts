import { add } from './add.ts';
import { cancel, pause, resume, status } from './control.ts';
import { FLAGS, type QueueContext, type QueueFlags } from './flags.ts';
import { NOTHING_CHANGED, queueDocument } from './output.ts';
import { retry } from './retry.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { defineCommand } from '../shared/flag.ts';
import { unknownVerb } from '../shared/usage-sentences.ts';

const VERBS: Readonly<Record<string, (context: QueueContext) => Promise<number>>> = {
  add,
  status,
  pause,
  resume,
  cancel,
  retry,
};

/** What other tools call them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  list: 'status',
  ls: 'status',
  show: 'status',
  watch: 'status',
  push: 'add',
  submit: 'add',
  enqueue: 'add',
  stop: 'pause',
  start: 'resume',
  continue: 'resume',
  clear: 'cancel',
  purge: 'cancel',
  rm: 'cancel',
  work: 'The workers are pixtab work, on as many machines as there are.',
};

export const queue = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[action]', 'add, status, pause, resume, cancel or retry', 'status')
      .addHelpText('after', HELP);
  },
  // A manifest says how its pictures are bought.
  ownFlags: ['lane', 'on-retired'],
  run,
  failed: (failure, _, sandbox) =>
    queueDocument({ sandbox, failure }, { action: 'status', ...NOTHING_CHANGED }, null),
});

const HELP = `
A queue belongs to a ledger at a PostgreSQL server (PIXTAB_LEDGER=postgres://…). What is added is priced and set aside at
once, whatever the number of machines; pixtab work buys it, on as many of them as there are, and pixtab apply puts it in
place from the store, at no cost. --lane batch is half the price and takes up to a day, --lane mixed is that for all but what
is urgent. A bucket of add --store is where every worker puts the pictures.

Examples:
  pixtab queue add -f icons.csv --max-cost 500 --store s3://shop/pixtab
  pixtab queue add --lane mixed --urgent 'hero,home/*'
  pixtab queue status --watch
  pixtab queue retry               once more, what failed and was not charged
  pixtab queue cancel              takes off what waits, gives back what was held for it, and cancels jobs`;

async function run(
  [action = 'status']: readonly string[],
  flags: QueueFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const verb = Object.hasOwn(VERBS, action) ? VERBS[action] : undefined;
  if (!verb) throw unknownVerb('queue', action, Object.keys(VERBS), ELSEWHERE);
  return verb({ flags, settings: await deps.settings(flags), deps, terminal });
}

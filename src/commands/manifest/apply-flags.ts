import { declare, type Flag, type FlagsOf } from '../shared/flag.ts';
import { ASKING, COMMON, flag, LIMITS, SENDING, STORE, TRIES } from '../shared/flags.ts';
import { wholeNumber } from '../shared/parse-flags.ts';
import { projectFlag } from './flags.ts';

const WHICH = [projectFlag.file, projectFlag.only, projectFlag.force, ...STORE] as const;
const HOW = [projectFlag.lane, projectFlag.urgent, projectFlag.onRetired, flag.prices, flag.keepRaw] as const;

/** True waits as long as it takes, a number so many seconds, and false, by --no-wait, not even for a rate limit. */
const WAIT: Flag<{ readonly wait?: boolean | number }> = declare(
  '--wait [seconds]',
  'wait for pictures of the batch lane; exit 12 when the time runs out',
  { parse: wholeNumber(1, 1_000_000) },
);
/** Its value is that of --wait, which has the type of both. */
const NO_WAIT: Flag = flag.noWait;

export const FLAGS = [
  ...WHICH,
  ...HOW,
  ...TRIES,
  declare('--prune', 'move pictures that nobody asks for any more to a trash folder'),
  declare('--frozen', 'change nothing; exit 12 when anything is missing or out of date'),
  WAIT,
  flag.maxCost,
  ...ASKING,
  flag.project,
  flag.labels,
  ...SENDING,
  ...LIMITS,
  NO_WAIT,
  flag.events,
  ...COMMON,
] as const;

export type ApplyFlags = FlagsOf<typeof FLAGS>;

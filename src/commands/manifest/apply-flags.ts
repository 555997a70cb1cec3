import { declare, type FlagsOf } from '../shared/flag.ts';
import { ASKING, COMMON, flag, LIMITS, SENDING, STORE, TRIES, WAITING } from '../shared/flags.ts';
import { projectFlag } from './flags.ts';

const WHICH = [projectFlag.file, projectFlag.only, projectFlag.force, ...STORE] as const;
const HOW = [projectFlag.lane, projectFlag.urgent, projectFlag.onRetired, flag.prices, flag.keepRaw] as const;

export const FLAGS = [
  ...WHICH,
  ...HOW,
  ...TRIES,
  declare('--prune', 'move pictures that nobody asks for any more to a trash folder'),
  declare('--frozen', 'change nothing; exit 12 when anything is missing or out of date'),
  ...WAITING,
  flag.maxCost,
  ...ASKING,
  flag.project,
  flag.labels,
  ...SENDING,
  ...LIMITS,
  flag.events,
  ...COMMON,
] as const;

export type ApplyFlags = FlagsOf<typeof FLAGS>;

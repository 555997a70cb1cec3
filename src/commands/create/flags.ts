import { declare, type FlagsOf } from '../shared/flag.ts';
import { ASKING, COMMON, flag, PACE, SENDING, STORE, TRIES } from '../shared/flags.ts';
import { FINISH } from './postprocess-flags.ts';
import { PROMPT } from './prompt.ts';

const ORDER = [flag.model, flag.count, flag.size, flag.aspect, flag.lane, flag.thinking, flag.image] as const;
const ROUTE = [flag.needs, flag.minPx, flag.maxPriceEach, flag.prices] as const;
const OUTPUT = [flag.out, flag.format, flag.quality, flag.force, flag.keepRaw] as const;
const CACHE = [flag.cached, ...STORE] as const;
const BOOKS = [flag.project, flag.labels] as const;
const MONEY = [flag.maxCost, flag.dryRun, flag.allowRetired, flag.onRetired] as const;

export const BUYING = [
  ...ORDER,
  ...PROMPT,
  ...ROUTE,
  ...OUTPUT,
  ...FINISH,
  ...MONEY,
  ...ASKING,
  ...CACHE,
  ...BOOKS,
  ...TRIES,
  ...SENDING,
  ...PACE,
  flag.events,
  ...COMMON,
] as const;

/** Flags of the commands that buy pictures. */
export type BuyFlags = FlagsOf<typeof BUYING>;

/** For the commands that have conversations. */
export const SESSION = declare('--session <name>', 'a conversation to begin, or to go on with');

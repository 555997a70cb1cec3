import type { ModelReason } from '../shared/apply-settings.ts';
import { declare, type Flag, type FlagsOf } from '../shared/flag.ts';
import { ASKING, COMMON, flag, PACE, SENDING, STORE, TRIES } from '../shared/flags.ts';
import type { HelpGroups } from '../shared/help.ts';
import { routeFlag } from '../shared/route-flag.ts';
import { FINISH } from './postprocess-flags.ts';
import { PROMPT } from './prompt.ts';

const ORDER = [flag.model, flag.count, flag.size, flag.aspect, flag.lane, flag.thinking, flag.image] as const;
const ROUTE = [routeFlag, flag.needs, flag.minPx, flag.maxPriceEach, flag.prices] as const;
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

/** What most orders say; the rest is one step away. */
const USUAL = [
  flag.model,
  flag.count,
  flag.size,
  flag.aspect,
  flag.image,
  flag.out,
  flag.promptFile,
  flag.lane,
  flag.maxCost,
  flag.sandbox,
] as const;

/** The help of the commands that buy pictures; `own` are flags that one of them has for itself. */
export const buyingHelp = (own: readonly Flag[] = [], order: readonly Flag[] = []): HelpGroups => ({
  usual: [...own, ...USUAL],
  groups: {
    Order: [...ORDER, ...order],
    Prompt: PROMPT,
    'Which model': ROUTE,
    Output: [...OUTPUT, ...FINISH],
    Money: [...MONEY, ...ASKING, ...BOOKS],
    Store: CACHE,
    'When it does not work': TRIES,
    Sending: [...SENDING, ...PACE],
    'What is printed': [flag.events, ...COMMON],
  },
});

/** Flags of the commands that buy pictures; one of them has drafts. */
export type BuyFlags = FlagsOf<typeof BUYING> & FlagsOf<readonly [typeof flag.drafts]> & ModelReason;

/** For the commands that have conversations. */
export const SESSION = declare('--session <name>', 'a conversation to begin, or to go on with');

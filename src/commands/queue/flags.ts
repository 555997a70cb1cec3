import type { Deps, Settings, Terminal } from '../../ports/index.ts';
import { declare, type FlagsOf } from '../shared/flag.ts';
import { ASKING, COMMON, flag, STORE, WHO } from '../shared/flags.ts';
import { lists } from '../shared/parse-flags.ts';
import { projectFlag } from '../manifest/flags.ts';

export const FLAGS = [
  projectFlag.file,
  projectFlag.only,
  projectFlag.force,
  projectFlag.lane,
  declare('--urgent <ids>', 'these go before all others, and not by batch: ids and patterns', {
    parse: lists,
  }),
  projectFlag.onRetired,
  ...STORE,
  flag.maxCost,
  ...ASKING,
  flag.project,
  flag.labels,
  flag.prices,
  flag.tier,
  declare('--refused', 'retry: also what was answered without a picture'),
  declare('--unconfirmed', 'retry: also what may have been charged already'),
  declare('--watch', 'status: until nothing waits and nobody works'),
  ...WHO,
  ...COMMON,
] as const;
export type QueueFlags = FlagsOf<typeof FLAGS>;

/** What a verb of `queue` works with. */
export interface QueueContext {
  readonly flags: QueueFlags;
  readonly settings: Settings;
  readonly deps: Deps;
  readonly terminal: Terminal;
}

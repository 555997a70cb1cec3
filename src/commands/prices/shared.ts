import type { Day, Model } from '../../core/catalogue/model.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { declare, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { SHOWN } from '../shared/price-flags.ts';
import { type Layout } from '../shared/layout.ts';
import { documentOf } from '../shared/envelope.ts';
import { exitCodeFor } from '../../core/errors.ts';

export const FLAGS = [
  declare('--against <file>', "check: LiteLLM's price map or genai-prices' data"),
  flag.lane,
  flag.size,
  ...SHOWN,
  ...COMMON,
] as const;
export type PricesFlags = FlagsOf<typeof FLAGS>;

/** What a verb of `prices` works with. */
export interface Context {
  /** What followed the verb. */
  readonly rest: readonly string[];
  readonly flags: PricesFlags;
  readonly layout: Layout;
  readonly day: Day;
  readonly models: readonly Model[];
  readonly deps: Pick<Deps, 'readText'>;
  readonly terminal: Terminal;
}

export const SCHEMA = 'pixtab.prices/1';

/** `isPending` where there is something to look at. */
export const printJson = ({ terminal }: Context, body: object, isPending = false): void => {
  const ending = isPending ? { outcome: 'pending', exitCode: exitCodeFor('pending') } : {};
  terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox: false, ...ending }, body), null, 2));
};

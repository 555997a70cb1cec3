import type { Day, Model } from '../../core/catalogue/model.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { declare, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { SHOWN } from '../shared/price-flags.ts';
import { type Layout } from '../shared/layout.ts';

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

export const printJson = ({ terminal }: Context, body: object): void =>
  terminal.out(JSON.stringify({ schema: SCHEMA, ...body, error: null }, null, 2));

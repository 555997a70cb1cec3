import type { Day, Lane, Model, Size } from '../../core/catalogue/model.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import type { RawFlags } from '../shared/command.ts';
import type { Layout, PriceFlags } from '../shared/price-flags.ts';

export interface PricesFlags extends RawFlags, PriceFlags {
  readonly lane: Lane;
  readonly size?: Size;
  readonly against?: string;
}

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

import type { Day, Model } from '../../core/catalogue/model.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { declare, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { SHOWN } from '../shared/price-flags.ts';
import { type Layout } from '../shared/layout.ts';
import { documentOf, type Ending } from '../shared/envelope.ts';
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

/** What the verbs answer; each fills in its own. */
interface Answers {
  readonly at?: Day;
  readonly rates?: readonly object[];
  readonly why?: object;
  readonly changes?: object;
  readonly comparison?: object;
}

/** The document of every verb. */
export const pricesDocument = (ending: Ending, { at, rates, why, changes, comparison }: Answers = {}) =>
  documentOf('pixtab.catalogue/1', ending, {
    at: at ?? null,
    rates: rates ?? null,
    why: why ?? null,
    changes: changes ?? null,
    comparison: comparison ?? null,
  });

/** `isPending` where there is something to look at. */
export const printJson = ({ terminal, day }: Context, answers: Answers, isPending = false): void => {
  const ending = isPending ? { outcome: 'pending', exitCode: exitCodeFor('pending') } : {};
  const document = pricesDocument({ sandbox: false, ...ending }, { at: day, ...answers });
  terminal.out(JSON.stringify(document, null, 2));
};

import { InvalidArgumentError } from 'commander';
import { isAuto } from '../../core/catalogue/catalogue.ts';
import { Failure } from '../../core/errors.ts';
import { attempt } from '../../core/order/route.ts';
import { ORDER_GROUNDS, ruleFor, rulesIn, type Rule, type Subject } from '../../core/order/rules.ts';
import type { Deps } from '../../ports/index.ts';
import { filedUnder } from './filed-under.ts';
import { declare, type FlagsOf } from './flag.ts';
import type { flag } from './flags.ts';

function rules(text: string): readonly Rule[] {
  const found = attempt(() => rulesIn(text, ORDER_GROUNDS));
  if (!(found instanceof Failure)) return found;
  throw new InvalidArgumentError(`${found.message} ${found.hint ?? ''}`.trim());
}

/** Rules of one's own, for every command that chooses a model. */
export const routeFlag = declare(
  '--route <rules>',
  'which model makes what, where none is named, such as "label hero -> nano-banana-pro; else cheapest"',
  { parse: rules },
);

type Routed = FlagsOf<
  readonly [typeof flag.model, typeof flag.project, typeof flag.labels, typeof routeFlag]
>;
type Wanted = Pick<Subject, 'size' | 'needs' | 'inputs'>;

/** Finds the rule for an order; null where a model is named, or no rule is met. */
export async function routing(
  { route = [], ...flags }: Routed,
  deps: Pick<Deps, 'repository'>,
): Promise<(model: string, wanted: Wanted) => Rule | null> {
  if (route.length === 0) return () => null;
  const filed = await filedUnder(flags, deps);
  return (model, { size, needs, inputs }) =>
    isAuto(model) ? ruleFor(route, { ...filed, size, needs, inputs }) : null;
}

/** Why a rule's model is taken; a rule that says cheapest leaves that to the price. */
export const ruledWhy = (rule: Rule | null, why: string): string =>
  rule === null || isAuto(rule.model) ? why : `the rule "${rule.text}"`;

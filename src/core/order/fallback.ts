import { findModel } from '../catalogue/catalogue.ts';
import { Failure, restated, usageFailure } from '../errors.ts';
import { atMost, format, type Usd } from '../pricing/money.ts';
import { attempt, route, type RouteOptions, type Route } from './route.ts';

/** Where an order goes first, and who is left to ask after that. */
export interface FirstRoute {
  readonly route: Route;
  readonly why: 'first' | 'fallback';
  readonly fallback: readonly string[];
}

/** As `route`; but when the model is gone, the first of the fallback models that can do the order for the money. */
export function firstRoute(
  options: RouteOptions,
  fallback: readonly string[],
  maxCost: Usd | null,
): FirstRoute {
  for (const name of fallback) checkName(name, options);
  const asked = attempt(() => route(options));
  if (!(asked instanceof Failure)) return { route: asked, why: 'first', fallback };
  if (asked.kind !== 'unavailable-model' || fallback.length === 0) throw asked;
  const passed = [asked.message];
  for (const [index, name] of fallback.entries()) {
    const taken = attempt(() => within(maxCost, route({ ...options, model: name })));
    if (!(taken instanceof Failure)) {
      const why = 'the first of --fallback that can do it';
      const notices = [...passed, ...taken.notices];
      return { route: { ...taken, why, notices }, why: 'fallback', fallback: fallback.slice(index + 1) };
    }
    passed.push(notAsked(name, taken));
  }
  throw restated(asked, { hint: passed.slice(1).join(' ') });
}

/** Said of a fallback model that is passed over. */
export const notAsked = (name: string, { message }: Failure): string => `${name} is not asked: ${message}`;

/** A typing error is found before anything is spent; a model that is gone is passed over when its turn comes. */
function checkName(name: string, { models }: RouteOptions): void {
  const found = attempt(() => findModel(name, models));
  if (!(found instanceof Failure) || found.kind !== 'usage') return;
  throw usageFailure(`--fallback: ${found.message}`, found.hint);
}

function within(maxCost: Usd | null, taken: Route): Route {
  const { high } = taken.quote;
  if (maxCost === null || high <= maxCost) return taken;
  throw new Failure('budget', `It could cost ${atMost(high)}, and --max-cost is ${format(maxCost)}.`);
}

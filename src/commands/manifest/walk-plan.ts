import type { PricingContext } from '../../core/manifest/price.ts';
import type { Deps, Settings, Terminal } from '../../ports/index.ts';
import type { HashedPicture } from '../../project/pictures.ts';
import { planPictures, type PlannedPicture } from '../../project/plan.ts';
import type { Project } from '../../project/project.ts';
import type { Traces } from '../../project/traces.ts';
import type { FlagsOf } from '../shared/flag.ts';
import { storeFor, type StoreFlags } from '../shared/store-flags.ts';
import { choice, exception, hasteOf, tellDoubt, type projectFlag } from './flags.ts';

/** Which pictures a command buys, and how. */
export type WalkFlags = StoreFlags &
  FlagsOf<
    readonly [
      typeof projectFlag.only,
      typeof projectFlag.force,
      typeof projectFlag.lane,
      typeof projectFlag.urgent,
    ]
  >;

interface Walk {
  readonly project: Project;
  readonly traces: Traces;
  readonly flags: WalkFlags;
  readonly settings: Settings;
  readonly pricing: PricingContext;
  readonly deps: Deps;
  readonly terminal: Terminal;
}

/**
 * Every picture that the flags choose, against lock, disk and store; the ledger is asked later, of all of them at once.
 * Failure `usage` at its end where a pattern matched nothing. `seen` hears of every picture, chosen or not.
 */
export async function* walkPlan(
  { project, traces, flags, settings, pricing, deps, terminal }: Walk,
  seen?: (known: HashedPicture) => void,
): AsyncGenerator<PlannedPicture> {
  const store = await storeFor(settings, flags, deps);
  const only = choice('--only', flags.only);
  const again = exception('--force', flags.force);
  const haste = hasteOf(flags);
  const context = {
    deps,
    pricing,
    traces,
    stored: (hash: string) => store.has(hash),
    chosen: only.takes,
    forced: again.takes,
    haste,
    doubt: tellDoubt(terminal),
    status: async () => null,
  };
  for await (const piece of planPictures(project, context, seen)) yield* piece;
  for (const chosen of [only, again, haste]) chosen.refuseUnused();
}

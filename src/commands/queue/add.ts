import { usageFailure } from '../../core/errors.ts';
import type { Tier } from '../../core/catalogue/account-limits.ts';
import { isInBucket } from '../../core/files/place.ts';
import { hashIn } from '../../core/manifest/fingerprint.ts';
import { added, NOTHING, type PricingContext, type Range } from '../../core/manifest/price.ts';
import { refuseUnable } from '../../core/providers/capabilities.ts';
import { printable, thousands } from '../../core/text/text.ts';
import type {
  Books,
  Deps,
  Ledger,
  Queue,
  QueueBar,
  QueueItem,
  RunStart,
  Settings,
  Terminal,
} from '../../ports/index.ts';
import { openProject, type Project } from '../../project/project.ts';
import type { PlannedPicture } from '../../project/plan.ts';
import { queueItems, type Wanted } from '../../project/queue-items.ts';
import { tracesOf } from '../../project/traces.ts';
import { consent } from '../../purchase/consent.ts';
import { quoteFromHistory } from '../../purchase/price-history.ts';
import { refuseAbove } from '../shared/cost-limit.ts';
import { filedUnder } from '../shared/filed-under.ts';
import { modelsFor } from '../shared/price-flags.ts';
import { labelOf } from '../manifest/apply-context.ts';
import { announcePrice } from '../manifest/apply-offer.ts';
import { remembering, tallyOf } from '../manifest/apply-plan.ts';
import { exception, mentionMess, pricingContext, refusalOf } from '../manifest/flags.ts';
import { walkPlan } from '../manifest/walk-plan.ts';
import { withQueue } from './control.ts';
import type { QueueContext, QueueFlags } from './flags.ts';
import { tellQueue } from './output.ts';

/** Prices what a manifest asks for and nobody has bought, sets it aside, and puts it into the queue. */
export async function add(context: QueueContext): Promise<number> {
  const { flags, settings, deps, terminal } = context;
  return withQueue(context, async (queue) => {
    refuseFolder(flags, settings);
    const project = await openProject(flags.file, deps);
    mentionMess(project, terminal);
    const pricing = pricingContext(settings, deps, {
      models: await modelsFor(flags, deps),
      onRetired: flags.onRetired,
    });
    const books = await deps.books(settings);
    try {
      const looked = await lookedAt(project, pricing, context);
      const { missing, kept } = looked;
      const again = exception('--force', flags.force);
      const hurried = exception('--urgent', flags.urgent);
      const isForced = ({ picture }: PlannedPicture): boolean => again.takes(picture);
      const isUrgent = ({ picture }: PlannedPicture): boolean => picture.urgent || hurried.takes(picture);
      const known = await queue.known(missing.map(({ hash }) => hash));
      const wanted = await priced(missing.filter(isWanted(known, isForced)), books.ledger);
      for (const { offer } of wanted) refuseUnable(settings.profile, offer.order);
      const price = wanted.reduce<Range>((sum, { offer }) => added(sum, offer.quote), NOTHING);
      announce({ wanted, kept, known: missing.length - wanted.length, price }, flags.tier, terminal);
      refuseAbove(flags.maxCost, price, 'choose with --only');
      const run = await runFor(flags, project, deps);
      const items = await queueItems(wanted, {
        project,
        deps,
        runId: run.runId,
        bucket: bucketIn(flags),
        isUrgent,
        isForced,
      });
      const changed = await put(items, wanted, run, { queue, books, flags, deps, terminal });
      const skipped = kept + missing.length - changed;
      const how = {
        sandbox: settings.sandbox,
        json: flags.json === true,
        failure: refusalOf(looked.impossible),
      };
      return tellQueue(
        { action: 'add', changed, skipped, quote: price },
        await queue.status(),
        how,
        terminal,
      );
    } finally {
      await books.ledger.close();
    }
  });
}

async function lookedAt(
  project: Project,
  pricing: PricingContext,
  { flags, settings, deps, terminal }: QueueContext,
) {
  const traces = tracesOf(project, await deps.attic(project.folder));
  const missing: PlannedPicture[] = [];
  const impossible: { readonly key: string; readonly why: NonNullable<PlannedPicture['impossible']> }[] = [];
  let kept = 0;
  for await (const planned of walkPlan({ project, traces, flags, settings, pricing, deps, terminal })) {
    const { picture, change } = planned;
    if (planned.impossible !== null) impossible.push({ key: picture.key, why: planned.impossible });
    else if (change.source === 'buy' && planned.quoted !== null) missing.push(planned);
    else kept += 1;
  }
  return { missing, impossible, kept };
}

/** What is under way is never bought twice; the rest is, where --force names it. */
const isWanted =
  (known: ReadonlyMap<string, QueueBar>, isForced: (planned: PlannedPicture) => boolean) =>
  (planned: PlannedPicture): boolean => {
    const bar = known.get(planned.hash);
    return bar === undefined || (bar !== 'under way' && isForced(planned));
  };

/** At the price that the user's own bills lead to expect. */
async function priced(
  missing: readonly PlannedPicture[],
  ledger: Pick<Ledger, 'priceHistory'>,
): Promise<readonly Wanted[]> {
  const remembered = remembering(ledger);
  const wanted: Wanted[] = [];
  for (const planned of missing) {
    if (planned.quoted === null) continue;
    wanted.push({ planned, offer: await quoteFromHistory(planned.quoted.offer, remembered) });
  }
  return wanted;
}

/** A bucket is the same for all workers; a folder is another one on each machine. */
const bucketIn = ({ store }: QueueFlags): string | null =>
  store !== undefined && isInBucket(store) ? store : null;

function refuseFolder(flags: QueueFlags, { defaults }: Settings): void {
  const { store } = flags;
  if (store === undefined || store === defaults['store'] || bucketIn(flags) !== null) return;
  throw usageFailure(
    `--store ${printable(store)} is a folder of this machine, and workers may be on others.`,
    'Name a bucket, s3://bucket/prefix, or set PIXTAB_STORE on each machine.',
  );
}

interface Announced {
  readonly wanted: readonly Wanted[];
  readonly kept: number;
  readonly known: number;
  readonly price: Range;
}

function announce(
  { wanted, kept, known, price }: Announced,
  tier: Tier | undefined,
  terminal: Terminal,
): void {
  terminal.note(
    `plan   ${thousands(wanted.length)} to buy, ${thousands(known)} under way, bought or barred, ${thousands(kept)} at no cost`,
  );
  if (wanted.length > 0) announcePrice(price, tallyOf(wanted), tier, terminal);
}

/** The manifest is the first label, as of apply. */
async function runFor(flags: QueueFlags, project: Project, deps: Deps): Promise<RunStart> {
  const { project: filed, labels } = await filedUnder(flags, deps);
  return {
    runId: deps.newId(),
    command: 'queue',
    at: deps.clock.now(),
    project: filed,
    labels: [labelOf(project), ...labels],
    maxCost: flags.maxCost ?? null,
  };
}

interface Putting {
  readonly queue: Queue;
  readonly books: Pick<Books, 'ledger'>;
  readonly flags: QueueFlags;
  readonly deps: Deps;
  readonly terminal: Terminal;
}

/** Asks where it is dear, and puts all of it there; resolves to how many are. */
export async function put(
  items: readonly QueueItem[],
  wanted: readonly Pick<Wanted, 'offer'>[],
  run: RunStart,
  { queue, books, flags, deps, terminal }: Putting,
): Promise<number> {
  if (items.length === 0) return 0;
  const offered = wanted.map(({ offer: { order, quote } }) => ({
    model: order.model.id,
    expected: quote.expected,
    high: quote.high,
  }));
  await consent(offered, run, flags, { ledger: books.ledger, confirm: deps.confirm, terminal });
  const plans = await queue.add(run, items);
  const there = new Set(plans.map(({ attemptId }) => hashIn(attemptId)));
  for (const { name, plan } of items)
    if (!there.has(hashIn(plan.attemptId)))
      terminal.note(`note   ${printable(name)}: somebody else began to buy it just now`);
  return plans.length;
}

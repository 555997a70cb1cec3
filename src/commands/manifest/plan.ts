import { exitCodeFor, Failure, mostPressing, usageFailure } from '../../core/errors.ts';
import { endings } from '../../core/manifest/endings.ts';
import { counting, EMPTY_TALLY, pricedAs, type Tally } from '../../core/manifest/tally.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Settings, Terminal } from '../../ports/index.ts';
import { statusOf, type PictureStatus } from '../../project/status.ts';
import { openProject, type Project } from '../../project/project.ts';
import { orphansOf, planPictures, type PlannedPicture } from '../../project/plan.ts';
import { tracesOf } from '../../project/traces.ts';
import type { HashedPicture } from '../../project/pictures.ts';
import { tellFailure } from '../shared/command.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import {
  headline,
  MARKDOWN_HEAD,
  markdownRow,
  orphanLine,
  pictureJson,
  planLine,
  tallyJson,
  totalLines,
} from './plan-output.ts';
import type { Tier } from '../../core/catalogue/account-limits.ts';
import { modelsFor, priceFlag } from '../shared/price-flags.ts';
import {
  choice,
  overFailOver,
  hasteOf,
  pricingContext,
  mentionMess,
  modelsOf,
  refusalOf,
  projectFlag,
  tellDoubt,
  withIds,
} from './flags.ts';
import { pointersSentence, PULL } from './pointers.ts';
import { storeFor } from '../shared/store-flags.ts';
import { documentOf } from '../shared/envelope.ts';

const SCHEMA = 'pixtab.plan/1';

const FLAGS = [
  projectFlag.file,
  projectFlag.only,
  flag.store,
  projectFlag.lane,
  projectFlag.urgent,
  projectFlag.onRetired,
  flag.gateway,
  flag.prices,
  flag.fallback,
  declare('--detailed-exitcode', 'exit 12 when there is something to do'),
  priceFlag.tier,
  priceFlag.failOver,
  projectFlag.markdown,
  flag.sandbox,
  ...COMMON,
] as const;
type PlanFlags = FlagsOf<typeof FLAGS>;

export const plan = defineCommand({
  flags: FLAGS,
  configure: (command) =>
    void command.argument('[ids...]', 'these pictures only, as with --only').addHelpText('after', EXAMPLES),
  // A manifest says how its pictures are bought.
  ownFlags: ['lane', 'on-retired'],
  run,
  failed: (failure, _, sandbox) =>
    documentOf(SCHEMA, { sandbox, failure }, { pictures: [], orphans: [], total: null }),
});

const EXAMPLES = `
Examples:
  pixtab plan
  pixtab plan -f icons.csv --only 'icons/*'
  pixtab plan --lane mixed --urgent hero
  pixtab plan --lane batch --tier 1     how many rounds and days that takes
  pixtab plan --detailed-exitcode --fail-over 5`;

async function run(
  args: readonly string[],
  given: PlanFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const flags = await withIds(args, given, deps);
  if (flags.json && flags.markdown)
    throw usageFailure('--json and --markdown are two ways to print the same.');
  const settings = await deps.settings(flags);
  const project = await openProject(flags.file, deps);
  mentionMess(project, terminal);
  const layout = flags.json ? 'json' : flags.markdown ? 'markdown' : 'text';
  const looked = await look(project, flags, settings, deps, ROW[layout], terminal);
  const { tally, ends, refusal } = looked;
  const overLimit = overFailOver(flags.failOver, tally.planned);
  const failure = mostPressing([overLimit, refusal].filter((one) => one !== null));
  print(layout, looked, { ...settings, tier: flags.tier, failure }, terminal);
  for (const end of ends) terminal.note(`note   ${printable(end)}`);
  if (failure !== null) {
    tellFailure(failure, terminal);
    return exitCodeFor(failure.kind);
  }
  const isDone = tally.create + tally.change + tally.orphan + tally.underWay + tally.barred === 0;
  return flags.detailedExitcode && !isDone ? exitCodeFor('pending') : 0;
}

interface Row {
  /** What stands between two rows. */
  readonly between: string;
  readonly picture: (planned: PlannedPicture) => string | null;
  readonly orphan: (id: string) => string;
}

const worthSaying = ({ change }: PlannedPicture): boolean => change.action !== 'keep';

/** Rows are made as pictures come, so that of a long manifest only what is printed stays in memory. */
const ROW: Readonly<Record<'text' | 'markdown' | 'json', Row>> = {
  text: {
    between: '\n',
    picture: (planned) => (worthSaying(planned) ? planLine(planned) : null),
    orphan: orphanLine,
  },
  markdown: {
    between: '\n',
    picture: (planned) => (worthSaying(planned) ? markdownRow(planned) : null),
    orphan: (id) => `| - | \`${id}\` | | nobody asks for it | |`,
  },
  json: {
    between: ',\n',
    picture: (planned) => JSON.stringify(pictureJson(planned)),
    orphan: (id) => JSON.stringify(id),
  },
};

const PIECE = 500;

/** Rows as a few long texts: a hundred thousand short ones take many times the memory. */
function gathering(between: string): {
  readonly add: (row: string) => void;
  readonly all: () => readonly string[];
} {
  const pieces: string[] = [];
  let open: string[] = [];
  const close = (): void => {
    if (open.length > 0) pieces.push(open.join(between));
    open = [];
  };
  return {
    add(row) {
      if (open.push(row) === PIECE) close();
    },
    all() {
      close();
      return pieces;
    },
  };
}

interface Look {
  readonly rows: { readonly pictures: readonly string[]; readonly orphans: readonly string[] };
  readonly tally: Tally;
  /** What is to be said of the ends of their models. */
  readonly ends: readonly string[];
  /** Why some cannot be bought; null where all can. */
  readonly refusal: Failure | null;
}

/** A ledger that cannot be read is no reason to show no plan. */
function glancing(
  context: Parameters<typeof statusOf>[1],
  terminal: Terminal,
): (hash: string) => Promise<PictureStatus | null> {
  let isBlind = false;
  return async (hash) => {
    if (isBlind) return null;
    try {
      return await statusOf(hash, context);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      isBlind = true;
      terminal.note(`note   What is under way is not known: ${printable(error.message)}`);
      return null;
    }
  };
}

const standOf = ({
  status,
  change,
  impossible,
}: PlannedPicture): 'underWay' | 'barred' | 'impossible' | PlannedPicture['change']['action'] => {
  if (impossible !== null) return 'impossible';
  return status === null || status.kind === 'paid' ? change.action : status.kind;
};

async function look(
  project: Project,
  flags: PlanFlags,
  settings: Settings,
  deps: Deps,
  row: Row,
  terminal: Terminal,
): Promise<Look> {
  const store = await storeFor(settings, flags, deps);
  const only = choice('--only', flags.only);
  const haste = hasteOf(flags);
  const { fallback, onRetired } = flags;
  const pricing = pricingContext(settings, deps, {
    models: await modelsFor(flags, deps),
    fallback,
    onRetired,
  });
  const ends = endings(pricing.day, pricing.models);
  const ledgerReader = await deps.ledgerReader({ sandbox: settings.sandbox });
  const pictures = gathering(row.between);
  const wanted = new Set<string>();
  const pointers: string[] = [];
  const impossible: { readonly key: string; readonly why: Failure }[] = [];
  let tally = EMPTY_TALLY;
  const context = {
    deps,
    pricing,
    traces: tracesOf(project, await deps.attic(project.folder)),
    stored: (hash: string) => store.has(hash),
    chosen: only.takes,
    forced: () => false,
    haste,
    doubt: tellDoubt(terminal),
    status: glancing({ ledgerReader, project, cwd: deps.cwd }, terminal),
  };
  const seen = ({ picture: { key } }: HashedPicture): void => {
    if (project.lock.size > 0) wanted.add(key);
  };
  try {
    for await (const piece of planPictures(project, context, seen)) {
      for (const planned of piece) {
        const { action, source, locked } = planned.change;
        if (action === 'keep' && source === 'lfs' && locked) pointers.push(locked.path);
        tally = counting(tally, standOf(planned), pricedAs(planned.quoted));
        if (planned.impossible) impossible.push({ key: planned.picture.key, why: planned.impossible });
        else for (const model of modelsOf(planned)) ends.add(model, planned.picture.key);
        const line = row.picture(planned);
        if (line !== null) pictures.add(line);
      }
    }
  } finally {
    await ledgerReader.close();
  }
  if (pointers.length > 0) terminal.note(`note   ${pointersSentence(pointers)} ${PULL}`);
  only.refuseUnused();
  haste.refuseUnused();
  const orphans = flags.only === undefined ? orphansOf(project, wanted) : [];
  for (const _ of orphans) tally = counting(tally, 'orphan');
  return {
    rows: { pictures: pictures.all(), orphans: orphans.map(row.orphan) },
    tally,
    ends: ends.sentences(),
    refusal: refusalOf(impossible),
  };
}

function print(
  layout: 'text' | 'markdown' | 'json',
  { rows: { pictures, orphans }, tally, ends }: Look,
  {
    sandbox,
    tier,
    failure,
  }: { readonly sandbox: boolean; readonly tier: Tier | undefined; readonly failure: Failure | null },
  terminal: Terminal,
): void {
  const all = [...pictures, ...orphans];
  if (layout === 'json') {
    terminal.out(`{"schema":"${SCHEMA}","pictures":[`);
    for (const [index, line] of pictures.entries()) terminal.out(index === 0 ? line : `,${line}`);
    terminal.out(`],"orphans":[${orphans.join(',')}],`);
    // What is long is printed line by line, and the envelope around it at the end.
    const { schema: _, ...rest } = documentOf(
      SCHEMA,
      { sandbox, failure, warnings: ends },
      { total: tallyJson(tally, tier) },
    );
    terminal.out(JSON.stringify(rest).slice(1));
    return;
  }
  if (layout === 'text') {
    for (const line of [...all, ...totalLines(tally, tier)]) terminal.text(line);
    return;
  }
  // A comment may be cut at its end, so what it comes to stands at its beginning.
  terminal.out(`**${headline(tally, 'nothing to buy')}**\n`);
  for (const line of totalLines(tally, tier)) terminal.out(`- ${line.replace(/ {2,}/, ': ')}`);
  for (const end of ends) terminal.out(`- note: ${end}`);
  if (all.length > 0) for (const line of ['', ...MARKDOWN_HEAD, ...all]) terminal.out(line);
}

import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { restated, usageFailure, type Failure } from '../../core/errors.ts';
import type { Trace } from '../../core/manifest/change.ts';
import { ON_RETIRED } from '../../core/order/route.ts';
import { LANE_WISHES, type Haste } from '../../core/manifest/lane.ts';
import type { Locked } from '../../core/manifest/lock.ts';
import { onlyThose, type Only } from '../../core/manifest/select.ts';
import { sentenceOf, type Doubt } from '../../core/manifest/problem.ts';
import type { PricingContext, Range } from '../../core/manifest/price.ts';
import { format, toDecimal, type Usd } from '../../core/pricing/money.ts';
import { counted, excerpt, printable } from '../../core/text/text.ts';
import type { Deps, Settings, Terminal } from '../../ports/index.ts';
import { shown, type Project } from '../../project/project.ts';
import type { PlannedPicture } from '../../project/plan.ts';
import { overLimit } from '../shared/cost-limit.ts';
import { declare, type FlagsOf } from '../shared/flag.ts';
import { list, lists, oneOf } from '../shared/parse-flags.ts';

// What the commands over a manifest share.

export const projectFlag = {
  file: declare('-f, --file <manifest>', 'a manifest; without it, the pixtab.yaml of this folder'),
  only: declare('--only <ids>', 'these pictures only: ids and patterns, such as hero,icons/*', {
    parse: lists,
  }),
  force: declare('--force <ids>', 'buy these again, whatever there is: ids and patterns', { parse: lists }),
  lane: declare(
    '--lane <lane>',
    `how all of it is bought: ${LANE_WISHES.join(', ')}; mixed is batch but for what is urgent (default: as the manifest says)`,
    { parse: oneOf(LANE_WISHES) },
  ),
  onRetired: declare(
    '--on-retired <what>',
    'what happens once a model was shut down (default: as the manifest says)',
    {
      choices: ON_RETIRED,
    },
  ),
  urgent: declare('--urgent <ids>', 'these do not wait for the batch lane: ids and patterns', {
    parse: lists,
  }),
  markdown: declare('--markdown', 'a comment for a pull request'),
} as const;

export function pricingContext(
  { sandbox }: Settings,
  { clock }: Pick<Deps, 'clock'>,
  more: Pick<PricingContext, 'models' | 'fallback' | 'onRetired'> = {},
): PricingContext {
  return { day: dayOf(clock.now()), sandbox, ...more };
}

/** What the command line says about lanes, and who checks that all of it was of use. */
export function hasteOf({
  lane,
  urgent,
}: FlagsOf<readonly [typeof projectFlag.lane, typeof projectFlag.urgent]>): Haste &
  Pick<Only, 'refuseUnused'> {
  if (lane === 'batch' && urgent !== undefined)
    throw usageFailure('--lane batch is for all of it, and --urgent takes some out.', 'Say --lane mixed.');
  const hurried = exception('--urgent', urgent);
  return { lane, urgent: hurried.takes, refuseUnused: hurried.refuseUnused };
}

/** A lock is not always as pixtab writes it; which of its lines count is no secret. */
export function mentionMess(project: Project, terminal: Terminal): void {
  const { lock, lockFile } = project;
  const name = printable(shown(project, lockFile));
  if (lock.hasMarks)
    terminal.note(`note   ${name} holds the marks of a conflict: both sides count, and apply writes it anew`);
  if (lock.several.length === 0) return;
  const ids = lock.several.slice(0, MOST_NAMED).map(printable).join(', ');
  const more = lock.several.length > MOST_NAMED ? ', …' : '';
  terminal.note(
    `note   ${name} has several lines for ${ids}${more}: of each, the one counts that fits the manifest and whose file is there, else the last`,
  );
}

const MOST_NAMED = 5;

/** Says what in a manifest may be meant otherwise than it is read. */
export const tellDoubt = (terminal: Terminal) => (doubt: Doubt) =>
  terminal.note(`note   ${printable(sentenceOf(doubt))}`);

/** Ids alone are those of --only: `pixtab plan hero`. */
export async function withIds<Flags extends FlagsOf<readonly [typeof projectFlag.only]>>(
  ids: readonly string[],
  flags: Flags,
  { pictureFiles }: Pick<Deps, 'pictureFiles'>,
): Promise<Flags> {
  if (ids.length === 0) return flags;
  for (const id of ids) {
    if ((await (await pictureFiles()).kindOf(id)) !== 'file') continue;
    throw usageFailure(
      `${printable(id)} is a file, and here stand ids of pictures.`,
      `A manifest: -f ${printable(id)}`,
    );
  }
  return { ...flags, only: [...(flags.only ?? []), ...ids.flatMap(list)] };
}

/** Everything, unless something is named. */
export const choice = (flag: string, patterns: readonly string[] | undefined): Only =>
  patterns === undefined ? { takes: () => true, refuseUnused: () => {} } : onlyThose(flag, patterns);

/** Nothing, unless something is named. */
export const exception = (flag: string, patterns: readonly string[] | undefined): Only =>
  patterns === undefined ? { takes: () => false, refuseUnused: () => {} } : onlyThose(flag, patterns);

/** Why a pipeline is to stop here; it is told after everything else. */
export const overFailOver = (failOver: Usd | undefined, planned: Range): Failure | null =>
  overLimit(failOver, planned, '--fail-over');

export const rangeJson = ({ low, expected, high }: Range) => ({
  low: toDecimal(low),
  expected: toDecimal(expected),
  high: toDecimal(high),
});

/** What is different about a picture, and where it comes from, in words. */
export function reasonOf({
  change: { why, source, trace, locked },
  quoted,
  status,
  twin,
  impossible,
}: PlannedPicture): string {
  const changed = why.length === 0 ? '' : why.every(isKey) ? `${why.join(', ')} changed` : why.join(', ');
  const from =
    twin !== null
      ? `the same picture as ${twin}`
      : status?.kind === 'underWay'
        ? `under way in job ${status.jobId.slice(0, 8)}`
        : status?.kind === 'paid'
          ? 'bought already'
          : status?.kind === 'barred'
            ? `${status.why}: apply --force buys it again`
            : source === 'store'
              ? 'in the store'
              : trace !== null
                ? originOf(trace, locked)
                : '';
  const instead = quoted?.instead ? 'not sold in lane batch' : '';
  const never = impossible === null ? '' : `cannot be bought: ${told(impossible)}`;
  return printable([changed, from, instead, never].filter(Boolean).join('; '));
}

/** Where a picture is that was bought once; '' where it is the picture's own file. */
function originOf({ line, path, revision, isPointer }: Trace, locked: Locked | null): string {
  if (isPointer) return `${path} is a Git LFS pointer: git lfs pull`;
  if (revision !== null) return `${path} of commit ${revision.slice(0, 8)}`;
  return line.id === locked?.id && path === locked.path ? '' : `as ${path}`;
}

const isKey = (why: string): boolean => /^[a-z]+$/.test(why);

/** The price of a picture, for people; nothing is bought twice, and what cannot be bought has none. */
export function priceOf({ quoted, impossible }: Pick<PlannedPicture, 'quoted' | 'impossible'>): string {
  if (impossible !== null) return '';
  return quoted === null ? '$0.00' : format(quoted.offer.quote.expected);
}

/** Why pictures cannot be bought, once everything else is told; null where all can. */
export function refusalOf(all: readonly { readonly key: string; readonly why: Failure }[]): Failure | null {
  const [first] = all;
  if (first === undefined) return null;
  const others =
    all.length === 1 ? '' : ` ${counted(all.length - 1, 'other picture')} cannot be bought either.`;
  return restated(first.why, {
    message: `${excerpt(first.key, 60)} cannot be bought: ${first.why.message}${others}`,
    charged: 'no',
  });
}

const told = ({ message, hint }: Failure): string => [message, hint].filter(Boolean).join(' ');

/** The models that a picture names and is bought from, each once. */
export const modelsOf = ({
  asked,
  quoted,
}: Pick<PlannedPicture, 'asked'> & { readonly quoted: PlannedPicture['quoted'] }): ReadonlySet<string> =>
  new Set([asked.model, ...(quoted ? [quoted.offer.order.model.id] : [])]);

/** Model, size and lane of a picture, for people. */
export function orderOf({ quoted }: Pick<PlannedPicture, 'quoted'>): string {
  if (quoted === null) return '';
  const { model, size, lane } = quoted.offer.order;
  return `${aliasOf(model.id, [model])} ${size}${lane === 'now' ? '' : ` ${lane}`}`;
}

export const idOf = ({ picture: { key } }: Pick<PlannedPicture, 'picture'>): string => excerpt(key, 60);

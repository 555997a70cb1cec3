import { lanesIn, saving, spendingIn, type Tally } from '../../core/manifest/tally.ts';
import type { Tier } from '../../core/catalogue/account-limits.ts';
import { passage, passageSentence, roundsFor, waitSentence } from '../../core/policy/through-limits.ts';
import { atMost, format, toDecimal } from '../../core/pricing/money.ts';
import { counted, printable, thousands } from '../../core/text/text.ts';
import type { PlannedPicture } from '../../project/plan.ts';
import { errorJson } from '../shared/command.ts';
import { idOf, orderOf, priceOf, rangeJson, reasonOf } from './flags.ts';

const SIGN = { create: '+', change: '~', keep: '=' } as const;
const INSTEAD = { underWay: '>', barred: '!', paid: null } as const;
const SOURCE = { underWay: 'job', barred: 'barred', paid: 'paid' } as const;
const ID_WIDTH = 24;
const PRICE_WIDTH = 8;

/** A line a picture: pictures come as a stream, so no column knows the widest. */
export function planLine(planned: PlannedPicture): string {
  const end = [reasonOf(planned), orderOf(planned)].filter(Boolean).join('  ');
  const price = priceOf(planned).padStart(PRICE_WIDTH);
  return `${signOf(planned)} ${idOf(planned).padEnd(ID_WIDTH)}  ${price}  ${end}`.trimEnd();
}

const signOf = ({ change, status, impossible }: PlannedPicture): string =>
  impossible === null ? ((status && INSTEAD[status.kind]) ?? SIGN[change.action]) : '!';

export const orphanLine = (id: string): string =>
  `- ${printable(id).padEnd(ID_WIDTH)}  ${' '.repeat(PRICE_WIDTH)}  nobody asks for it; apply --prune moves it away`;

/** "+3 pictures, ~2 changed, −1: $0.37, at most $0.52" */
export function headline(
  { create, change, orphan, planned, bought }: Tally,
  nothing = 'no change to the pictures',
): string {
  const parts = [
    ...(create > 0 ? [`+${counted(create, 'picture')}`] : []),
    ...(change > 0 ? [`~${thousands(change)} changed`] : []),
    ...(orphan > 0 ? [`−${thousands(orphan)}`] : []),
  ];
  if (parts.length === 0) return nothing;
  const price = bought === 0 ? '$0.00' : `${format(planned.expected)}, at most ${atMost(planned.high)}`;
  return `${parts.join(', ')}: ${price}`;
}

/** What a plan comes to, in a few sentences. */
export function totalLines(tally: Tally, tier?: Tier): readonly string[] {
  const lines = [countsLine(tally)];
  const { planned, batch, bought, notInBatch } = tally;
  if (bought === 0) return lines;
  lines.push(
    `cost   ${format(planned.expected)} expected for ${counted(bought, 'picture')}; from ${format(planned.low)}, at most ${atMost(planned.high)}`,
  );
  const lanes = lanesIn(tally);
  if (lanes.some(([lane]) => lane !== 'now')) lines.push(lanesLine(tally, tier));
  const saved = saving(tally);
  if (saved > 0n) {
    const whole = lanes.some(([lane]) => lane !== 'now') ? ' for all of it' : '';
    const besides = notInBatch === 0 ? '' : `, ${notInBatch} not sold there`;
    lines.push(
      `batch  ${format(batch.expected)} expected${whole}, at most ${atMost(batch.high)}${besides}: wait ${waitSentence(tally.queueable, tier ?? 1)}, save ${format(saved)} of that cost`,
    );
  }
  if (tier !== undefined) lines.push(`tier ${tier} ${passageSentence(spendingIn(tally), tier)}`);
  return lines;
}

/** "2 now for $0.0684, 3 by batch for $0.0513" */
const sharesText = (tally: Tally): string =>
  lanesIn(tally)
    .map(([lane, { pictures, range }]) => {
      const how = lane === 'now' ? 'now' : lane === 'batch' ? 'by batch' : `in lane ${lane}`;
      return `${thousands(pictures)} ${how} for ${format(range.expected)}`;
    })
    .join(', ');

/** How much in which lane, how long that of the batch lane may take, and what it saves. */
export function lanesLine(tally: Tally, tier: Tier = 1): string {
  const { saved, lanes } = tally;
  const late = lanes.batch.pictures === 0 ? '' : `; wait ${waitSentence(tally.queued, tier)}`;
  const saves = saved > 0n ? `: saves ${format(saved)} against the catalogue's prices in lane now` : '';
  return `lanes  ${sharesText(tally)}${late}${saves}`;
}

function countsLine({ create, change, keep, orphan, underWay, barred, impossible, free }: Tally): string {
  if (create + change + orphan + underWay + barred + impossible === 0)
    return `plan   nothing to do: ${counted(keep, 'picture')} as wanted`;
  const parts = [
    `${thousands(create)} to create`,
    `${thousands(change)} to change`,
    `${thousands(keep)} to keep`,
    ...(underWay === 0 ? [] : [`${thousands(underWay)} under way`]),
    ...(barred === 0 ? [] : [`${barred} not bought without --force`]),
    ...(impossible === 0 ? [] : [`${thousands(impossible)} that cannot be bought`]),
    ...(orphan === 0 ? [] : [counted(orphan, 'orphan')]),
    ...(free === 0 ? [] : [`${free} of them at no cost`]),
  ];
  return `plan   ${parts.join(', ')}`;
}

/** A table for a pull request; what is kept is only counted. */
export const MARKDOWN_HEAD = ['| | picture | price | why | model |', '|---|---|--:|---|---|'];

export function markdownRow(planned: PlannedPicture): string {
  const cells = [
    signOf(planned),
    `\`${idOf(planned)}\``,
    priceOf(planned),
    reasonOf(planned),
    orderOf(planned),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

export function pictureJson(planned: PlannedPicture) {
  const { picture, hash, change, quoted, status, twin, impossible } = planned;
  const { offer = null, batch = null } = quoted ?? {};
  const source = impossible ? 'impossible' : status === null ? change.source : SOURCE[status.kind];
  return {
    id: picture.key,
    action: change.action,
    why: change.why,
    source: change.source === null ? null : twin === null ? source : 'twin',
    twin,
    job: status?.kind === 'underWay' ? status.jobId : null,
    hash,
    out: picture.out,
    path: change.locked?.path ?? null,
    model: offer?.order.model.id ?? null,
    lane: offer?.order.lane ?? null,
    urgent: picture.urgent,
    rule: picture.rule,
    size: offer?.order.size ?? null,
    quote: offer && rangeJson(offer.quote),
    batch: batch && rangeJson(batch),
    error: impossible && errorJson(impossible, { sandbox: false }),
  };
}

export const sharesJson = (tally: Tally) =>
  Object.fromEntries(
    lanesIn(tally).map(([lane, { pictures, range }]) => [lane, { pictures, ...rangeJson(range) }]),
  );

export function tallyJson(tally: Tally, tier: Tier = 1) {
  const { create, change, keep, orphan, underWay, barred, impossible } = tally;
  const { bought, free, notInBatch, planned, batch, saved } = tally;
  return {
    create,
    change,
    keep,
    orphan,
    underWay,
    barred,
    impossible,
    bought,
    free,
    planned: rangeJson(planned),
    lanes: sharesJson(tally),
    saves: toDecimal(saved),
    batch: {
      ...rangeJson(batch),
      saves: toDecimal(saving(tally)),
      notSold: notInBatch,
      rounds: roundsFor(tally.queueable, tier),
    },
    limits: limitsJson(tally, tier),
  };
}

/** What the limits of an account make of it, by what Google is known to allow. */
function limitsJson(tally: Tally, tier: Tier) {
  const { perTenMinutes, perMonth, ...rest } = passage(spendingIn(tally), tier);
  return {
    ...rest,
    rounds: roundsFor(tally.queued, tier),
    perTenMinutes: toDecimal(perTenMinutes),
    perMonth: toDecimal(perMonth),
  };
}

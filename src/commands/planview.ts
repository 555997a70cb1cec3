import { saving, type Tally } from '../core/manifest/tally.ts';
import { format, toDecimal } from '../core/money.ts';
import { counted, printable } from '../core/text.ts';
import type { Surveyed } from '../project/survey.ts';
import { idOf, orderOf, priceOf, rangeJson, reasonOf } from './project.ts';

const SIGN = { create: '+', change: '~', keep: '=' } as const;
const ID_WIDTH = 24;
const PRICE_WIDTH = 8;

/** A line a picture: pictures come as a stream, so no column knows the widest. */
export function planLine(one: Surveyed): string {
  const end = [reasonOf(one), orderOf(one)].filter(Boolean).join('  ');
  const price = priceOf(one).padStart(PRICE_WIDTH);
  return `${SIGN[one.step.action]} ${idOf(one).padEnd(ID_WIDTH)}  ${price}  ${end}`.trimEnd();
}

export const orphanLine = (id: string): string =>
  `- ${printable(id).padEnd(ID_WIDTH)}  ${' '.repeat(PRICE_WIDTH)}  nobody asks for it; apply --prune moves it away`;

/** What a plan comes to, in a few sentences. */
export function totalLines(tally: Tally): readonly string[] {
  const lines = [countsLine(tally)];
  const { planned, batch, bought, notInBatch } = tally;
  if (bought === 0) return lines;
  lines.push(
    `cost   ${format(planned.expected)} expected for ${counted(bought, 'picture')}; from ${format(planned.low)}, at most ${format(planned.high)}`,
  );
  const saved = saving(tally);
  if (saved > 0n) {
    const besides = notInBatch === 0 ? '' : `, ${notInBatch} not sold there`;
    lines.push(
      `batch  ${format(batch.expected)} expected, at most ${format(batch.high)}${besides}: wait up to 24 h, save ${format(saved)}`,
    );
  }
  return lines;
}

function countsLine({ create, change, keep, orphan, free }: Tally): string {
  if (create + change + orphan === 0) return `plan   nothing to do: ${counted(keep, 'picture')} as wanted`;
  const parts = [
    `${create} to create`,
    `${change} to change`,
    `${keep} to keep`,
    ...(orphan === 0 ? [] : [counted(orphan, 'orphan')]),
    ...(free === 0 ? [] : [`${free} of them at no cost`]),
  ];
  return `plan   ${parts.join(', ')}`;
}

/** A table for a pull request; what is kept is only counted. */
export const MARKDOWN_HEAD = ['| | picture | price | why | model |', '|---|---|--:|---|---|'];

export function markdownRow(one: Surveyed): string {
  const cells = [SIGN[one.step.action], `\`${idOf(one)}\``, priceOf(one), reasonOf(one), orderOf(one)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

export function pictureJson(one: Surveyed) {
  const { picture, hash, step, offer, batch, twin } = one;
  return {
    id: picture.key,
    action: step.action,
    why: step.why,
    source: step.source === null ? null : twin === null ? step.source : 'twin',
    twin,
    hash,
    out: picture.out,
    path: step.locked?.path ?? null,
    model: offer?.order.model.id ?? null,
    lane: offer?.order.lane ?? null,
    size: offer?.order.size ?? null,
    quote: offer && rangeJson(offer.quote),
    batch: batch && rangeJson(batch),
  };
}

export function tallyJson(tally: Tally) {
  const { create, change, keep, orphan, bought, free, notInBatch, planned, batch } = tally;
  return {
    create,
    change,
    keep,
    orphan,
    bought,
    free,
    planned: rangeJson(planned),
    batch: {
      ...rangeJson(batch),
      saves: toDecimal(saving(tally)),
      notSold: notInBatch,
    },
  };
}

import type { Charged, Failure } from '../core/errors.ts';
import { outcomeOf, type RunOutcome } from '../core/policy/outcome.ts';
import { sum, ZERO, type Usd } from '../core/pricing/money.ts';
import { BASES, type Bill, type Line } from '../core/pricing/types.ts';
import type { SavedImage } from '../ports/index.ts';
import type { PurchaseResult } from './buy.ts';
import { uncut } from './cut-sheet.ts';
import { isUnconfirmed, missingOf, sharesOf, type Try } from './tries.ts';
import type { AttemptResult } from './types.ts';

/** What an order comes to, over all that was tried for it. */
export interface Summary extends RunOutcome {
  readonly bill: Bill | null;
  /** Counted although nobody can know: the expected price of the requests without an answer. */
  readonly unconfirmed: Usd;
  readonly images: readonly SavedImage[];
}

/** Pictures by their numbers within the whole order. */
export type Numbered = ReadonlyMap<number, SavedImage>;

/** What tries come to together; the first of them asked for all the pictures but those that were there before. */
export function summarise(tries: readonly Try[], before: Numbered = new Map()): Summary {
  const pictures = delivered(tries, before);
  const found = uncut([...before.values()]);
  const failures = [...standingFailures(tries, before), ...(found ? [found] : [])];
  const asked = before.size + (tries[0]?.pictures.length ?? 0);
  return {
    ...outcomeOf(failures, { asked, delivered: pictures.length }),
    ...spendingOf(tries.flatMap(({ results }) => results)),
    images: pictures.map(({ image }) => image),
  };
}

/** How a run of several orders ended. */
export function outcomeOfRun(results: readonly PurchaseResult[]): RunOutcome {
  let asked = 0;
  let came = 0;
  const failures: Failure[] = [];
  for (const { request, tries, failure } of results) {
    asked += request.offer.order.count;
    came += delivered(tries).length;
    failures.push(...(failure ? [failure] : standingFailures(tries)));
  }
  return outcomeOf(failures, { asked, delivered: came });
}

/** What attempts cost together, and what they may have cost besides. */
export const spendingOf = (results: readonly AttemptResult[]): Pick<Summary, 'bill' | 'unconfirmed'> => ({
  bill: totalBill(results.flatMap(({ bill }) => bill ?? [])),
  unconfirmed: sum(results.filter(isUnconfirmed).map(({ plan }) => plan.expected)),
});

/** The pictures on disk, in the order in which they were asked for. */
function delivered(tries: readonly Try[], before: Numbered = new Map()) {
  const bought = tries
    .flatMap(sharesOf)
    .flatMap(({ result, pictures }) =>
      result.images.map((image, index) => ({ picture: pictures[index] ?? Number.POSITIVE_INFINITY, image })),
    );
  const found = Array.from(before, ([picture, image]) => ({ picture, image }));
  return [...found, ...bought].toSorted((a, b) => a.picture - b.picture);
}

/** The failures that a later try did not make good, the latest first. */
export function standingFailures(tries: readonly Try[], before: Numbered = new Map()): readonly Failure[] {
  const there = new Set(delivered(tries, before).map(({ picture }) => picture));
  return tries.toReversed().flatMap((made) =>
    sharesOf(made).flatMap((share) => {
      const gaps = missingOf(share);
      const isMadeGood = gaps.length > 0 && gaps.every((picture) => there.has(picture));
      return share.result.failure && !isMadeGood ? [share.result.failure] : [];
    }),
  );
}

/** The model of the pictures that came, or else the first that was asked. */
export function modelOf(tries: readonly Try[]): string | null {
  const bringer = tries.find(({ results }) => results.some(({ images }) => images.length > 0)) ?? tries[0];
  return bringer?.offer.order.model.id ?? null;
}

/** One bill for the run: lines of the same meter and rate are added up. */
export function totalBill(bills: readonly Bill[]): Bill | null {
  if (bills.length === 0) return null;
  // What was certainly free makes the sum of the others no less certain.
  const due = bills.filter(({ charged }) => charged !== 'no');
  const decisive = due.length > 0 ? due : bills;
  const basis = BASES.find((basis) => decisive.some((bill) => bill.basis === basis));
  return {
    basis: basis ?? 'metered',
    charged: chargedOf(bills),
    lines: added(bills.flatMap(({ lines }) => lines)),
    amount: sum(bills.map(({ amount }) => amount)),
  };
}

function chargedOf(bills: readonly Bill[]): Charged {
  if (bills.some(({ charged }) => charged === 'unknown')) return 'unknown';
  return bills.some(({ charged }) => charged === 'yes') ? 'yes' : 'no';
}

function added(lines: readonly Line[]): Line[] {
  const byRate = new Map<string, Line>();
  for (const line of lines) {
    const key = `${line.meter} ${line.rate} ${line.per}`;
    const before = byRate.get(key);
    const quantity = line.quantity + (before?.quantity ?? 0);
    byRate.set(key, { ...line, quantity, amount: sum([line.amount, before?.amount ?? ZERO]) });
  }
  return [...byRate.values()];
}

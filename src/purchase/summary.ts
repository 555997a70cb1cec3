import { exitCodeFor, restated, type Failure, type Charged, type FailureKind } from '../core/errors.ts';
import type { Bill, Line, Quote } from '../core/pricing/types.ts';
import { sum, toDecimal, ZERO, type Usd } from '../core/pricing/money.ts';
import { counted } from '../core/text/text.ts';
import type { SavedImage } from '../ports/index.ts';
import type { AttemptResult } from './send-request.ts';
import { isUnconfirmed, missing, shares, type Round } from './tries.ts';

export type Outcome = 'ok' | FailureKind;

/** What a run comes to, over all of its requests. */
export interface Summary {
  readonly outcome: Outcome;
  readonly exitCode: number;
  /** The failure that says most about what to do next; null when all is well. */
  readonly failure: Failure | null;
  readonly bill: Bill | null;
  /** Counted although nobody can know: the expected price of the requests without an answer. */
  readonly unconfirmed: Usd;
  readonly images: readonly SavedImage[];
}

// When nothing at all is on disk: the kind to report, most pressing first. Those that mean "not charged" come after those
// that may have been.
const PRESSING: readonly FailureKind[] = [
  ...(['bug', 'disk', 'unconfirmed', 'auth', 'refused', 'budget', 'unavailable-model'] as const),
  ...(['rate-limited', 'unavailable', 'usage', 'cancelled'] as const),
];

/** Pictures by their numbers within the whole order. */
export type Numbered = ReadonlyMap<number, SavedImage>;

/** What rounds come to together; the first of them asked for all the pictures but those that were there before. */
export function summarise(rounds: readonly Round[], before: Numbered = new Map()): Summary {
  const results = rounds.flatMap(({ results }) => results);
  const pictures = delivered(rounds, before);
  const failures = standing(rounds, new Set(pictures.map(({ picture }) => picture)));
  const images = pictures.map(({ image }) => image);
  const worst = failures.toSorted((a, b) => rank(a.kind) - rank(b.kind))[0] ?? null;
  const outcome = outcomeOf(worst, images.length, failures);
  return {
    outcome,
    exitCode: outcome === 'ok' ? 0 : exitCodeFor(outcome),
    failure:
      worst && outcome !== 'ok' && outcome !== worst.kind
        ? mixed(worst, outcome, images.length, before.size + (rounds[0]?.pictures.length ?? 0))
        : worst,
    bill: totalBill(results.flatMap(({ bill }) => bill ?? [])),
    unconfirmed: sum(results.filter(isUnconfirmed).map(({ plan }) => plan.expected)),
    images,
  };
}

/** The pictures on disk, in the order in which they were asked for. */
function delivered(rounds: readonly Round[], before: Numbered) {
  const bought = rounds
    .flatMap(shares)
    .flatMap(({ result, pictures }) =>
      result.images.map((image, index) => ({ picture: pictures[index] ?? Number.POSITIVE_INFINITY, image })),
    );
  const found = [...before].map(([picture, image]) => ({ picture, image }));
  return [...found, ...bought].toSorted((a, b) => a.picture - b.picture);
}

/** The failures that a later round did not make good, the latest first. */
function standing(rounds: readonly Round[], delivered: ReadonlySet<number>): readonly Failure[] {
  return rounds.toReversed().flatMap((round) =>
    shares(round).flatMap((share) => {
      const gaps = missing(share);
      const isMadeGood = gaps.length > 0 && gaps.every((picture) => delivered.has(picture));
      return share.result.failure && !isMadeGood ? [share.result.failure] : [];
    }),
  );
}

function outcomeOf(failure: Failure | null, saved: number, failures: readonly Failure[]): Outcome {
  if (!failure) return 'ok';
  if (failures.some(({ kind }) => kind === 'cancelled')) return 'cancelled';
  // A picture is on disk and the books are not: that is not "partial", it is unfinished business.
  return saved > 0 && failure.kind !== 'disk' ? 'partial' : failure.kind;
}

/** One failure stands for the run, and says how far it came. */
function mixed(worst: Failure, outcome: FailureKind, saved: number, asked: number): Failure {
  return restated(worst, {
    kind: outcome,
    message: `${saved} of ${counted(asked, 'image')} on disk. ${worst.message}`,
  });
}

const rank = (kind: FailureKind): number =>
  (PRESSING.indexOf(kind) + PRESSING.length + 1) % (PRESSING.length + 1);

/** One bill for the run: lines of the same meter and rate are added up. */
export function totalBill(bills: readonly Bill[]): Bill | null {
  if (bills.length === 0) return null;
  const basis = (['estimated', 'listed', 'metered'] as const).find((basis) =>
    bills.some((bill) => bill.basis === basis),
  );
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

// ---------------------------------------------------------------- JSON

export function lineJson({ meter, quantity, unit, rate, per, amount }: Line) {
  return { meter, quantity, unit, rate: toDecimal(rate), per, amount: toDecimal(amount) };
}

export function quoteJson({ low, expected, high, lines }: Quote) {
  return {
    low: toDecimal(low),
    expected: toDecimal(expected),
    high: toDecimal(high),
    lines: lines.map((line) => ({
      ...lineJson(line),
      low: { quantity: line.low.quantity, amount: toDecimal(line.low.amount) },
      high: { quantity: line.high.quantity, amount: toDecimal(line.high.amount) },
      why: line.why,
      source: line.rateFrom.source,
      checked: line.rateFrom.checked,
    })),
  };
}

/** What the run cost. `charged` is unknown as soon as one request's fate is, and then counts at the expected price. */
export function costJson({ bill, unconfirmed }: Pick<Summary, 'bill' | 'unconfirmed'>, anyUnknown: boolean) {
  return {
    amount: toDecimal(sum([bill?.amount ?? ZERO, unconfirmed])),
    currency: 'USD',
    basis: unconfirmed > 0n ? 'estimated' : (bill?.basis ?? null),
    charged: anyUnknown ? 'unknown' : (bill?.charged ?? 'no'),
    lines: (bill?.lines ?? []).map(lineJson),
  };
}

/** The model of the pictures that came, or else the first that was asked. */
export function modelOf(rounds: readonly Round[]): string | null {
  const bringer = rounds.find(({ results }) => results.some(({ images }) => images.length > 0)) ?? rounds[0];
  return bringer?.offer.order.model.id ?? null;
}

export const anyUnknown = (results: readonly AttemptResult[]): boolean => results.some(isUnconfirmed);

export function imageJson({ path, mimeType, width, height, bytes, sha256 }: SavedImage) {
  return { path, mimeType, width, height, bytes, sha256 };
}

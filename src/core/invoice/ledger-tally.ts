import type { Lane, Meter } from '../catalogue/model.ts';
import { nano, sum, ZERO, type Usd } from '../pricing/money.ts';
import type { Line } from '../pricing/types.ts';
import { togetherWith, type Booked } from './booked.ts';
import { periodsBetween, type Coverage } from './coverage.ts';
import type { Period } from './line.ts';
import type { Sku } from './skus.ts';

/** What the ledger says of one day about meters of a model that an invoice counts together. */
export interface LedgerDay {
  /** As it was booked. */
  readonly quantity: number;
  readonly amount: Usd;
  /** What must be on the invoice, and what may be, leaving out the parts. */
  readonly low: number;
  readonly high: number;
}

/** Quantities alike: of attempts that may not have been charged, or that may have been on another day. */
export interface Floating {
  readonly quantity: number;
  readonly first: Period;
  readonly last: Period;
  /** What became of them is known: there is nothing to settle. */
  readonly isBooked: boolean;
  /** The invoice speaks of every day that they may be on. */
  readonly isCovered: boolean;
  readonly attemptIds: readonly string[];
}

export interface LedgerGroup {
  readonly model: string;
  readonly lane: Lane;
  readonly meters: readonly Meter[];
  readonly days: ReadonlyMap<Period, LedgerDay>;
  readonly floating: readonly Floating[];
}

/** What else is known of a day of a model and lane: what open questions about billing would change. */
export interface Doubts {
  /** Image tokens of pictures that came before the last one. */
  readonly drafts: number;
  /** Text tokens that came beside pictures. */
  readonly remainder: number;
  /** Tokens of answers without a picture. */
  readonly refusedOutput: number;
  readonly refusedInput: number;
  /** Something else is uncertain too, so that the day decides nothing. */
  readonly isMuddled: boolean;
}

export interface LedgerTally {
  readonly groups: readonly LedgerGroup[];
  /** By model, lane and day. */
  readonly doubts: ReadonlyMap<string, Doubts>;
  /** Days on which attempts were held, whether the invoice speaks of them or not. */
  readonly ends: readonly [first: string, last: string] | null;
  /** What lies on days that the invoice does not speak of. */
  readonly outside: { readonly requests: number; readonly amount: Usd };
}

export const doubtKey = (model: string, lane: Lane, period: Period): string => `${model} ${lane} ${period}`;

const NO_DOUBTS: Doubts = { drafts: 0, remainder: 0, refusedOutput: 0, refusedInput: 0, isMuddled: false };
const EMPTY: LedgerDay = { quantity: 0, amount: ZERO, low: 0, high: 0 };

/** A guess at tokens may be off by so much. */
const room = (quantity: number): number => 4 * quantity + 2000;

/** Sums up what the ledger booked, attempt by attempt. What is certain becomes numbers; only the rest is kept one by one. */
export function ledgerTally(
  coverage: Coverage,
  skus: readonly Sku[],
  tokensOfPicture: (booked: Booked) => number | null,
  dayOf: (at: number) => string,
): { add(booked: Booked): void; result(): LedgerTally } {
  const metersOf = meterGroups(skus);
  const groups = new Map<
    string,
    {
      model: string;
      lane: Lane;
      meters: readonly Meter[];
      days: Map<Period, LedgerDay>;
      floating: Map<string, Floating & { attemptIds: string[] }>;
    }
  >();
  const doubts = new Map<string, Doubts>();
  let first = '9999';
  let last = '';
  let outside = { requests: 0, amount: ZERO };

  function add(booked: Booked): void {
    const { model, lane, lines } = booked;
    const days = [dayOf(booked.from), dayOf(booked.until)] as const;
    if (days[0] < first) first = days[0];
    if (days[1] > last) last = days[1];
    if (booked.charged === 'no') return;
    const on = periodsBetween(coverage, ...days);
    const periods = [...on].filter((each) => each !== null);
    const [from] = periods;
    const period = periods.at(-1);
    if (from === undefined || period === undefined) {
      const amount = sum([outside.amount, ...lines.map((line) => line.amount)]);
      outside = { requests: outside.requests + 1, amount };
      return;
    }
    const isCovered = !on.has(null);
    const isSure = isCovered && from === period;
    for (const [meters, own] of byGroup(lines, metersOf(model, lane))) {
      const group = groupOf(model, lane, meters);
      const quantity = own.reduce((sum, line) => sum + line.quantity, 0);
      const amount = sum(own.map((line) => line.amount));
      const at = group.days.get(period) ?? EMPTY;
      const isBooked = booked.came !== 'nobody knows';
      const counted = {
        ...at,
        quantity: at.quantity + (isBooked ? quantity : 0),
        amount: nano(at.amount + (isBooked ? amount : 0n)),
      };
      if (isCountable(meters)) {
        const whole = wholePictures(quantity, tokensOfPicture(booked));
        if (isBooked && isSure) {
          group.days.set(period, { ...counted, low: at.low + whole, high: at.high + whole });
          continue;
        }
        group.days.set(period, counted);
        if (whole > 0)
          float(group.floating, booked, { quantity: whole, first: from, last: period, isBooked, isCovered });
        continue;
      }
      const isMetered = booked.basis === 'metered';
      const least = isMetered && booked.charged === 'yes' && isSure ? quantity : 0;
      const most = isMetered ? quantity : room(quantity);
      for (const each of periods) {
        const there = each === period ? counted : (group.days.get(each) ?? EMPTY);
        group.days.set(each, { ...there, low: there.low + least, high: there.high + most });
      }
    }
    for (const each of periods) doubt(booked, each, isSure);
  }

  function groupOf(model: string, lane: Lane, meters: readonly Meter[]) {
    const key = `${model} ${lane} ${meters.join()}`;
    const group = groups.get(key) ?? { model, lane, meters, days: new Map(), floating: new Map() };
    groups.set(key, group);
    return group;
  }

  /** What the answer to an open question would change on this day. */
  function doubt(booked: Booked, period: Period, isSure: boolean): void {
    const key = doubtKey(booked.model, booked.lane, period);
    const at = doubts.get(key) ?? NO_DOUBTS;
    const of = (...meters: readonly Meter[]): number =>
      booked.lines.reduce((sum, { meter, quantity }) => sum + (meters.includes(meter) ? quantity : 0), 0);
    const each = tokensOfPicture(booked);
    const isRefusal = booked.came === 'no picture';
    const isClear = isSure && booked.basis === 'metered';
    doubts.set(key, {
      drafts:
        at.drafts +
        (each === null || isRefusal ? 0 : Math.max(0, of('image output') - each * booked.pictures)),
      remainder: at.remainder + (isRefusal ? 0 : of('text output')),
      refusedOutput: at.refusedOutput + (isRefusal ? of('text output', 'thinking') : 0),
      refusedInput: at.refusedInput + (isRefusal ? of('text input', 'image input') : 0),
      isMuddled: at.isMuddled || !isClear,
    });
  }

  return {
    add,
    result: () => ({
      groups: [...groups.values()].map(({ floating, ...group }) => ({
        ...group,
        floating: [...floating.values()],
      })),
      doubts,
      ends: last === '' ? null : [first, last],
      outside,
    }),
  };
}

/** Where an answer did not split its output, all of it was booked as picture; what makes no whole picture was text. */
const wholePictures = (quantity: number, each: number | null): number =>
  each !== null && quantity > each ? quantity - (quantity % each) : quantity;

function float(
  floating: Map<string, Floating & { attemptIds: string[] }>,
  { attemptId }: Booked,
  what: Omit<Floating, 'attemptIds'>,
): void {
  const key = Object.values(what).join(' ');
  const alike = floating.get(key) ?? { ...what, attemptIds: [] };
  alike.attemptIds.push(attemptId);
  floating.set(key, alike);
}

/** Whether the number is known exactly wherever anything is known: tokens of pictures, pictures, searches. */
export const isCountable = (meters: readonly Meter[]): boolean =>
  meters.every((meter) => meter === 'image output' || meter === 'image');

/** Meters as a model's own SKUs count them; where none is known, as most do. */
function meterGroups(
  skus: readonly Sku[],
): (model: string, lane: Lane) => (meter: Meter) => readonly Meter[] {
  return (model, lane) => {
    const own = (meter: Meter) =>
      skus.find(
        (sku) => !sku.shared && sku.lane === lane && sku.models.includes(model) && sku.meters.includes(meter),
      )?.meters;
    // What others count together, and its own SKUs do not, is still together.
    return (meter) => own(meter) ?? togetherWith(meter).filter((each) => own(each) === undefined);
  };
}

function byGroup(
  lines: Booked['lines'],
  metersOf: (meter: Meter) => readonly Meter[],
): Iterable<readonly [readonly Meter[], readonly Line[]]> {
  const groups = new Map<string, readonly [readonly Meter[], Line[]]>();
  for (const line of lines) {
    const meters = metersOf(line.meter);
    const group = groups.get(meters.join()) ?? [meters, []];
    group[1].push(line);
    groups.set(meters.join(), group);
  }
  return groups.values();
}

import { nano, toDecimal, ZERO } from './money.ts';
import type { Usd } from './money.ts';
import type { Calendar, Window } from '../policy/calendar.ts';

const PERIODS = ['hour', 'day', 'week', 'month'] as const;
const NAMES = ['model', 'project', 'label', 'lane', 'run', 'gateway', 'account', 'refusal', 'agent'] as const;
export const SPEND_GROUPS = [...PERIODS, ...NAMES] as const;
export type SpendGroup = (typeof SPEND_GROUPS)[number];

/** What the ledger can sum up by itself; calendars and single labels are made of it here. */
export type SpendAxis = 'time' | 'labels' | Exclude<(typeof NAMES)[number], 'label'>;

export interface Spent {
  readonly settled: Usd;
  /** Counted at the expected price, since nobody can know. */
  readonly unconfirmed: Usd;
  /** Set aside for what is under way, at most. */
  readonly held: Usd;
  readonly requests: number;
  readonly unconfirmedRequests: number;
  readonly images: number;
}

export interface SpendSlice extends Spent {
  /** By time: milliseconds since 1970 at which a quarter of an hour began. By labels: a JSON array. */
  readonly key: string;
}

export interface SpendRow extends Spent {
  /** A day, the Monday of a week, a month, a name; null for what has no project or label. */
  readonly key: string | null;
}

export const NOTHING_SPENT: Spent = {
  settled: ZERO,
  unconfirmed: ZERO,
  held: ZERO,
  requests: 0,
  unconfirmedRequests: 0,
  images: 0,
};

export function axisOf(group: SpendGroup): SpendAxis {
  if (isPeriod(group)) return 'time';
  return group === 'label' ? 'labels' : group;
}

const isPeriod = (group: SpendGroup): group is (typeof PERIODS)[number] =>
  PERIODS.some((period) => period === group);

/** Slices of the group's axis as rows: periods in order of time, anything else dearest first. */
export function spendRows(
  slices: readonly SpendSlice[],
  group: SpendGroup,
  calendar: Calendar,
): readonly SpendRow[] {
  if (isPeriod(group)) return byPeriod(slices, group, calendar);
  const rows = group === 'label' ? grouped(slices, labelsOf) : grouped(slices, ({ key }) => [key || null]);
  return rows.toSorted((a, b) => Number(total(b) - total(a)));
}

/**
 * One total of all rows. A purchase with several labels is in several rows, so rows of labels must not be added up.
 */
export function totalOf(slices: readonly Spent[]): Spent {
  return slices.reduce(added, NOTHING_SPENT);
}

/** As JSON documents and pages have it. */
export const spentJson = ({ settled, unconfirmed, held, requests, unconfirmedRequests, images }: Spent) => ({
  settled: toDecimal(settled),
  unconfirmed: toDecimal(unconfirmed),
  held: toDecimal(held),
  requests,
  unconfirmedRequests,
  images,
});

export const total = ({ settled, unconfirmed }: Pick<Spent, 'settled' | 'unconfirmed'>): Usd =>
  nano(settled + unconfirmed);

function byPeriod(
  slices: readonly SpendSlice[],
  period: (typeof PERIODS)[number],
  calendar: Calendar,
): readonly SpendRow[] {
  let window: Window = { from: 0, until: 0 };
  let name = '';
  const inOrder = slices.toSorted((a, b) => Number(a.key) - Number(b.key));
  return grouped(inOrder, ({ key }) => {
    const at = Number(key);
    if (period === 'hour') return [`${calendar.timeOf(at).slice(0, 13)}:00`];
    // Calendars are slow: one look-up for each period, not for each slice.
    if (at >= window.until) {
      window = calendar.windowAt(at, period);
      name = calendar.dayOf(window.from).slice(0, period === 'month' ? 7 : 10);
    }
    return [name];
  });
}

function labelsOf({ key }: SpendSlice): readonly (string | null)[] {
  const labels: unknown = JSON.parse(key);
  const names = Array.isArray(labels) ? labels.map(String) : [];
  return names.length > 0 ? names : [null];
}

function grouped(
  slices: readonly SpendSlice[],
  keysOf: (slice: SpendSlice) => readonly (string | null)[],
): readonly SpendRow[] {
  const rows = new Map<string | null, Spent>();
  for (const slice of slices) {
    for (const key of keysOf(slice)) rows.set(key, added(rows.get(key) ?? NOTHING_SPENT, slice));
  }
  return Array.from(rows, ([key, spent]) => ({ key, ...spent }));
}

function added(a: Spent, b: Spent): Spent {
  return {
    settled: nano(a.settled + b.settled),
    unconfirmed: nano(a.unconfirmed + b.unconfirmed),
    held: nano(a.held + b.held),
    requests: a.requests + b.requests,
    unconfirmedRequests: a.unconfirmedRequests + b.unconfirmedRequests,
    images: a.images + b.images,
  };
}

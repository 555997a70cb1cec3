import { aliasOf } from '../../core/catalogue/catalogue.ts';
import {
  budgetCalendar,
  budgetResets,
  describeBudget,
  left,
  metAt,
  type Standing,
} from '../../core/policy/budget.ts';
import { addDays, dayOf, daysBetween, type Calendar } from '../../core/policy/calendar.ts';
import type {
  PageAccuracy,
  PageBudget,
  PageReconcile,
  PageRefusal,
  PageSaving,
  PageSeries,
  PageSpending,
} from '../../core/page/types.ts';
import { inLaneNow } from '../../core/pricing/lane-saving.ts';
import { minus, nano, sum, toDecimal, ZERO, type Usd } from '../../core/pricing/money.ts';
import {
  spendRows,
  spentJson,
  total,
  totalOf,
  type SpendRow,
  type SpendSlice,
} from '../../core/pricing/spend.ts';
import type { Accuracy, Filter, Ledger } from '../../ports/index.ts';
import { otherSellerOf, receiptsOf } from '../shared/receipts.ts';

interface Looking {
  readonly ledger: Pick<Ledger, 'spending' | 'standings' | 'accuracy' | 'history'>;
  readonly filter: Filter;
  readonly local: Calendar;
  readonly now: number;
  /** What the filter says, for people. */
  readonly about: string;
  readonly reconcile?: PageReconcile | null;
}

/** Models or projects that a chart tells apart; what is left is one more. */
const TOLD_APART = 7;

/** Days are shown up to so many, then weeks, then months: more would be thinner than a pixel of a small screen. */
const MOST_PERIODS = 370;

/** Everything that the page about spending says. */
export async function spendingFor({
  ledger,
  filter,
  local,
  now,
  about,
  reconcile = null,
}: Looking): Promise<PageSpending> {
  const slices = await ledger.spending({ ...filter, by: 'time' });
  const { step, rows, periods } = periodsOf(slices, local);
  const amountsOf = (found: readonly SpendSlice[]): readonly Usd[] => {
    const byPeriod = new Map(spendRows(found, step, local).map((row) => [row.key, total(row)]));
    return periods.map((period) => byPeriod.get(period) ?? ZERO);
  };
  const all = amountsOf(slices);
  const held = new Map(rows.map((row) => [row.key, row.held]));
  const seriesBy = (axis: 'model' | 'project') => series(axis, { ledger, filter, amountsOf, all });
  return {
    about,
    total: spentJson(totalOf(slices)),
    step,
    periods,
    held: periods.map((period) => toDecimal(held.get(period) ?? ZERO)),
    byModel: await seriesBy('model'),
    byProject: await seriesBy('project'),
    budgets: (await ledger.standings()).map((standing) => budgetJson(standing, now)),
    accuracy: (await ledger.accuracy(filter)).map(accuracyJson),
    refusals: await refusals(ledger, filter),
    batch: await savingOf(ledger, filter),
    reconcile,
  };
}

type Step = PageSpending['step'];

function periodsOf(
  slices: readonly SpendSlice[],
  local: Calendar,
): { readonly step: Step; readonly rows: readonly SpendRow[]; readonly periods: readonly string[] } {
  const days = spendRows(slices, 'day', local);
  const [first, last] = [days[0]?.key, days.at(-1)?.key];
  if (!first || !last) return { step: 'day', rows: [], periods: [] };
  const count = daysBetween(first, last) + 1;
  const step: Step = count <= MOST_PERIODS ? 'day' : count <= 7 * MOST_PERIODS ? 'week' : 'month';
  if (step === 'day')
    return { step, rows: days, periods: Array.from({ length: count }, (_, index) => addDays(first, index)) };
  const rows = spendRows(slices, step, local);
  const [from = '', to = ''] = [rows[0]?.key, rows.at(-1)?.key].map((key) => key ?? '');
  const periods: string[] = [];
  for (let period = from; period <= to; period = next(period, step)) periods.push(period);
  return { step, rows, periods };
}

/** "2026-11-23" and a week, "2026-11" and a month. */
const next = (period: string, step: Step): string =>
  step === 'week' ? addDays(period, 7) : addDays(`${period}-01`, 31).slice(0, 7);

interface Stacking extends Pick<Looking, 'ledger' | 'filter'> {
  readonly amountsOf: (slices: readonly SpendSlice[]) => readonly Usd[];
  /** By period, of everything. */
  readonly all: readonly Usd[];
}

/** The dearest models or projects, and what is left. */
async function series(
  axis: 'model' | 'project',
  { ledger, filter, amountsOf, all }: Stacking,
): Promise<readonly PageSeries[]> {
  const rows = spendRows(await ledger.spending({ ...filter, by: axis }), axis, NO_CALENDAR);
  const names = rows.flatMap((row) => (row.key !== null && total(row) > 0n ? [row.key] : []));
  const shown: { name: string; amounts: readonly Usd[] }[] = [];
  for (const name of names.slice(0, TOLD_APART)) {
    const slices = await ledger.spending({ ...filter, [axis]: name, by: 'time' });
    shown.push({ name: axis === 'model' ? aliasOf(name) : name, amounts: amountsOf(slices) });
  }
  const rest = all.map((amount, index) =>
    minus(amount, sum(shown.map(({ amounts }) => amounts[index] ?? ZERO))),
  );
  if (rest.some((amount) => amount !== 0n))
    shown.push({ name: names.length > TOLD_APART ? 'others' : '(none)', amounts: rest });
  return shown.map(({ name, amounts }) => ({
    name,
    total: toDecimal(sum(amounts)),
    amounts: amounts.map(toDecimal),
  }));
}

/** Rows that are no periods of time need none. */
const NO_CALENDAR = budgetCalendar('UTC');

function budgetJson(standing: Standing, now: number): PageBudget {
  const { budget, used, held, window } = standing;
  return {
    name: describeBudget(budget),
    amount: toDecimal(budget.amount),
    used: toDecimal(used),
    held: toDecimal(held),
    left: toDecimal(left(standing)),
    resets: budgetResets(standing),
    met: window === null ? null : metIn(metAt(standing, now), now, budgetCalendar(budget.zone)),
  };
}

function metIn(met: number | null, now: number, local: Calendar): string {
  if (met === null) return 'not before it resets';
  return met === now ? 'now' : `${local.timeOf(met)} ${local.zone}`;
}

const accuracyJson = ({ model, bills, quoted, billed, inside, worst }: Accuracy): PageAccuracy => ({
  alias: aliasOf(model),
  bills,
  quoted: toDecimal(quoted),
  billed: toDecimal(billed),
  inside,
  worst: { id: worst.attemptId, quoted: toDecimal(worst.quoted), billed: toDecimal(worst.billed) },
});

async function refusals(ledger: Looking['ledger'], filter: Filter): Promise<readonly PageRefusal[]> {
  const slices = await ledger.spending({ ...filter, only: ['refused'], by: 'refusal' });
  return spendRows(slices, 'refusal', NO_CALENDAR).map((row) => ({
    reason: row.key ?? '(none)',
    requests: row.requests,
    cost: toDecimal(total(row)),
  }));
}

/** What the batch lane saved; null where nothing was bought in it. */
async function savingOf(ledger: Looking['ledger'], filter: Filter): Promise<PageSaving | null> {
  if (filter.lane !== undefined && filter.lane !== 'batch') return null;
  let [requests, paid, now, unknown] = [0, 0n, 0n, 0];
  for await (const receipt of receiptsOf(ledger, { ...filter, lane: 'batch' })) {
    const { attempt, bill, heldAt } = receipt;
    if (bill === null || bill.amount === 0n) continue;
    const { model, size } = attempt;
    const would =
      otherSellerOf(attempt) === null
        ? inLaneNow({ model, size, day: dayOf(heldAt), lines: bill.lines })
        : null;
    if (would === null) {
      unknown += 1;
      continue;
    }
    requests += 1;
    paid += bill.amount;
    now += would;
  }
  if (requests + unknown === 0) return null;
  return { requests, paid: toDecimal(nano(paid)), now: toDecimal(nano(now)), unknown };
}

import { Failure, usageFailure } from '../errors.ts';
import { minus, sum, toDecimal, usd } from '../pricing/money.ts';
import type { Usd } from '../pricing/money.ts';
import { calendar, isZone, type Calendar, type Window } from './calendar.ts';

export const BUDGET_PERIODS = ['run', 'day', 'month', 'total'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** What a budget is about; there is one budget for each scope. Null means all of them. */
export interface BudgetScope {
  readonly per: BudgetPeriod;
  readonly model: string | null;
  readonly project: string | null;
  /** The name under which an agent buys: such a budget is its allowance. Null means agents and people alike. */
  readonly agent: string | null;
}

export interface Budget extends BudgetScope {
  readonly amount: Usd;
  /** The time zone of its days and months. */
  readonly zone: string;
}

/** How a budget stands in the window that holds now. */
export interface Standing {
  readonly budget: Budget;
  /** Settled bills, and what is unconfirmed at its expected price. */
  readonly used: Usd;
  readonly held: Usd;
  /** Null for a budget per run, of which each run starts with all, and for one in total, which never starts again. */
  readonly window: Window | null;
}

/** One purchase against one budget or cap. */
export interface Check {
  readonly limit: string;
  readonly left: Usd;
  readonly cost: Usd;
  /** When there will be more, for people; null where that is never. */
  readonly resets: () => string | null;
  readonly hint: string;
  readonly code: string;
}

/** What is bought, as budgets see it. */
export interface Purchase {
  readonly model: string;
  readonly high: Usd;
}

/** Reads "20/day", "$5/run", "0.50 a month", "20 monthly", "2/total". */
export function parseBudget(text: string): Pick<Budget, 'amount' | 'per'> {
  const said = text.trim().toLowerCase();
  const [, dollars, word] = /^\$?(\d{1,9}(?:\.\d{1,9})?)(?: ?\/ ?| a | per | )([a-z]+)$/.exec(said) ?? [];
  const per = BUDGET_PERIODS.find((period) => [period, ADVERBS[period]].includes(word ?? ''));
  if (dollars === undefined || per === undefined) {
    throw usageFailure(
      `A budget is dollars per run, day or month, or in total, not "${text}".`,
      'Write 20/day, 5/run, 100/month or 2/total.',
    );
  }
  const amount = usd(dollars);
  if (amount === 0n) {
    throw usageFailure(
      'A budget of $0 would refuse everything.',
      'A shell takes $20 for a variable and leaves the 0: write 20/day, without the dollar sign.',
    );
  }
  return { amount, per };
}

const ADVERBS: Readonly<Record<BudgetPeriod, string>> = {
  run: 'each',
  day: 'daily',
  month: 'monthly',
  total: 'altogether',
};

export function sameScope(a: BudgetScope, b: BudgetScope): boolean {
  return a.per === b.per && a.model === b.model && a.project === b.project && a.agent === b.agent;
}

/** Who buys, as budgets see it. */
export interface Buyer {
  readonly project: string | null;
  readonly agent: string | null;
}

/** Whether what somebody buys counts against a budget. */
export const concerns = ({ project, agent }: BudgetScope, buyer: Buyer): boolean =>
  (project === null || project === buyer.project) && (agent === null || agent === buyer.agent);

/** "$20.00 a day for gemini-3-pro-image in project shop" */
export function describeBudget({ amount, per, model, project, agent }: Budget): string {
  return [
    `${exact(amount)} ${per === 'total' ? 'in total' : `a ${per}`}`,
    model === null ? '' : ` for ${model}`,
    agent === null ? '' : ` for agent ${agent}`,
    project === null ? '' : ` in project ${project}`,
  ].join('');
}

/** May be negative: a bill can exceed its hold, and a budget can be lowered. */
export function left({ budget, used, held }: Standing): Usd {
  return minus(minus(budget.amount, used), held);
}

/** When a budget has all of its amount again, for people. */
export function budgetResets({ budget, window }: Pick<Standing, 'budget' | 'window'>): string {
  if (budget.per === 'total') return 'never';
  const local = budgetCalendar(budget.zone);
  return window === null ? 'with every run' : `${local.timeOf(window.until)} ${local.zone}`;
}

/**
 * When a budget is met if the rest of its window is like the part that has passed; the moment itself where it is met already.
 * null where that is not before it resets, and for a budget that has no window.
 */
export function metAt(standing: Standing, now: number): number | null {
  const { budget, window } = standing;
  if (window === null) return null;
  const remains = left(standing);
  if (remains <= 0n) return now;
  const taken = minus(budget.amount, remains);
  if (taken <= 0n) return null;
  const passed = BigInt(Math.max(1, now - window.from));
  const at = now + Number((remains * passed + taken - 1n) / taken);
  return at < window.until ? at : null;
}

/** The window of a budget at an instant; null for a run, and in total. */
export type WindowOf = (budget: Budget, at: number) => Window | null;

/** A zone that nobody knows must neither bar purchases nor lift the budget; `doctor` names it. */
export const budgetCalendar = (zone: string): Calendar => calendar(isZone(zone) ? zone : 'UTC');

/** Remembers windows: a calendar is slow, and purchases come in quick succession. */
export function windows(): WindowOf {
  const known = new Map<string, Window>();
  return ({ per, zone }, at) => {
    if (per === 'run' || per === 'total') return null;
    const key = `${per} ${zone}`;
    const last = known.get(key);
    if (last !== undefined && at >= last.from && at < last.until) return last;
    const window = budgetCalendar(zone).windowAt(at, per);
    known.set(key, window);
    return window;
  };
}

/** What the purchases would take from a budget. */
export function costTo({ model }: Pick<BudgetScope, 'model'>, purchases: readonly Purchase[]): Usd {
  return sum(
    purchases.filter((purchase) => model === null || purchase.model === model).map(({ high }) => high),
  );
}

/** Whether a budget bounds all that an agent may ever spend, or may spend in a time. */
export const isAllowance = ({ per, model, agent }: BudgetScope): boolean =>
  agent !== null && model === null && per !== 'run';

/** Why an agent may buy nothing, whatever it costs: no budget bounds it. Null where one does, and for people. */
export function withoutAllowance(buyer: Buyer, budgets: readonly BudgetScope[]): Failure | null {
  const { agent } = buyer;
  if (agent === null || budgets.some((budget) => isAllowance(budget) && concerns(budget, buyer))) return null;
  return new Failure('budget', `Agent ${agent} has no allowance, so it buys nothing.`, {
    hint: `\`pixtab budget set <dollars>/day --agent ${agent}\` gives it one.`,
    code: 'no-allowance',
  });
}

/** Whether a budget is about all of the purchases, and has room for them. */
export function covers(standing: Standing, purchases: readonly Purchase[], buyer: Buyer): boolean {
  const { budget } = standing;
  if (!concerns(budget, buyer)) return false;
  if (budget.model !== null && purchases.some(({ model }) => model !== budget.model)) return false;
  return sum(purchases.map(({ high }) => high)) <= left(standing);
}

export function checkBudget(standing: Standing, cost: Usd): Check {
  const { budget, window } = standing;
  const scope = [
    budget.model && ` --model ${budget.model}`,
    budget.project && ` --project ${budget.project}`,
    budget.agent && ` --agent ${budget.agent}`,
  ];
  return {
    limit: `the budget of ${describeBudget(budget)}`,
    left: left(standing),
    cost,
    resets: () => {
      const local = budgetCalendar(budget.zone);
      return window && `${local.timeOf(window.until)} ${local.zone}`;
    },
    hint: `\`pixtab budget set <dollars>/${budget.per}${scope.join('')}\` changes it; \`pixtab budget list\` shows all.`,
    code: 'over-budget',
  };
}

export function checkMaxCost(maxCost: Usd, spent: Usd, cost: Usd): Check {
  return {
    limit: `--max-cost ${exact(maxCost)}`,
    left: minus(maxCost, spent),
    cost,
    resets: () => null,
    hint: 'Raise --max-cost, or ask for fewer or smaller images.',
    code: 'over-max-cost',
  };
}

/** The refusal by the narrowest limit that is passed, the one with least left; null when all allow it. */
export function refusal(checks: readonly Check[]): Failure | null {
  const [narrowest] = checks
    .filter(({ left, cost }) => cost > left)
    .sort((a, b) => (a.left < b.left ? -1 : 1));
  if (narrowest === undefined) return null;
  const { limit, left, cost, hint, code } = narrowest;
  const resets = narrowest.resets();
  const remains = left > 0n ? `has ${exact(left)} left` : 'has nothing left';
  const more = resets === null ? '' : `; it resets at ${resets}`;
  return new Failure(
    'budget',
    `${capital(limit)} ${remains} and this would cost up to ${exact(cost)}${more}.`,
    { hint, code },
  );
}

/** An amount with all of its digits: two that are compared could look equal when rounded. */
function exact(amount: Usd): string {
  const [whole = '', fraction = ''] = toDecimal(amount).split('.');
  return `$${whole}.${fraction.padEnd(2, '0')}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

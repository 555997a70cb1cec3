import {
  BUDGET_PERIODS,
  checkBudget,
  checkMaxCost,
  concerns,
  costTo,
  refusal,
  withoutAllowance,
  type Budget,
  type BudgetScope,
  type Check,
  type Standing,
  type WindowOf,
} from '../../core/policy/budget.ts';
import { Failure } from '../../core/errors.ts';
import { sum, type Usd } from '../../core/pricing/money.ts';
import { isZone, type Window } from '../../core/policy/calendar.ts';
import type { AttemptPlan } from '../../ports/index.ts';
import type { Awaitable, Queries, Row } from './queries.ts';
import { money, moneyOrNull, text, textOrNull, word } from './row.ts';
import { refusalOfKey } from './keys.ts';
import { quarterOf } from './reports.ts';

interface Used {
  readonly used: Usd;
  readonly held: Usd;
}

/** Replaces the budget of the same scope. */
export async function setBudget(database: Queries, budget: Budget, now: number): Promise<void> {
  const { per, model, project, agent, amount, zone } = budget;
  await removeBudget(database, budget);
  database.tell(
    'INSERT INTO budgets (per, model, project, agent, amount_nano, zone, set_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
    per,
    model,
    project,
    agent,
    amount,
    zone,
    now,
  );
}

export async function removeBudget(
  database: Queries,
  { per, model, project, agent }: BudgetScope,
): Promise<boolean> {
  const sql = `DELETE FROM budgets WHERE per = ? AND model IS NOT DISTINCT FROM ?
    AND project IS NOT DISTINCT FROM ? AND agent IS NOT DISTINCT FROM ?`;
  return (await database.run(sql, per, model, project, agent)) > 0;
}

export async function standings(
  database: Queries,
  now: Awaitable<number>,
  windowOf: WindowOf,
): Promise<readonly Standing[]> {
  const budgets = await allBudgets(database);
  const at = await now;
  return Promise.all(budgets.map((budget) => standing(database, budget, windowOf(budget, at), null)));
}

/** Why these attempts of one run may not be bought; null when they may. */
export async function refusalOf(
  database: Queries,
  attempts: readonly AttemptPlan[],
  now: Awaitable<number>,
  windowOf: WindowOf,
): Promise<Failure | null> {
  const [first] = attempts;
  if (first === undefined) return null;
  const { runId } = first;
  const [run, all] = await Promise.all([
    database.get('SELECT * FROM runs WHERE run_id = ?', runId),
    allBudgets(database),
  ]);
  if (run === undefined) throw new Failure('bug', `The ledger knows no run "${runId}".`);
  const buyer = { project: textOrNull(run, 'project'), agent: textOrNull(run, 'agent') };
  const budgets = all.filter((budget) => concerns(budget, buyer));
  const unfit = (await refusalOfKey(database, run)) ?? withoutAllowance(buyer, budgets);
  if (unfit !== null) return unfit;
  const at = await now;
  const byBudgets = budgets.map(async (budget) =>
    checkBudget(await standing(database, budget, windowOf(budget, at), runId), costTo(budget, attempts)),
  );
  const maxCost = moneyOrNull(run, 'max_cost_nano');
  return refusal(
    await Promise.all(
      maxCost === null ? byBudgets : [...byBudgets, checkOfRun(database, runId, maxCost, attempts)],
    ),
  );
}

async function checkOfRun(
  database: Queries,
  runId: string,
  maxCost: Usd,
  attempts: readonly AttemptPlan[],
): Promise<Check> {
  const { used, held } = await usedByRun(database, ALL_MODELS, runId);
  return checkMaxCost(maxCost, sum([used, held]), costTo(ALL_MODELS, attempts));
}

const ALL_MODELS = { model: null };

async function allBudgets(database: Queries): Promise<readonly Budget[]> {
  const rows = await database.all(
    `SELECT * FROM budgets ORDER BY per = 'total', per = 'month', per = 'day',
       model NULLS FIRST, project NULLS FIRST, agent NULLS FIRST`,
  );
  return rows.flatMap((row) => budgetIn(row) ?? []);
}

/** null where the row cannot be read: it bars no purchase, and `doctor` names it. */
function budgetIn(row: Row): Budget | null {
  try {
    return {
      per: word(row, 'per', BUDGET_PERIODS),
      model: textOrNull(row, 'model'),
      project: textOrNull(row, 'project'),
      // An older ledger, which is only looked at, has none.
      agent: row['agent'] === undefined ? null : textOrNull(row, 'agent'),
      amount: money(row, 'amount_nano'),
      zone: text(row, 'zone'),
    };
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** What is wrong with budgets as they stand in the ledger: a sentence each. */
export async function brokenBudgets(database: Queries): Promise<readonly string[]> {
  return (await database.all('SELECT * FROM budgets')).flatMap((row) => {
    const budget = budgetIn(row);
    if (budget === null) return `A budget (per ${String(row['per'])}) cannot be read and holds nothing back.`;
    const { per, zone } = budget;
    return isZone(zone)
      ? []
      : `The budget per ${per} counts in "${zone}", which is no known time zone; it counts in UTC until it is set anew.`;
  });
}

/** Without a run, nothing of a budget per run is used. */
async function standing(
  database: Queries,
  budget: Budget,
  window: Window | null,
  runId: string | null,
): Promise<Standing> {
  if (budget.per === 'run') {
    const spent = runId === null ? NOTHING : await usedByRun(database, budget, runId);
    return { budget, window, ...spent };
  }
  const { model, project, agent } = budget;
  const { from, until } = window ?? EVER;
  const within = `WHERE quarter_hour >= ?1 AND quarter_hour < ?2 AND (model = ?3 OR ?3 IS NULL)
    AND (project = ?4 OR ?4 IS NULL) AND (agent = ?5 OR ?5 IS NULL)`;
  const row = await database.get(
    `SELECT (SELECT coalesce(sum(settled_nano + unconfirmed_nano), 0) FROM spending ${within}) AS used,
       (SELECT coalesce(sum(held_nano), 0) FROM held_sums ${within}) AS held`,
    quarterOf(from),
    quarterOf(until),
    model,
    project,
    agent,
  );
  return { budget, window, ...amounts(row ?? {}) };
}

async function usedByRun(
  database: Queries,
  { model }: Pick<BudgetScope, 'model'>,
  runId: string,
): Promise<Used> {
  const row = await database.get(
    `SELECT coalesce(sum(h.amount_nano), 0) AS held,
       coalesce(sum(CASE state WHEN 'unconfirmed' THEN expected_nano ELSE b.amount_nano END), 0) AS used
     FROM attempts LEFT JOIN holds h USING (attempt_id) LEFT JOIN bills b USING (attempt_id)
     WHERE run_id = ?1 AND (model = ?2 OR ?2 IS NULL)`,
    runId,
    model,
  );
  return row === undefined ? NOTHING : amounts(row);
}

/** All times that an attempt can be held at. */
const EVER = { from: 0, until: Number.MAX_SAFE_INTEGER };

const NOTHING: Used = { used: sum([]), held: sum([]) };

const amounts = (row: Row): Used => ({ used: money(row, 'used'), held: money(row, 'held') });

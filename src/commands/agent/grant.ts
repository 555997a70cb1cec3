import {
  concerns,
  describeBudget,
  isAllowance,
  left,
  type Budget,
  type Standing,
} from '../../core/policy/budget.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import type { Books, Terminal } from '../../ports/index.ts';
import type { AgentContext } from './context.ts';

/** Writes the allowance of the command line down, unless a stricter one of its scope is there already. */
export async function grant(
  { agent, allowance, deps }: Pick<AgentContext, 'agent' | 'allowance' | 'deps'>,
  { ledger }: Books,
  terminal: Pick<Terminal, 'note'>,
): Promise<void> {
  if (allowance === null) return;
  const { amount, per, project } = allowance;
  const budget: Budget = { amount, per, project, agent, model: null, zone: deps.zone() };
  const there = (await ledger.standings()).find(({ budget: other }) => isSame(other, budget));
  if (there === undefined || amount < there.budget.amount) return ledger.setBudget(budget);
  if (amount > there.budget.amount)
    terminal.note(
      `note   The ledger has ${describeBudget(there.budget)}, which is stricter than --allowance and holds; raise it with pixtab budget set ${toDecimal(amount)}/${per} --agent ${agent}${project === null ? '' : ` --project ${project}`}`,
    );
}

const isSame = (a: Budget, b: Budget): boolean =>
  a.per === b.per && a.project === b.project && a.agent === b.agent && a.model === null;

/** The allowances of the agent, as they stand; the tightest first. */
export async function allowancesOf(
  { agent, flags }: Pick<AgentContext, 'agent' | 'flags'>,
  { ledger }: Books,
): Promise<readonly Standing[]> {
  const buyer = { agent, project: flags.project ?? null };
  return (await ledger.standings())
    .filter(({ budget }) => isAllowance(budget) && concerns(budget, buyer))
    .toSorted((a, b) => (left(a) < left(b) ? -1 : 1));
}

export function allowanceJson(standing: Standing) {
  const { budget, used, held, window } = standing;
  return {
    allowance: describeBudget(budget),
    amount: toDecimal(budget.amount),
    per: budget.per,
    used: toDecimal(used),
    held: toDecimal(held),
    left: toDecimal(left(standing)),
    resetsAt: window === null ? null : new Date(window.until).toISOString(),
  };
}

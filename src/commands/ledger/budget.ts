import { BUDGET_PERIODS, budgetResets, describeBudget, left, parseBudget } from '../../core/policy/budget.ts';
import type { Budget, BudgetScope, Standing } from '../../core/policy/budget.ts';
import { findModel } from '../../core/catalogue/catalogue.ts';
import { usageFailure } from '../../core/errors.ts';
import { format, nano, toDecimal } from '../../core/pricing/money.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Deps, Ledger, Settings, Terminal } from '../../ports/index.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { documentOf } from '../shared/envelope.ts';
import { unknownVerb } from '../shared/usage-sentences.ts';
import { moneyTitle } from '../shared/hint.ts';
import { printTable } from '../shared/layout.ts';

const SCHEMA = 'pixtab.budget/1';

const FLAGS = [
  declare('-m, --model <name>', 'for one model only'),
  declare('--project <name>', 'for one project only'),
  declare('--agent <name>', 'what an agent of this name may spend: its allowance'),
  declare('--utc', 'days and months in UTC, not in your time zone'),
  flag.ofSandbox,
  ...COMMON,
] as const;
type BudgetFlags = FlagsOf<typeof FLAGS>;

export const budget = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[action]', 'set, list or rm', 'list')
      .argument(
        '[budget...]',
        'dollars per run, day or month, or in total, such as 20/day; for rm the period is enough',
      )
      .addHelpText('after', EXAMPLES);
  },
  ownFlags: ['model', 'project', 'agent'],
  run,
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, { budgets: [] }),
});

const EXAMPLES = `
Examples:
  pixtab budget set 20/day
  pixtab budget set 100/month --model nano-banana-pro
  pixtab budget set 2/total --agent claude
  pixtab budget list
  pixtab budget rm day`;

async function run(
  [action = 'list', ...words]: readonly string[],
  flags: BudgetFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const text = words.length === 0 ? undefined : words.join(' ');
  const change = changeFor(action, text, flags, deps);
  const settings = await deps.settings(flags);
  const books = await deps.books(settings);
  const { ledger } = books;
  try {
    await mentionUnfinished(books, terminal, deps.clock);
    await change(ledger, terminal);
    const standings = await ledger.standings();
    if (flags.json)
      terminal.out(JSON.stringify(documentOf(SCHEMA, settings, { budgets: standings.map(toJson) }), null, 2));
    else if (action === 'list') print(standings, settings, terminal);
    return 0;
  } finally {
    await ledger.close();
  }
}

/** What other tools call them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  show: 'list',
  ls: 'list',
  get: 'list',
  status: 'list',
  add: 'set',
  create: 'set',
  remove: 'rm',
  delete: 'rm',
  unset: 'rm',
  clear: 'rm',
};

type Change = (ledger: Ledger, terminal: Terminal) => Promise<void>;

/** What is asked for, checked before a ledger is opened. */
function changeFor(action: string, text: string | undefined, flags: BudgetFlags, deps: Deps): Change {
  const model = flags.model === undefined ? null : findModel(flags.model).id;
  const { project = null, agent = null } = flags;
  if (action === 'set' && text !== undefined) {
    const budget: Budget = {
      ...parseBudget(text),
      model,
      project,
      agent,
      zone: flags.utc ? 'UTC' : deps.zone(),
    };
    return async (ledger, terminal) => {
      await ledger.setBudget(budget);
      const zone = budget.per === 'run' || budget.per === 'total' ? '' : `, in ${budget.zone}`;
      terminal.note(`The budget is ${describeBudget(budget)}${zone}.`);
    };
  }
  if (action === 'rm' && text !== undefined) {
    const scope: BudgetScope = { per: periodIn(text), model, project, agent };
    return async (ledger, terminal) => {
      const removed = await ledger.removeBudget(scope);
      if (!removed)
        throw usageFailure(
          `There is no such budget ${periodOf(scope)}.`,
          'pixtab budget list shows all.',
          'pixtab budget list',
        );
      terminal.note(`The budget ${periodOf(scope)} is gone.`);
    };
  }
  if (action === 'list' && text === undefined) return async () => {};
  if (action === 'set') throw usageFailure('budget set needs an amount.', 'Say: pixtab budget set 20/day');
  if (action === 'rm') throw usageFailure('budget rm needs a period.', 'Say: pixtab budget rm day');
  if (action === 'list') throw usageFailure(`budget list takes no "${excerpt(text ?? '', 40)}".`);
  throw unknownVerb('budget', action, ['set', 'list', 'rm'], ELSEWHERE);
}

const periodOf = ({ per }: BudgetScope): string => (per === 'total' ? 'in total' : `per ${per}`);

function periodIn(text: string): BudgetScope['per'] {
  const period = BUDGET_PERIODS.find((one) => one === text.replace(/^.*\//, '').toLowerCase());
  if (period === undefined)
    throw usageFailure(`"${text}" is no period of a budget.`, 'It takes run, day, month or total.');
  return period;
}

function print(standings: readonly Standing[], settings: Settings, terminal: Terminal): void {
  if (standings.length === 0) {
    terminal.note(
      'There is no budget: nothing limits what may be spent. Set one with pixtab budget set 20/day.',
    );
    return;
  }
  const columns = [
    { title: 'budget', cut: 'middle' },
    { title: moneyTitle('used', settings), right: true },
    { title: 'held', right: true },
    { title: 'left', right: true },
    { title: 'resets', spare: 2 },
    ...(terminal.stdoutIsTerminal ? [{ title: '', spare: 1 }] : []),
  ] as const;
  const rows = standings.map((standing) => [
    describeBudget(standing.budget),
    format(standing.used),
    format(standing.held),
    format(left(standing)),
    budgetResets(standing),
    bar(standing),
  ]);
  printTable('text', columns, rows, terminal);
}

const BAR = 20n;

/** Twenty characters: used, held, left. */
function bar({ budget, used, held }: Standing): string {
  const share = (amount: bigint): number => {
    const cells = budget.amount === 0n ? BAR : (amount * BAR + budget.amount - 1n) / budget.amount;
    return Number(cells > BAR ? BAR : cells);
  };
  const full = share(used);
  const set = share(nano(used + held)) - full;
  return `${'█'.repeat(full)}${'▒'.repeat(set)}${'░'.repeat(Number(BAR) - full - set)}`;
}

function toJson(standing: Standing) {
  const { budget, used, held, window } = standing;
  return {
    per: budget.per,
    amount: toDecimal(budget.amount),
    model: budget.model,
    project: budget.project,
    agent: budget.agent,
    timeZone: budget.zone,
    used: toDecimal(used),
    held: toDecimal(held),
    left: toDecimal(left(standing)),
    resetsAt: window === null ? null : new Date(window.until).toISOString(),
  };
}

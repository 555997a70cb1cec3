import { findModel } from '../../core/catalogue/catalogue.ts';
import { usageFailure } from '../../core/errors.ts';
import { calendar, type Calendar } from '../../core/policy/calendar.ts';
import { parsePeriod } from '../../core/policy/period.ts';
import { nearest } from '../../core/text/nearest.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Deps, Filter, Ledger, TimeRange } from '../../ports/index.ts';
import { declare, type FlagsOf } from './flag.ts';
import { flag } from './flags.ts';

/** Which requests a command looks at; the same words in every command that looks back. */
export const FILTERS = [
  declare('--since <time>', 'from then on: a day, a month, 7d, 12h, yesterday, "last week"'),
  declare('--until <time>', 'until the end of it'),
  declare('-m, --model <name>', 'one model only'),
  declare('--project <name>', 'one project only'),
  declare('--label <label>', 'what has this label only'),
  declare('--agent <name>', 'what this agent bought only'),
  flag.laneOnly,
  declare('--run <id>', 'one run only'),
  declare('--search <words>', 'only where all of these words are in the prompt'),
  declare('--refused', 'only what brought no picture'),
  declare('--unconfirmed', 'only what may have been charged'),
  declare('--utc', 'days in UTC, not in your time zone'),
] as const;
export type FilterFlags = FlagsOf<typeof FILTERS>;

/** Names of these flags that other commands have a default for, which means nothing here. */
export const FILTERS_OWN = ['model', 'project', 'label', 'lane', 'agent'] as const;

/** What the flags say by themselves, before a ledger is opened. */
export interface Asked {
  readonly local: Calendar;
  readonly range: TimeRange;
  readonly model: string | undefined;
}

export function askedFor(
  { since, until, utc, model }: FilterFlags,
  { zone, clock }: Pick<Deps, 'zone' | 'clock'>,
): Asked {
  const local = calendar(utc ? 'UTC' : zone());
  const window = (text: string | undefined, flag: string) =>
    text === undefined ? null : parsePeriod(text, flag, local, clock.now());
  const from = window(since, '--since')?.from ?? null;
  const end = window(until, '--until')?.until ?? null;
  if (from !== null && end !== null && from >= end) throw usageFailure('--since is later than --until.');
  return {
    local,
    range: { since: from, until: end },
    model: model === undefined ? undefined : findModel(model).id,
  };
}

/** The filter. Failure `usage` for a name that no request was ever filed under. */
export async function filterFor(
  { project, label, lane, agent, run, search = '', refused, unconfirmed }: FilterFlags,
  { range, model }: Asked,
  ledger: Pick<Ledger, 'filings' | 'receipts'>,
): Promise<Filter> {
  if (project !== undefined || label !== undefined || agent !== undefined) {
    const { projects, labels, agents } = await ledger.filings();
    mustBeKnown('project', project, projects);
    mustBeKnown('label', label, labels);
    mustBeKnown('agent', agent, agents);
  }
  const only = [
    ...(refused ? (['refused'] as const) : []),
    ...(unconfirmed ? (['unconfirmed'] as const) : []),
  ];
  return {
    ...range,
    model,
    project,
    label,
    lane,
    agent,
    only,
    words: search.split(/\s+/).filter(Boolean),
    run: run === undefined ? undefined : await runOf(run, ledger),
  };
}

function mustBeKnown(what: string, name: string | undefined, names: readonly string[]): void {
  if (name === undefined || names.includes(name)) return;
  const near = nearest(name, names);
  const all =
    names.length === 0 ? `No request has a ${what}.` : `There are ${excerpt(names.join(', '), 200)}.`;
  throw usageFailure(
    `No request was ever filed under the ${what} "${excerpt(name, 60)}".`,
    near === null ? all : `Did you mean ${near}?`,
  );
}

/** The run that an id, or the start of one, names. */
async function runOf(id: string, ledger: Pick<Ledger, 'receipts'>): Promise<string> {
  const found = await ledger.receipts({ by: 'start of an id', value: id });
  const runs = new Set(found.map(({ run }) => run.runId).filter((runId) => runId.startsWith(id)));
  const [only, ...others] = runs;
  if (only !== undefined && others.length === 0) return only;
  throw usageFailure(
    `--run: ${runs.size === 0 ? 'no run' : 'more than one run'} begins with "${excerpt(id, 60)}".`,
    'pixtab history --json shows the runs of requests.',
    'pixtab history --json',
  );
}

import { usageFailure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Job, Jobs, Settings, Terminal } from '../../ports/index.ts';
import { declare, type FlagsOf } from '../shared/flag.ts';
import { ASKING, COMMON, flag, STORE, WHO } from '../shared/flags.ts';

export const FLAGS = [
  flag.waitFor,
  flag.outFolder,
  declare('--refused', 'resubmit: also what was answered without a picture'),
  declare('--unconfirmed', 'resubmit: also what may have been charged already'),
  flag.maxCost,
  ...ASKING,
  flag.tier,
  ...STORE,
  ...WHO,
  flag.events,
  ...COMMON,
] as const;
export type BatchFlags = FlagsOf<typeof FLAGS>;

/** What a verb of `batch` works with. */
export interface Context {
  /** How the ids of jobs begin. */
  readonly jobs: readonly string[];
  readonly flags: BatchFlags;
  readonly settings: Settings;
  readonly deps: Deps;
  readonly terminal: Terminal;
}

/** The jobs that were named, or all that have work left. */
export async function chosen(names: readonly string[], jobs: Jobs): Promise<readonly Job[]> {
  if (names.length === 0) return jobs.list('open');
  const all = await jobs.list('all');
  return names.map((name) => one(name, all));
}

/** The one name that a verb takes; Failure `usage` for none and for several, before anything is opened. */
export function oneName([name, ...more]: readonly string[], verb: string): string {
  if (name === undefined || more.length > 0) throw usageFailure(`batch ${verb} takes one job.`, ...LISTED);
  return name;
}

export const theOne = async (name: string, jobs: Jobs): Promise<Job> => one(name, await jobs.list('all'));

const LISTED = ['pixtab batch list shows them.', 'pixtab batch list'] as const;

/** The jobs whose ids begin like this: one at least. */
export function mustBegin(name: string, all: readonly Job[]): readonly [Job, ...Job[]] {
  const [job, ...more] = all.filter(({ jobId }) => jobId.startsWith(name));
  if (job === undefined) throw usageFailure(`There is no job "${printable(name)}".`, ...LISTED);
  return [job, ...more];
}

function one(name: string, all: readonly Job[]): Job {
  const [job, ...more] = mustBegin(name, all);
  if (more.length > 0) throw usageFailure(`Several jobs begin with "${printable(name)}".`, ...LISTED);
  return job;
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf } from '../../bench/place.mjs';
import { until, type Started } from '../../bench/process.mjs';
import type { AttemptState } from '../../src/core/policy/attempt-state.ts';
import type { Place } from './place.ts';
import type { Workplace } from './pixtab.ts';

/** What stands in the books at one moment: requests by their state, batch jobs by theirs, and answers in the journal. */
export interface Books extends Readonly<Partial<Record<AttemptState, number>>> {
  readonly answers: number;
  readonly jobs: readonly string[];
}

export function booksOf({ home }: Pick<Workplace, 'home'>): Books {
  const state = join(home, 'state', 'sandbox');
  const journal = join(state, 'journal');
  const answers = existsSync(journal)
    ? readdirSync(journal).filter((name) => name.endsWith('.answer')).length
    : 0;
  if (!existsSync(join(state, 'ledger.db'))) return { answers, jobs: [] };
  try {
    const counts = rowsOf(home, 'SELECT state, count(*) AS n FROM attempts GROUP BY state');
    const jobs = rowsOf(home, 'SELECT stage FROM batch_jobs').map(({ stage }) => String(stage));
    return { ...Object.fromEntries(counts.map(({ state, n }) => [String(state), Number(n)])), answers, jobs };
  } catch {
    // It is being made.
    return { answers, jobs: [] };
  }
}

/** Kills a process once the books are as wanted, and gives them back. It stands still for every look, so no moment is missed. */
export async function killedWhen(
  here: Pick<Workplace, 'home'>,
  what: string,
  victim: Started,
  isSo: (books: Books) => boolean,
): Promise<Books> {
  await until(
    what,
    () => {
      victim.child.kill('SIGSTOP');
      if (isSo(booksOf(here))) return true;
      victim.child.kill('SIGCONT');
      return false;
    },
    victim,
  );
  victim.child.kill('SIGKILL');
  await victim.ran;
  return booksOf(here);
}

/** Kills a process once the sandbox has met every fault of a schedule, which comes to nothing after that. */
export async function killedAt(here: Place, schedule: string, args: readonly string[]): Promise<Books> {
  const { control } = here.sandbox;
  control.setFaults(schedule);
  const victim = here.start(args);
  await until(`the sandbox has met ${schedule}`, () => control.pending().length === 0, victim);
  victim.child.kill('SIGKILL');
  await victim.ran;
  return booksOf(here);
}

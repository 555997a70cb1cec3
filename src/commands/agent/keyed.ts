import { refusalOfOnce } from '../../core/policy/once.ts';
import type { Books, Once, Receipt } from '../../ports/index.ts';
import { latePlan, lateSaver } from '../../purchase/late-saving.ts';
import { recover, type Recovered } from '../../purchase/recover.ts';
import { withSession, type Session } from '../../purchase/session.ts';
import type { AgentContext } from './context.ts';

/** How often somebody looks who waits for what another process buys. */
const LOOK_MS = 250;
/** Clients give up sooner, or ask again. */
export const LONGEST_WAIT_MS = 10 * 60_000;

/** A run that a key stands for; `isOpen` where somebody still works on it. */
export interface RunOfKey {
  readonly runId: string;
  readonly isOpen: boolean;
}

/** Waits for the run of a key, but not for ever; null where nothing was charged under it. Failure for another order. */
export async function runOf(once: Once, context: AgentContext): Promise<RunOfKey | null> {
  for (let waited = 0; ; waited += LOOK_MS) {
    const found = await inSession(context, async (session): Promise<RunOfKey | null> => {
      const { ledger } = session.books;
      const run = await ledger.runOfKey(context.agent, once.key);
      if (run !== null && run.order !== once.order)
        throw refusalOfOnce(once, run) ?? new TypeError('no refusal');
      if (!run?.isSpent) return null;
      const receipts = await ledger.receipts({ by: 'run', value: run.runId });
      return { runId: run.runId, isOpen: await isUnderWay(receipts, session, context) };
    });
    if (!found?.isOpen || waited >= LONGEST_WAIT_MS) return found;
    await context.deps.clock.sleep(LOOK_MS, context.deps.stop);
  }
}

/** Whether somebody works on it. What was left behind is finished first. */
async function isUnderWay(
  receipts: readonly Receipt[],
  session: Session,
  context: AgentContext,
): Promise<boolean> {
  const open = receipts.filter(isOpen).map(({ attempt }) => attempt.attemptId);
  if (open.length === 0) return false;
  // A process may live long after the end of a run, as this one does.
  const hasEnded = receipts.every(({ run }) => run.outcome !== null);
  const left = hasEnded ? open : await session.books.ledger.abandoned(open);
  await finish(left, session, context);
  return left.length < open.length;
}

/** What is neither finished nor left to a job, which goes on by itself. */
const isOpen = ({ attempt, state, refusal, decision }: Receipt): boolean =>
  attempt.lane !== 'batch' &&
  (['held', 'sent', 'replied'].includes(state) ||
    (state === 'settled' && refusal === null && decision === null));

/** Puts pictures in their places whose answers are kept here. */
export async function finish(
  attemptIds: readonly string[],
  session: Session,
  { deps, folder }: Pick<AgentContext, 'deps' | 'folder'>,
): Promise<readonly Recovered[]> {
  const kept = await session.books.journal.ids();
  const ids = attemptIds.filter((id) => kept.includes(id));
  if (ids.length === 0) return [];
  const work = {
    books: session.books,
    api: (await session.reader()).images,
    leave: deps.leave,
    saver: await lateSaver(session),
    planFor: (plan: Parameters<typeof latePlan>[0]) => latePlan(plan, undefined, folder),
  };
  const done: Recovered[] = [];
  for (const id of ids) done.push(await recover(id, work));
  return done;
}

export const inSession = <T>(context: AgentContext, work: (session: Session) => Promise<T>): Promise<T> =>
  withSession({ ...context, connectsFirst: false }, async (session) => {
    await context.grant(session.books);
    return work(session);
  });

/** Of these answers, those that this agent paid for and that are not under way here. */
export async function ownAnswers(
  ids: readonly string[],
  { agent, buying }: Pick<AgentContext, 'agent' | 'buying'>,
  { ledger }: Books,
): Promise<string[]> {
  const keys = new Set(Array.from(buying, ({ key }) => key));
  const own: string[] = [];
  for (const value of ids) {
    const [receipt] = await ledger.receipts({ by: 'attempt', value });
    if (receipt?.run.agent === agent && !keys.has(receipt.run.once?.key ?? '')) own.push(value);
  }
  return own;
}

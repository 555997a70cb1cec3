import type { AttemptPlan, SavePlan } from '../../ports/index.ts';
import { eventsOf } from '../events.ts';
import { lateSaver, type StoreChoice } from '../late-saving.ts';
import type { Session } from '../session.ts';
import type { Saver } from '../types.ts';
import type { BatchContext } from './types.ts';

/** How a command wants jobs to be worked on. */
export interface BatchOptions {
  /** Where the pictures of an attempt go. */
  readonly planFor: (plan: AttemptPlan) => SavePlan;
  readonly onAnswer: BatchContext['onAnswer'];
  /** Where the originals of projects go. */
  readonly store?: StoreChoice | undefined;
  /** Puts the pictures on disk; without it, the saver for late pictures does. */
  readonly saver?: Saver;
  readonly maySubmit?: BatchContext['maySubmit'];
}

/** Gathers what work on jobs needs from an open session. */
export async function batchContext(session: Session, options: BatchOptions): Promise<BatchContext> {
  const { books, deps, settings } = session;
  const { images, batches, files } = await session.client();
  const events = eventsOf({ runId: null }, deps.clock, session.terminal);
  return {
    planFor: options.planFor,
    maySubmit: options.maySubmit,
    onAnswer(answer) {
      events.recovered(answer);
      options.onAnswer(answer);
    },
    saver: options.saver ?? (await lateSaver(session, options.store)),
    books,
    api: images,
    batches,
    files,
    clock: deps.clock,
    baseUrl: await session.baseUrl(),
    account: await session.account(),
    sandbox: settings.sandbox,
    stop: deps.stop,
    leave: deps.leave,
    onUpload: session.onUpload,
  };
}

import type { AttemptState } from '../core/policy/attempt-state.ts';
import { bill } from '../core/pricing/bill.ts';
import { findModel } from '../core/catalogue/catalogue.ts';
import type { Day } from '../core/catalogue/model.ts';
import { dayOf } from '../core/policy/calendar.ts';
import { asFailure, Failure, restated } from '../core/errors.ts';
import type { Bill } from '../core/pricing/types.ts';
import { isUnread, refusalOf, type Reply } from '../core/order/reply.ts';
import { quote } from '../core/pricing/quote.ts';
import type {
  AttemptPlan,
  Books,
  ImageApi,
  JournalEntry,
  KeptAnswer,
  Receipt,
  SavedImage,
  SavePlan,
  Sessions,
} from '../ports/index.ts';
import { readWhole } from './whole-answer.ts';
import { discardHint, handOver, releaseAnswer, saveReply } from './save-reply.ts';
import type { Saver } from './types.ts';
import { finishTurn, movedTurn } from './conversation-turn.ts';

/** What became of one kept answer. */
export interface Recovered {
  readonly entry: JournalEntry;
  /**
   * `done`: its pictures are on disk and its bill is booked. `refused`: it held fewer pictures than asked for.
   * `busy`: another process is at it. `kept`: it stays in the journal, `failure` says why. `aside`: it is kept for good.
   */
  readonly status: 'done' | 'refused' | 'busy' | 'kept' | 'aside';
  readonly images: readonly SavedImage[];
  /** null when it was booked before, or cannot be. */
  readonly bill: Bill | null;
  readonly failure: Failure | null;
}

export interface RecoverContext {
  readonly books: Books;
  readonly api: Pick<ImageApi, 'fetchLinked' | 'read'>;
  /** Aborts when everything is left at once. */
  readonly leave: AbortSignal;
  readonly saver: Saver;
  /** Where answers may have a place as turns. */
  readonly sessions?: Pick<Sessions, 'finish' | 'drop'>;
  /** The plan as this run should carry it out. */
  readonly planFor: (plan: AttemptPlan) => SavePlan;
}

/** Finishes one kept answer from wherever it was interrupted; doing it again does nothing. */
export async function recover(attemptId: string, context: RecoverContext): Promise<Recovered> {
  try {
    return await recovered(attemptId, context);
  } catch (error) {
    const failure = asFailure(error, 'disk');
    // A ledger that is busy is so for all of them, and so is who wants to stop.
    if (failure.kind === 'unavailable' || failure.kind === 'cancelled') throw failure;
    const problem = `it could not be looked at: ${failure.message}`;
    const entry = { attemptId, path: '', status: 'corrupt', problem, attempt: null } as const;
    return { entry, status: 'kept', images: [], bill: null, failure };
  }
}

async function recovered(attemptId: string, context: RecoverContext): Promise<Recovered> {
  const { ledger, journal } = context.books;
  const kept = await stillKept(attemptId, journal);
  if (kept === null) return finishedElsewhere(attemptId);
  const { entry } = kept;
  const nothing = { entry, images: [], bill: null };
  const [receipt] = await ledger.receipts({ by: 'attempt', value: attemptId });
  const plan = entry.attempt ?? receipt?.attempt;
  if (plan === undefined) return { ...nothing, status: 'kept', failure: hopeless(damaged(entry), entry) };
  const isClaimed = receipt !== undefined || (await journal.claim(attemptId));
  const state = isClaimed ? await ledger.claim(plan) : null;
  if (state === null) return { ...nothing, status: 'busy', failure: null };
  return carryOn(kept, plan, state, context);
}

/** null where another process has let go of it since it was listed. */
async function stillKept(attemptId: string, journal: Books['journal']): Promise<KeptAnswer | null> {
  try {
    return await journal.read(attemptId);
  } catch (error) {
    if ((await journal.ids()).includes(attemptId)) throw error;
    return null;
  }
}

function finishedElsewhere(attemptId: string): Recovered {
  const entry = { attemptId, path: '', status: 'ok', problem: null, attempt: null } as const;
  return { entry, status: 'busy', images: [], bill: null, failure: null };
}

/** The same for an attempt that nobody else can be at. */
export async function carryOn(
  kept: KeptAnswer,
  plan: AttemptPlan,
  state: AttemptState,
  context: RecoverContext,
): Promise<Recovered> {
  const recovered = await carriedOn(kept, plan, state, context);
  if (recovered.status === 'kept') await handOver(plan, context.books);
  return recovered;
}

async function carriedOn(
  kept: KeptAnswer,
  plan: AttemptPlan,
  state: AttemptState,
  context: RecoverContext,
): Promise<Recovered> {
  const { entry } = kept;
  const reached: Reached = { images: [], bill: null };
  const left = (failure: Failure): Recovered => ({ entry, status: 'kept', ...reached, failure });
  try {
    return await finish(kept, plan, state, { ...context, reached });
  } catch (error) {
    // Whatever is wrong with one answer, the others must not wait for it.
    const failure = asFailure(error);
    if (failure.kind === 'disk') return left(failure);
    try {
      // The money is counted whatever becomes of the picture.
      const isUncounted = state === 'sent' || state === 'replied';
      if (isUncounted) await context.books.ledger.unconfirm(plan.attemptId, failure.message);
    } catch (second) {
      return left(asFailure(second, 'disk'));
    }
    return left(hopeless(failure, entry));
  }
}

/** How far it came: what is booked and on disk stays so, whatever fails after it. */
type Reached = { -readonly [Part in 'images' | 'bill']: Recovered[Part] };

async function finish(
  { entry, body }: KeptAnswer,
  plan: AttemptPlan,
  state: AttemptState,
  { reached, ...context }: RecoverContext & { readonly reached: Reached },
): Promise<Recovered> {
  const { ledger, journal } = context.books;
  if (body === null && state !== 'saved') throw damaged(entry);
  // A damaged copy of an answer whose pictures are on disk is of no more use.
  if (body === null) {
    await releaseAnswer(plan, journal);
    return { entry, status: 'done', images: [], bill: null, failure: null };
  }
  const { reply, remarks } = await readWhole(body, plan, {
    api: context.api,
    leave: context.leave,
    keep: (whole) => journal.keep(plan, whole),
  });
  for (const remark of remarks) context.saver.remark(remark);
  const [receipt] = await ledger.receipts({ by: 'attempt', value: plan.attemptId });
  let price: Bill | null = null;
  if (state !== 'settled' && state !== 'saved') {
    price = bill({ ...termsFor(plan, dayOf(receipt?.heldAt ?? 0)), reply });
    await ledger.settle(plan.attemptId, price, refusalOf(reply));
    reached.bill = price;
  }
  const paid = price ?? receipt?.bill ?? null;
  if (state === 'saved' && isAllSaved(reply, receipt)) {
    if (paid) await inItsPlace(plan, reply, paid, context);
    await releaseAnswer(plan, journal);
    return { entry, status: 'done', images: [], bill: null, failure: null };
  }
  const { images, extras, differences, saved, failure, complete } = await saveReply(
    reply,
    { plan: { ...plan, save: context.planFor(plan) }, bill: paid },
    async () => context.saver,
  );
  const all = [...images, ...extras];
  reached.images = all;
  // After the pictures: they must not wait for a session that cannot be written.
  if (paid) await inItsPlace(plan, reply, paid, context);
  if (saved) await ledger.saved(plan.attemptId, all, differences);
  if (!complete) return { entry, status: 'kept', images: all, bill: price, failure };
  await releaseAnswer(plan, journal);
  return { entry, status: failure ? 'refused' : 'done', images: all, bill: price, failure };
}

/** Its pictures are on disk, and there is nothing in it that was not understood. */
const isAllSaved = ({ images, extras, refusals }: Reply, receipt: Receipt | undefined): boolean =>
  !refusals.some(isUnread) && (receipt?.images.length ?? 0) >= images.length + extras.length;

/** Where the answer was a turn that did not get as far as its session, it does now. */
async function inItsPlace(
  { attemptId }: AttemptPlan,
  reply: Reply,
  paid: Bill,
  { sessions, saver }: RecoverContext,
): Promise<void> {
  const place = sessions && (await finishTurn(attemptId, reply, paid, sessions));
  if (!place) return;
  saver.remark(movedTurn(place) ?? `It is the last turn of session ${place.name} now.`);
}

/** What it was quoted at; made anew, as far as the plan tells, where a release that kept no terms wrote it down. */
function termsFor({ terms, ...plan }: AttemptPlan, day: Day): Omit<Parameters<typeof bill>[0], 'reply'> {
  const { prompt, images: count, size, aspect, lane } = plan;
  const listed = findModel(plan.model);
  const model = terms?.rates ? { ...listed, rates: terms.rates } : listed;
  const order = { model, prompt, inputs: [], count, size, aspect, lane, thinking: null };
  return { model, lane, size, day, quote: terms ?? quote(order, day) };
}

/** Trying again brings nothing, so there is a way to hear no more of it. */
function hopeless(failure: Failure, { attemptId }: JournalEntry): Failure {
  const { hint } = failure;
  // Some end with an address.
  const ended = hint === undefined || hint.endsWith('.') ? hint : `${hint}.`;
  return restated(failure, { hint: [ended, discardHint(attemptId)].filter(Boolean).join(' ') });
}

function damaged({ path, problem }: JournalEntry): Failure {
  return new Failure(
    'unconfirmed',
    `The kept answer ${path} cannot be used: ${problem ?? 'nobody knows whose it is'}.`,
    {
      hint: 'It is left as it is, and what it may have cost is counted.',
    },
  );
}

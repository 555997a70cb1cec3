import type { AttemptState } from '../core/policy/attempt-state.ts';
import { bill } from '../core/pricing/bill.ts';
import { findModel } from '../core/catalogue/catalogue.ts';
import type { Day } from '../core/catalogue/model.ts';
import { dayOf } from '../core/policy/calendar.ts';
import { Failure, restated } from '../core/errors.ts';
import type { Bill } from '../core/pricing/types.ts';
import type { Refusal, Reply } from '../core/order/reply.ts';
import { quote } from '../core/pricing/quote.ts';
import type {
  AttemptPlan,
  Books,
  ImageApi,
  JournalEntry,
  KeptAnswer,
  SavedImage,
  SavePlan,
  Sessions,
} from '../ports/index.ts';
import { releaseAnswer, saveReply } from './save-reply.ts';
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
  readonly api: ImageApi;
  readonly saver: Saver;
  /** Where answers may have a place as turns. */
  readonly sessions?: Pick<Sessions, 'finish' | 'drop'>;
  /** The plan as this run should carry it out. */
  readonly planFor: (plan: AttemptPlan) => SavePlan;
}

/** Finishes one kept answer from wherever it was interrupted; doing it again does nothing. */
export async function recover(attemptId: string, context: RecoverContext): Promise<Recovered> {
  const { ledger, journal } = context.books;
  const kept = await journal.read(attemptId);
  const { entry } = kept;
  const nothing = { entry, images: [], bill: null };
  const plan = entry.attempt ?? (await ledger.receipts({ by: 'attempt', value: attemptId }))[0]?.attempt;
  if (plan === undefined) return { ...nothing, status: 'kept', failure: hopeless(damaged(entry), entry) };
  const state = await ledger.claim(plan);
  if (state === null) return { ...nothing, status: 'busy', failure: null };
  if (state === 'saved') {
    await continued(kept, plan, context);
    await releaseAnswer(plan, journal);
    return { ...nothing, status: 'done', failure: null };
  }
  return carryOn(kept, plan, state, context);
}

/** The same for an attempt that nobody else can be at. */
export async function carryOn(
  kept: KeptAnswer,
  plan: AttemptPlan,
  state: AttemptState,
  context: RecoverContext,
): Promise<Recovered> {
  try {
    return await finish(kept, plan, state !== 'settled', context);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { entry } = kept;
    // The money is counted whatever becomes of the picture.
    const isUncounted = state === 'sent' || state === 'replied';
    if (isUncounted && error.kind === 'unconfirmed')
      await context.books.ledger.unconfirm(plan.attemptId, error.message);
    const failure = error.kind === 'disk' ? error : hopeless(error, entry);
    return { entry, status: 'kept', images: [], bill: null, failure };
  }
}

async function finish(
  { entry, body }: KeptAnswer,
  plan: AttemptPlan,
  unsettled: boolean,
  context: RecoverContext,
): Promise<Recovered> {
  const { ledger, journal } = context.books;
  if (body === null) throw damaged(entry);
  const reply = context.api.read(body, plan.wire);
  const [receipt] = await ledger.receipts({ by: 'attempt', value: plan.attemptId });
  let price: Bill | null = null;
  if (unsettled) {
    price = bill({ ...termsFor(plan, dayOf(receipt?.heldAt ?? 0)), reply });
    await ledger.settle(plan.attemptId, price);
  }
  const paid = price ?? receipt?.bill ?? null;
  const { images, extras, refusals, failure, complete } = await saveReply(
    reply,
    { plan: { ...plan, save: context.planFor(plan) }, bill: paid },
    async () => context.saver,
  );
  const all = [...images, ...extras];
  // After the pictures: they must not wait for a session that cannot be written.
  if (paid) await inItsPlace(plan, reply, paid, context);
  if (!complete) {
    const left = failure ?? undecodable(refusals);
    const said = left.kind === 'disk' ? left : hopeless(left, entry);
    return { entry, status: 'kept', images: all, bill: price, failure: said };
  }
  await ledger.saved(plan.attemptId, all);
  await releaseAnswer(plan, journal);
  return { entry, status: failure ? 'refused' : 'done', images: all, bill: price, failure };
}

/** The pictures are on disk; only the turn may be missing where it belongs. */
async function continued({ body }: KeptAnswer, plan: AttemptPlan, context: RecoverContext): Promise<void> {
  if (body === null || context.sessions === undefined) return;
  const [receipt] = await context.books.ledger.receipts({ by: 'attempt', value: plan.attemptId });
  if (receipt?.bill) await inItsPlace(plan, context.api.read(body, plan.wire), receipt.bill, context);
}

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

/** An extra picture that nobody asked for, and that does not decode. */
function undecodable(refusals: readonly Refusal[]): Failure {
  const { reason, message } = refusals.at(-1) ?? { reason: 'OTHER', message: 'Nothing came of it.' };
  return new Failure('refused', `${message} (${reason})`, { charged: 'yes' });
}

/** Trying again brings nothing, so there is a way to hear no more of it. */
function hopeless(failure: Failure, { attemptId }: JournalEntry): Failure {
  const hint = `To hear no more of it: pixtab recover --discard ${attemptId}`;
  return restated(failure, { hint: [failure.hint, hint].filter(Boolean).join(' ') });
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

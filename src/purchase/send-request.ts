import { bill } from '../core/pricing/bill.ts';
import { asFailure, Failure, restated } from '../core/errors.ts';
import { extensionOf } from '../core/files/filename.ts';
import type { Bill, Quote } from '../core/pricing/types.ts';
import type { Order } from '../core/order/order.ts';
import type { Refusal, Reply, ReplyImage } from '../core/order/reply.ts';
import { counted, excerpt } from '../core/text/text.ts';
import type { Answer, AttemptPlan, Books, ImageApi, SavedImage } from '../ports/index.ts';
import type { Paid } from './postprocess.ts';
import { save, Undecodable, type Saver } from './save.ts';
import type { Turns } from './conversation-turn.ts';

/** What became of one request. */
export interface AttemptResult {
  readonly plan: AttemptPlan;
  /** null: nothing was sent, or nobody can know. */
  readonly bill: Bill | null;
  readonly images: readonly SavedImage[];
  /** Interim pictures that were billed like the one asked for. */
  readonly extras: readonly SavedImage[];
  readonly refusals: readonly Refusal[];
  readonly text: string | null;
  /** Where the raw answer is kept for good; null where it is not. */
  readonly raw: string | null;
  /** Why there are fewer images than asked for; null when there are not. */
  readonly failure: Failure | null;
}

export interface AttemptWorld {
  readonly api: ImageApi;
  readonly books: Books;
  /** Attempts that were sent and are not finished. */
  readonly underWay: Set<string>;
  /** Resolves late, so that what it loads loads while the request is under way. */
  readonly saver: () => Promise<Saver>;
  readonly leave: AbortSignal;
  /** Start no more; what is under way is finished. */
  readonly stop: AbortSignal;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly retryBudgetMs: number;
  readonly turns?: Turns | undefined;
  readonly onRetry: (failure: Error, waitMs: number) => void;
}

/** One request the whole way: send → journal → reply → bill → settle → save. Its hold is already taken; never throws. */
export async function attempt(
  order: Order,
  quote: Quote,
  plan: AttemptPlan,
  world: AttemptWorld,
): Promise<AttemptResult> {
  try {
    return await carriedOut(order, quote, plan, world);
  } finally {
    world.underWay.delete(plan.attemptId);
  }
}

async function carriedOut(
  order: Order,
  quote: Quote,
  plan: AttemptPlan,
  world: AttemptWorld,
): Promise<AttemptResult> {
  const { api, books } = world;
  const { attemptId } = plan;
  const nothing = { plan, bill: null, images: [], extras: [], refusals: [], text: null, raw: null };
  let answer: Answer;
  try {
    answer = await sent(order, plan, world);
  } catch (error) {
    return { ...nothing, failure: await unanswered(asFailure(error, 'unconfirmed'), plan, world) };
  }
  // From here on it is paid for: whatever else breaks, the pictures still go to disk.
  const records = recordkeeper();
  // That it came is not written into the ledger as well: the journal says so, and the bill follows at once.
  const isKept = await records.keep(() => books.journal.keep(plan, answer.body));
  let reply: Reply;
  try {
    reply = api.read(answer.body, plan.wire);
  } catch (error) {
    return { ...nothing, failure: await unanswered(asFailure(error, 'unconfirmed'), plan, world) };
  }
  const price = bill({
    model: order.model,
    lane: order.lane,
    size: order.size,
    day: quote.day,
    quote,
    reply,
  });
  await records.keep(() => books.ledger.settle(attemptId, price));
  await records.keep(async () => {
    const remark = await world.turns?.finish(plan, reply, price);
    if (remark) (await world.saver()).remark(remark);
  });
  const { complete, ...shelved } = await shelve(reply, { plan, bill: price }, world);
  if (complete) {
    await records.keep(() => books.ledger.saved(attemptId, [...shelved.images, ...shelved.extras]));
  }
  let raw: string | null = null;
  if (complete && !records.trouble()) {
    await records.keep(async () => void (raw = await putAway(plan, books.journal)));
  }
  return {
    plan,
    bill: price,
    text: reply.text,
    raw,
    ...shelved,
    failure: ending(shelved, records.trouble(), isKept),
  };
}

/** What is finished goes, or where it was asked for is kept; resolves to its path then. */
export async function putAway(
  { attemptId, save }: Pick<AttemptPlan, 'attemptId' | 'save'>,
  journal: Books['journal'],
): Promise<string | null> {
  if (save.keepRaw === true) return journal.setAside(attemptId);
  await journal.remove(attemptId);
  return null;
}

function sent(order: Order, plan: AttemptPlan, world: AttemptWorld): Promise<Answer> {
  const { api, books, leave, stop, timeoutMs, retries, retryBudgetMs } = world;
  return api.send(order, {
    signal: leave,
    stop,
    timeoutMs,
    retries,
    retryBudgetMs,
    cost: plan.expected,
    beforeSend: async () => {
      await beforeSending(async () => {
        await world.turns?.begin(plan, order);
        await books.ledger.sending(plan.attemptId);
      });
      world.underWay.add(plan.attemptId);
    },
    onRetry: async (failure, waitMs) => {
      world.underWay.delete(plan.attemptId);
      await books.ledger.unsent(plan.attemptId);
      world.onRetry(failure, waitMs);
    },
  });
}

/** What cannot be written down is not sent. */
async function beforeSending(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    throw restated(asFailure(error, 'bug'), { charged: 'no', repeat: false });
  }
}

/** No reply that makes sense: the hold is given back only when it is certain that nothing was charged. */
async function unanswered(
  failure: Failure,
  plan: AttemptPlan,
  { books: { ledger }, turns }: AttemptWorld,
): Promise<Failure> {
  try {
    if (failure.charged !== 'no') {
      await ledger.unconfirm(plan.attemptId, failure.message);
      return failure;
    }
    await ledger.release(plan.attemptId, failure.message);
    await turns?.drop(plan);
    return failure;
  } catch (error) {
    // The hold stands until this process ends, and the next one reclaims it: careful, and so no reason to stop.
    return restated(failure, { message: `${failure.message} ${asFailure(error, 'disk').message}` });
  }
}

/** Runs the steps that write things down, and remembers the first that failed instead of stopping there. */
function recordkeeper() {
  let trouble: Failure | null = null;
  return {
    trouble: () => trouble,
    async keep(step: () => Promise<unknown>): Promise<boolean> {
      try {
        await step();
        return true;
      } catch (error) {
        trouble ??= asFailure(error, 'disk');
        return false;
      }
    },
  };
}

/** What is said in the end: where the picture is, what is missing, and what is to be done about it. */
function ending(
  { failure, images }: Omit<Shelved, 'complete'>,
  trouble: Failure | null,
  isKept: boolean,
): Failure | null {
  const hintOf = ({ hint }: Failure, more: string): string => [hint, more].filter(Boolean).join(' ');
  if (failure !== null) {
    if (failure.kind === 'disk' && isKept) {
      return restated(failure, { hint: hintOf(failure, 'Then finish it: pixtab recover') });
    }
    // Said as well: a raw answer that could not be kept is not kept, whatever else went wrong.
    return trouble === null
      ? failure
      : restated(failure, { message: `${failure.message} ${trouble.message}` });
  }
  if (trouble === null) return null;
  const places = images.map(({ path }) => (path === '-' ? 'standard output' : path)).join(', ');
  return restated(trouble, {
    kind: trouble.kind === 'bug' ? 'bug' : 'disk',
    charged: 'yes',
    message: `The picture is saved (${places}); only the record of it is not complete. ${trouble.message}`,
    hint: hintOf(
      trouble,
      isKept ? 'Then complete the record: pixtab recover' : 'The picture itself needs nothing more.',
    ),
  });
}

export interface Shelved extends Pick<AttemptResult, 'images' | 'extras' | 'refusals' | 'failure'> {
  /** Every picture that came is on disk, so the raw answer may go. */
  readonly complete: boolean;
}

/** Every picture of the reply on disk, or the reason why not. */
export async function shelve(reply: Reply, paid: Paid, world: Pick<AttemptWorld, 'saver'>): Promise<Shelved> {
  const images: SavedImage[] = [];
  const extras: SavedImage[] = [];
  const refusals = [...reply.refusals];
  const { plan } = paid;
  const { paths } = plan.save;
  const first = paths[0] ?? 'image';
  /** One that does not decode takes none of the others with it. */
  async function put(into: SavedImage[], image: ReplyImage, path: string, saver: Saver): Promise<void> {
    try {
      into.push(await save(image, path, plan.save, saver, paid));
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      refusals.push({ reason: 'UNDECODABLE_IMAGE', message: UNDECODABLE });
    }
  }
  try {
    const saver = await world.saver();
    for (const [index, image] of reply.images.entries()) {
      await put(images, image, paths[index] ?? besides(first, `extra-${index + 1}`), saver);
    }
    for (const [index, image] of reply.extras.entries()) {
      if (first !== '-') await put(extras, image, besides(first, `draft-${index + 1}`), saver);
    }
  } catch (error) {
    return { images, extras, refusals, failure: asFailure(error, 'disk'), complete: false };
  }
  const failure =
    images.length < plan.images ? refused(plan.images, images.length, refusals, reply.text) : null;
  return { images, extras, refusals, failure, complete: refusals.length === reply.refusals.length };
}

const UNDECODABLE = 'A picture that came back does not decode; the raw answer is kept.';

function refused(asked: number, came: number, refusals: readonly Refusal[], text: string | null): Failure {
  const [first] = refusals;
  const said = first?.message || text;
  const what = came > 0 ? `${came} of ${counted(asked, 'image')}` : 'no image';
  const reason = first ? ` (${first.reason})` : '';
  return new Failure(
    'refused',
    `The answer holds ${what}${reason}${said ? `: ${excerpt(said, 400)}` : '.'}`,
    { charged: 'yes' },
  );
}

/** "cat.jpg" and "draft-1" make "cat.draft-1.jpg". */
function besides(path: string, word: string): string {
  const end = extensionOf(path) ? path.lastIndexOf('.') : path.length;
  return `${path.slice(0, end)}.${word}${path.slice(end)}`;
}

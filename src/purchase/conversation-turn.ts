import type { Bill } from '../core/pricing/types.ts';
import type { Order } from '../core/order/order.ts';
import { isUnread, type Reply } from '../core/order/reply.ts';
import type { AttemptPlan, Sessions, TurnPlace } from '../ports/index.ts';

/** Writes down the turns of a conversation. They outlive this process, so that `recover` can put a turn in its place. */
export interface Turns {
  /** Before the request leaves. */
  begin(plan: AttemptPlan, order: Order): Promise<void>;
  /** It is paid for and booked. Resolves to what is worth knowing about it, in a sentence. */
  finish(plan: AttemptPlan, reply: Reply, bill: Bill): Promise<string | null>;
  /** It was certainly not charged. */
  drop(plan: AttemptPlan): Promise<void>;
}

/** Finishes a turn, or drops it where the answer has no picture or nothing that can be sent back: nothing can go on from that. */
export async function finishTurn(
  attemptId: string,
  { images, extras, refusals, parts, text }: Reply,
  { amount }: Pick<Bill, 'amount'>,
  sessions: Pick<Sessions, 'finish' | 'drop'>,
): Promise<TurnPlace | null> {
  // It may be read later, and has its place until then.
  if (images.length === 0 && refusals.some(isUnread)) return null;
  if (images.length === 0 || parts === undefined) {
    await sessions.drop(attemptId);
    return null;
  }
  const pictures = images.length + extras.length;
  return sessions.finish(attemptId, { answer: parts, pictures, words: text ?? '', cost: amount });
}

/** Says in which session a turn ended up; null where that is the session it was meant for. */
export function movedTurn({ begunIn, name }: TurnPlace): string | null {
  if (begunIn === name) return null;
  return `Session ${begunIn} went on elsewhere meanwhile, so this picture and what came before it are session ${name} now: --session ${name}`;
}

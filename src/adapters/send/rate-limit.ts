import { Failure, restated } from '../../core/errors.ts';
import { TRAVEL_MS } from '../../core/policy/rate-limits.ts';
import type { Wait } from '../../core/policy/rate-limits.ts';
import type { Order } from '../../core/order/order.ts';
import type { Clock, ImageApi, Pace, Provider, SendOptions, Slot } from '../../ports/index.ts';

/** So that those who wait for the same slot do not all ask for it at the same moment. */
const SPREAD_MS = 500;

/** Longer than any limit of a minute keeps even many requests waiting that wait in one command. */
const LONGEST_MS = 60 * 60_000;
const TELLING_MS = 60_000;

/** The books were busy: a request that leaves so late counts later too. */
const LATE_MS = 50;

/** Lets each request leave only in a slot of its own, repeats included, and reports the slots that the provider refused. */
export function rateLimited(
  api: ImageApi,
  pace: Pace,
  clock: Clock,
  { advice }: Pick<Provider, 'advice'>,
): ImageApi {
  const takeSlot = slotTaker(pace, clock, advice.limits);
  return {
    ...api,
    send: async (order, options) => {
      let slot: Slot | null = null;
      let leftAt = 0;
      const beforeSend = async (): Promise<void> => {
        slot = await takeSlot(order, options).catch(unsent);
        // A busy ledger may have kept the slot waiting for a minute.
        if (options.stop.aborted) throw cancelled();
        const takenAt = clock.now();
        await options.beforeSend();
        leftAt = clock.now();
        if (leftAt - takenAt > LATE_MS) await inform(slot, TRAVEL_MS);
      };
      try {
        return await api.send(order, { ...options, beforeSend });
      } catch (error) {
        if (slot !== null) await learn(slot, error);
        throw pace.wait ? error : impatient(error);
      } finally {
        // Not waited for: the answer is paid for, and has to reach the disk first.
        if (slot !== null && clock.now() - leftAt < TRAVEL_MS) void inform(slot, 0);
      }
    },
  };

  /** Not to know it lets others wait longer, or meet a refusal that costs nothing: no reason to stop. */
  function inform(slot: Slot, withinMs: number): Promise<void> {
    return pace.slots.arrives(slot, withinMs).catch(() => undefined);
  }

  async function learn(slot: Slot, error: unknown): Promise<void> {
    if (!(error instanceof Failure) || error.met === undefined) return;
    // Not to know it costs another refusal at worst; what went wrong with the request matters more.
    await pace.slots.refused(slot, error.met).catch(() => undefined);
  }
}

/** Nothing has left yet, whatever it was that failed. */
function unsent(error: unknown): never {
  if (error instanceof Failure) throw error;
  const message = error instanceof Error ? error.message : String(error);
  throw new Failure('bug', `Unexpected: ${message}`, { charged: 'no', cause: error });
}

/** Who does not wait for a slot does not wait for the provider's quota either. */
function impatient(error: unknown): unknown {
  const waits = error instanceof Failure && error.kind === 'rate-limited' && error.repeat;
  return waits ? restated(error, { repeat: false }) : error;
}

function slotTaker({ slots, wishes, wait, onWait }: Pace, clock: Clock, limits: string) {
  let toldAt = Number.NEGATIVE_INFINITY;

  return async ({ model, count }: Order, { cost, signal, stop }: SendOptions): Promise<Slot> => {
    const weight = { model: model.id, images: count, cost };
    const leave = AbortSignal.any([signal, stop]);
    let answer = await slots.take(weight, wishes);
    if (isSlot(answer)) return answer;
    const since = clock.now();
    while (!isSlot(answer)) {
      if (!wait || answer.untilMidnight) throw noSlot(answer, clock.now(), limits);
      if (clock.now() - since >= LONGEST_MS) throw noneCame(answer);
      tell(answer);
      await pause(answer.waitMs + Math.floor(clock.random() * SPREAD_MS), leave);
      answer = await slots.take(weight, wishes);
    }
    return answer;
  };

  /** Once a minute, however many of this command's requests wait. */
  function tell({ why, waitMs }: Wait): void {
    if (clock.now() - toldAt < TELLING_MS) return;
    toldAt = clock.now();
    onWait(why, waitMs);
  }

  async function pause(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw cancelled();
    }
  }
}

const cancelled = (): Failure =>
  new Failure('cancelled', 'Cancelled while waiting for its turn; nothing was sent.', { charged: 'no' });

function noneCame({ why, waitMs }: Wait): Failure {
  const minutes = LONGEST_MS / 60_000;
  return new Failure(
    'rate-limited',
    `No request could leave for ${minutes} minutes: ${why}. Nothing was sent.`,
    {
      hint: 'Others take every slot of this limit. Try again later, or allow more where your account has more.',
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
      charged: 'no',
    },
  );
}

const isSlot = (answer: Slot | Wait): answer is Slot => 'slot' in answer;

function noSlot({ why, waitMs, untilMidnight }: Wait, now: number, limits: string): Failure {
  const ready = new Date(now + waitMs);
  const when = untilMidnight
    ? `before midnight Pacific time (${ready.toLocaleString('en-GB', CLOCK)} for you)`
    : `for another ${Math.ceil(waitMs / 1_000)} s`;
  return new Failure('rate-limited', `No request may leave ${when}: ${why}.`, {
    hint: untilMidnight
      ? `If your account has more, say so with --rpd. ${limits}`
      : 'Leave --no-wait out to wait for it.',
    retryAfterSeconds: Math.ceil(waitMs / 1_000),
    charged: 'no',
  });
}

const CLOCK: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
};

import type { Answer, Delivery } from './http/response.ts';
import type { Call } from './http/call.ts';
import type { BatchFate, Fault, Refusal, Twist } from './faults/fault.ts';
import type { Drawn } from './faults/queue.ts';
import type { Family } from './faults/schedule.ts';
import { FAULTS } from './faults/faults.ts';
import type { State } from './state.ts';

/** How the work is to be done. */
export interface Manner {
  readonly fault: string | null;
  readonly value: number | null;
  readonly refusal: Refusal | null;
  readonly twist: Twist;
  readonly delivery: Delivery | undefined;
  readonly fate: BatchFate | null;
}

/** Lets a request through to the work, or answers in its stead. */
export type Pass = { readonly answer: Answer } | { readonly answer: null; readonly manner: Manner };

export const PLAIN: Manner = {
  fault: null,
  value: null,
  refusal: null,
  twist: {},
  delivery: undefined,
  fate: null,
};

/** What a request that is well-formed meets before any work: latency, rate limits, and the next fault. */
export async function pass(
  state: State,
  call: Call,
  family: Family,
  what: { readonly model: string; readonly method: string },
): Promise<Pass> {
  const { latencyMs } = state.settings();
  if (latencyMs > 0) await state.clock.sleep(latencyMs, state.closing);
  const limited = family === 'paid' ? state.limits.take(what.model) : null;
  if (limited) return { answer: { ...limited, note: 'rate limit' } };
  const drawn = state.faults.draw(family);
  const fault = drawn ? FAULTS[drawn.name] : undefined;
  return drawn && fault
    ? meet(fault, drawn, { ...what, origin: call.origin })
    : { answer: null, manner: PLAIN };
}

function meet(
  fault: Fault,
  { name, value }: Drawn,
  scene: { readonly model: string; readonly method: string; readonly origin: string },
): Pass {
  const plain = { ...PLAIN, fault: name, value };
  if (fault.does === 'answer') return { answer: { ...fault.answer({ ...scene, value }), note: name } };
  if (fault.does === 'refuse') return { answer: null, manner: { ...plain, refusal: fault.refusal } };
  if (fault.does === 'twist') return { answer: null, manner: { ...plain, twist: fault.twist } };
  if (fault.does === 'batch') return { answer: null, manner: { ...plain, fate: fault.fate } };
  const delivery = fault.delivery(value);
  if (!fault.works) return { answer: { status: 200, body: [], delivery, note: name } };
  return { answer: null, manner: { ...plain, delivery } };
}

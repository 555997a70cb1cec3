import type { HttpResponse, Delivery } from './http/response.ts';
import type { Call } from './http/call.ts';
import type { BatchFault, Distortion, Fault, FaultContext, Refusal } from './faults/fault.ts';
import type { DrawnFault } from './faults/queue.ts';
import type { Family } from './faults/schedule.ts';
import { FAULTS } from './faults/faults.ts';
import type { Handler } from './http/route.ts';
import type { State } from './state.ts';

/** How an admitted request is answered: as it should be, or as the fault that it met says. */
export interface Behaviour {
  readonly fault: string | null;
  /** The number after `=` in the schedule. */
  readonly value: number | null;
  readonly refusal: Refusal | null;
  readonly distortion: Distortion;
  readonly delivery: Delivery | undefined;
  readonly batchFault: BatchFault | null;
}

/** A request is answered right away, or goes on to the work. */
export type Admission =
  | { readonly response: HttpResponse }
  | { readonly response: null; readonly behaviour: Behaviour };

interface Asked {
  /** Empty where the request is about none. */
  readonly model: string;
  readonly method: string;
}

export const FAULTLESS: Behaviour = {
  fault: null,
  value: null,
  refusal: null,
  distortion: {},
  delivery: undefined,
  batchFault: null,
};

/** What a well-formed request meets before any work: latency, rate limits, and the next fault. */
export async function admit(state: State, call: Call, family: Family, asked: Asked): Promise<Admission> {
  const { latencyMs } = state.settings();
  if (latencyMs > 0) await state.clock.sleep(latencyMs, state.closing);
  const limited = family === 'paid' ? state.limits.take(asked.model) : null;
  if (limited) return { response: { ...limited, note: 'rate limit' } };
  const drawn = state.faults.draw(family);
  const fault = drawn ? FAULTS[drawn.name] : undefined;
  return drawn && fault
    ? meet(fault, drawn, { ...asked, origin: call.origin })
    : { response: null, behaviour: FAULTLESS };
}

/** A handler whose requests are admitted first, for what costs nothing. */
export const admitting =
  (state: State, family: Family, method: string, handle: Handler): Handler =>
  async (call) => {
    const model = family === 'models' ? (call.names[0] ?? '') : '';
    const admission = await admit(state, call, family, { model, method });
    return admission.response ?? { ...(await handle(call)), delivery: admission.behaviour.delivery };
  };

function meet(fault: Fault, { name, value }: DrawnFault, context: Omit<FaultContext, 'value'>): Admission {
  const behaviour = { ...FAULTLESS, fault: name, value };
  if (fault.does === 'respond') {
    return { response: { ...fault.respond({ ...context, value }), note: name } };
  }
  if (fault.does === 'refuse') return { response: null, behaviour: { ...behaviour, refusal: fault.refusal } };
  if (fault.does === 'distort') {
    return { response: null, behaviour: { ...behaviour, distortion: fault.distortion } };
  }
  if (fault.does === 'batch') {
    return { response: null, behaviour: { ...behaviour, batchFault: fault.batchFault } };
  }
  const delivery = fault.delivery(value);
  if (!fault.works) return { response: { status: 200, body: [], delivery, note: name } };
  return { response: null, behaviour: { ...behaviour, delivery } };
}

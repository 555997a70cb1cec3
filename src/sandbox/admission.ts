import type { HttpResponse, Delivery } from './http/response.ts';
import type { Call } from './http/call.ts';
import type { Distortion, FaultContext, JobFault, Refusal } from './faults/fault.ts';
import type { DrawnFault, Family } from './faults/schedule.ts';
import { FAULTS } from './faults/faults.ts';
import type { Handler } from './http/route.ts';
import type { State } from './state.ts';

/** How an admitted request is answered: as it should be, or as the faults that it met say. */
export interface Behaviour {
  /** Their names. */
  readonly fault: string | null;
  readonly refusal: Refusal | null;
  readonly distortion: Distortion;
  readonly delivery: Delivery | undefined;
  readonly job: JobFault;
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
  refusal: null,
  distortion: {},
  delivery: undefined,
  job: {},
};

/** What a well-formed request meets before any work: latency, rate limits, and the next faults. */
export async function admit(state: State, call: Call, family: Family, asked: Asked): Promise<Admission> {
  const { latencyMs } = state.settings();
  if (latencyMs > 0) await state.clock.sleep(latencyMs, state.closing);
  const limited = family === 'paid' ? state.limits.take(asked.model) : null;
  if (limited) return { response: { ...limited, note: 'rate limit' } };
  return meet(state.faults.draw(family), { ...asked, origin: call.origin });
}

/** A handler whose requests are admitted first, for what costs nothing. */
export const admitting =
  (state: State, family: Family, method: string, handle: Handler): Handler =>
  async (call) => {
    const model = family === 'models' ? (call.names[0] ?? '') : '';
    const admission = await admit(state, call, family, { model, method });
    return admission.response ?? { ...(await handle(call)), delivery: admission.behaviour.delivery };
  };

/** Several faults that one request meets are all true; of two that change the same thing, the later one counts. */
function meet(drawn: readonly DrawnFault[], context: Omit<FaultContext, 'value'>): Admission {
  let behaviour = FAULTLESS;
  for (const { name, value } of drawn) {
    const fault = FAULTS[name];
    if (!fault) continue;
    const met = { ...behaviour, fault: behaviour.fault === null ? name : `${behaviour.fault}+${name}` };
    if (fault.does === 'respond') {
      return { response: { ...fault.respond({ ...context, value }), note: met.fault } };
    }
    if (fault.does === 'refuse') behaviour = { ...met, refusal: fault.refusal };
    if (fault.does === 'distort') {
      behaviour = { ...met, distortion: { ...met.distortion, ...fault.distortion(value) } };
    }
    if (fault.does === 'batch') behaviour = { ...met, job: { ...met.job, ...fault.job(value) } };
    if (fault.does === 'deliver') {
      const delivery = fault.delivery(value);
      if (!fault.works) return { response: { status: 200, body: [], delivery, note: met.fault } };
      behaviour = { ...met, delivery };
    }
  }
  return { response: null, behaviour };
}

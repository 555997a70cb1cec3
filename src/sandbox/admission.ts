import type { HttpResponse, Delivery } from './http/response.ts';
import type { Call } from './http/call.ts';
import type { Distortion, FaultContext, JobFault, Refusal } from './faults/fault.ts';
import type { DrawnFault, Family } from './faults/schedule.ts';
import { FAULTS } from './faults/faults.ts';
import type { Guise } from './guises/guise.ts';
import type { Handler } from './http/route.ts';
import type { State } from './state.ts';

/** How an admitted request is answered: as it should be, or as the faults that it met say. */
export interface Behaviour {
  /** Their names. */
  readonly fault: string | null;
  readonly refusal: Refusal | null;
  readonly distortion: Distortion;
  readonly delivery: Delivery | undefined;
  /** What is answered in place of the work that was done. */
  readonly instead: HttpResponse | null;
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
  instead: null,
  job: {},
};

/** What a well-formed request meets before any work: latency, rate limits, and the next faults. */
export async function admit(state: State, call: Call, family: Family, asked: Asked): Promise<Admission> {
  const { latencyMs } = state.settings();
  if (latencyMs > 0) await state.clock.sleep(latencyMs, state.closing);
  const limited = family === 'paid' ? state.limits.take(asked.model) : null;
  if (limited) return { response: { ...limited, note: 'rate limit' } };
  return meet(state.faults.draw(family), { ...asked, origin: call.origin }, state.guise);
}

/** The answer to work that was done, as its faults let it arrive. */
export const sentAs = ({ instead, delivery }: Behaviour, answer: HttpResponse): HttpResponse => ({
  ...(instead ? { ...instead, note: answer.note ?? '' } : answer),
  delivery,
});

/** A handler whose requests are admitted first, for what costs nothing. */
export const admitting =
  (state: State, family: Family, method: string, handle: Handler): Handler =>
  async (call) => {
    const model = family === 'models' ? (call.names[0] ?? '') : '';
    const admission = await admit(state, call, family, { model, method });
    return admission.response ?? sentAs(admission.behaviour, await handle(call));
  };

/** Several faults that one request meets are all true; of two that change the same thing, the later one counts. */
function meet(
  drawn: readonly DrawnFault[],
  context: Omit<FaultContext, 'value'>,
  { passesOn = (response) => response }: Guise,
): Admission {
  let behaviour = FAULTLESS;
  for (const { name, value } of drawn) {
    const fault = FAULTS[name];
    if (!fault) continue;
    const met = { ...behaviour, fault: behaviour.fault === null ? name : `${behaviour.fault}+${name}` };
    if (fault.does === 'respond') {
      const said = fault.respond({ ...context, value });
      const response = fault.by === 'gateway' ? said : passesOn(said, context.model);
      if (!fault.works) return { response: { ...response, note: met.fault } };
      behaviour = { ...met, instead: response };
    }
    if (fault.does === 'refuse') behaviour = { ...met, refusal: fault.refusal };
    if (fault.does === 'distort') {
      behaviour = { ...met, distortion: both(met.distortion, fault.distortion(value)) };
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

/** Changes to the same answer follow each other. */
function both(first: Distortion, second: Distortion): Distortion {
  const [change, next] = [first.body, second.body];
  return { ...first, ...second, ...(change && next && { body: (body) => next(change(body)) }) };
}

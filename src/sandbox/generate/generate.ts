import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import type { Call } from '../http/call.ts';
import { compose, type Composed } from './compose.ts';
import { readMessage } from '../http/fields.ts';
import { admit, sentAs, type Behaviour } from '../admission.ts';
import { checkRequest, type CheckedRequest } from './check-request.ts';
import type { FindFile } from './contents.ts';
import { generateRequest } from '../messages.ts';
import type { GeminiModel } from '../models/types.ts';
import type { Lane } from '../account/prices.ts';
import type { State } from '../state.ts';
import { isRecord } from './wire.ts';
import type { WireBody } from './wire.ts';

/** POST models/{model}:generateContent */
export async function generate(
  state: State,
  call: Call,
  model: GeminiModel,
  findFile: FindFile,
): Promise<HttpResponse> {
  const request = await read(call, model, findFile);
  return perform(state, call, request, 'generateContent', (body, { behaviour }) => {
    const { streams } = behaviour.distortion;
    return streams === undefined ? jsonResponse(body) : streamed(body, streams);
  });
}

/** POST models/{model}:streamGenerateContent, as server-sent events or as one long array. */
export async function stream(
  state: State,
  call: Call,
  model: GeminiModel,
  findFile: FindFile,
): Promise<HttpResponse> {
  const request = await read(call, model, findFile);
  const form = call.query.get('alt') === 'sse' ? 'events' : 'array';
  return perform(state, call, request, 'streamGenerateContent', (body) => streamed(body, form));
}

const read = async (call: Call, model: GeminiModel, findFile: FindFile): Promise<CheckedRequest> =>
  checkRequest(readMessage(generateRequest, await call.json(), call.version), model, findFile);

function streamed(body: WireBody, form: 'events' | 'array'): HttpResponse {
  const chunks = chunked(body).map((chunk) => JSON.stringify(chunk));
  if (form === 'array') return { status: 200, headers: ARRAY, body: [`[${chunks.join('\n,\r\n')}]\n`] };
  return { status: 200, headers: EVENTS, body: chunks.map((chunk) => `data: ${chunk}\r\n\r\n`) };
}

const ARRAY = { 'content-type': 'application/json; charset=UTF-8' };
const EVENTS = { 'content-type': 'text/event-stream', 'content-disposition': 'attachment' };

/** Answers a request that is in order: with its fault, or with the work, which is charged before it is on its way. */
export async function perform(
  state: State,
  call: Call,
  request: CheckedRequest,
  method: string,
  shape: (
    body: WireBody,
    done: { readonly behaviour: Behaviour; readonly cost: string | null },
  ) => HttpResponse,
): Promise<HttpResponse> {
  const admission = await admit(state, call, 'paid', { model: request.model.id, method });
  if (admission.response) return admission.response;
  const { behaviour } = admission;
  const composed = compose(state, request, behaviour);
  const body = await composed.body();
  const cost = charge(state, request, composed, behaviour, method, laneOf(request));
  const response = shape(body, { behaviour, cost });
  const headers = { ...response.headers, 'x-gemini-service-tier': request.tier };
  return sentAs(behaviour, { ...response, headers, note: noteOf(cost, behaviour) });
}

export const noteOf = (cost: string | null, { fault }: Pick<Behaviour, 'fault'>): string =>
  `${cost === null ? 'not charged' : `$${cost}`}${fault === null ? '' : ` ${fault}`}`;

const laneOf = ({ tier }: CheckedRequest): Lane =>
  tier === 'flex' || tier === 'priority' ? tier : 'standard';

/** Charges an answer that was worked for, whatever becomes of it on its way; the amount, or null for nothing. */
export function charge(
  state: State,
  request: CheckedRequest,
  { usage, responseId }: Composed,
  { fault }: Pick<Behaviour, 'fault'>,
  method: string,
  lane: Lane,
): string | null {
  const charged = { method, model: request.model, lane, fault, responseId };
  const price = state.guise.perCall?.[request.model.id];
  if (price !== undefined) return state.meter.chargeCall(charged, price);
  return usage && state.meter.chargeTokens(charged, usage);
}

/** An answer in chunks of one part each; the last has the reason why it ended. */
function chunked(body: WireBody): readonly WireBody[] {
  const [candidate] = body.candidates ?? [];
  const content = isRecord(candidate?.content) ? candidate.content : {};
  const parts: readonly unknown[] = Array.isArray(content.parts) ? content.parts : [];
  if (!candidate || parts.length < 2) return [body];
  const { finishReason, ...running } = candidate;
  return parts.map((part, index) => {
    const last = index === parts.length - 1;
    const piece = { ...running, content: { ...content, parts: [part] }, ...(last && { finishReason }) };
    return { ...body, candidates: [piece] };
  });
}

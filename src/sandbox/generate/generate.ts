import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import type { Call } from '../http/call.ts';
import { compose, type Composed } from './compose.ts';
import { readMessage } from '../http/fields.ts';
import { admit, type Behaviour } from '../admission.ts';
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
  return perform(state, call, model, findFile, 'generateContent', (body) => jsonResponse(body));
}

/** POST models/{model}:streamGenerateContent, as server-sent events or as one long array. */
export async function stream(
  state: State,
  call: Call,
  model: GeminiModel,
  findFile: FindFile,
): Promise<HttpResponse> {
  const events = call.query.get('alt') === 'sse';
  return perform(state, call, model, findFile, 'streamGenerateContent', (body) => {
    const chunks = chunked(body).map((chunk) => JSON.stringify(chunk));
    if (!events) return { status: 200, headers: ARRAY, body: [`[${chunks.join('\n,\r\n')}]\n`] };
    return { status: 200, headers: EVENTS, body: chunks.map((chunk) => `data: ${chunk}\r\n\r\n`) };
  });
}

const ARRAY = { 'content-type': 'application/json; charset=UTF-8' };
const EVENTS = { 'content-type': 'text/event-stream', 'content-disposition': 'attachment' };

async function perform(
  state: State,
  call: Call,
  model: GeminiModel,
  findFile: FindFile,
  method: string,
  shape: (body: WireBody) => HttpResponse,
): Promise<HttpResponse> {
  const message = readMessage(generateRequest, await call.json(), call.version);
  const request = checkRequest(message, model, findFile);
  const admission = await admit(state, call, 'paid', { model: model.id, method });
  if (admission.response) return admission.response;
  const { behaviour } = admission;
  const composed = compose(state, request, behaviour);
  const response = shape(await composed.body());
  const cost = charge(state, request, composed, behaviour, method, laneOf(request));
  const headers = { ...response.headers, 'x-gemini-service-tier': request.tier };
  return { ...response, headers, delivery: behaviour.delivery, note: noteOf(cost, behaviour) };
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
  return usage && state.meter.chargeTokens({ method, model: request.model, lane, fault, responseId }, usage);
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

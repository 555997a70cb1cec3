import { jsonAnswer } from '../http/response.ts';
import type { Answer } from '../http/response.ts';
import type { Call } from '../http/call.ts';
import { work } from './compose.ts';
import type { Work } from './compose.ts';
import { readMessage } from '../http/fields.ts';
import { pass } from '../admission.ts';
import type { Manner } from '../admission.ts';
import { readJob } from './read-request.ts';
import type { FindFile } from './contents.ts';
import type { Job } from './read-request.ts';
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
): Promise<Answer> {
  return perform(state, call, model, findFile, 'generateContent', (body) => jsonAnswer(body));
}

/** POST models/{model}:streamGenerateContent, as server-sent events or as one long array. */
export async function stream(
  state: State,
  call: Call,
  model: GeminiModel,
  findFile: FindFile,
): Promise<Answer> {
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
  shape: (body: WireBody) => Answer,
): Promise<Answer> {
  const job = readJob(readMessage(generateRequest, await call.json(), call.version), model, findFile);
  const passed = await pass(state, call, 'paid', { model: model.id, method });
  if (passed.answer) return passed.answer;
  const { manner } = passed;
  const ordered = work(state, job, manner);
  const answer = shape(await ordered.body());
  const cost = charge(state, job, ordered, manner, method, laneOf(job));
  const headers = { ...answer.headers, 'x-gemini-service-tier': job.tier };
  return { ...answer, headers, delivery: manner.delivery, note: noteOf(cost, manner) };
}

export const noteOf = (cost: string | null, { fault }: Pick<Manner, 'fault'>): string =>
  `${cost === null ? 'not charged' : `$${cost}`}${fault === null ? '' : ` ${fault}`}`;

const laneOf = ({ tier }: Job): Lane => (tier === 'flex' || tier === 'priority' ? tier : 'standard');

/** The work is done: it is charged, whatever becomes of the answer. */
export function charge(
  state: State,
  job: Job,
  { usage, responseId }: Work,
  { fault }: Pick<Manner, 'fault'>,
  method: string,
  lane: Lane,
): string | null {
  return usage && state.meter.chargeTokens({ method, model: job.model, lane, fault, responseId }, usage);
}

/** One part a chunk; the last has the reason for the end. */
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

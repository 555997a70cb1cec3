import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { refusedItem } from './batches.ts';
import type { Batches } from './batches.ts';
import type { Batch, Item, NewBatch } from './types.ts';
import { MAX_BODY, parseJson } from '../http/call.ts';
import type { Call } from '../http/call.ts';
import { readMessage } from '../http/fields.ts';
import type { ApiVersion } from '../http/fields.ts';
import type { Files, OwnFiles } from '../files/files.ts';
import { filesIn } from '../generate/contents.ts';
import { enqueuedTokens, quotaResponse } from '../faults/quota.ts';
import { admit, sentAs } from '../admission.ts';
import { checkRequest } from '../generate/check-request.ts';
import { batchRequest, generateRequest } from '../messages.ts';
import type { GenerateRequest } from '../messages.ts';
import type { GeminiModel } from '../models/types.ts';
import { invalid, Problem } from '../http/problem.ts';
import { operation } from './operation.ts';
import type { Settings, State } from '../state.ts';
import { isRecord } from '../generate/wire.ts';

/** What the requests in a call may weigh together: https://ai.google.dev/gemini-api/docs/batch-api, checked 2026-11-26. */
const MAX_INLINE = 20 * 1024 * 1024;

/** POST models/{model}:batchGenerateContent */
export async function createBatch(
  state: State,
  call: Call,
  model: GeminiModel,
  { batches, files }: { readonly batches: Batches; readonly files: Files },
): Promise<HttpResponse> {
  const bytes = await call.bytes(MAX_BODY);
  const { batch = {} } = readMessage(batchRequest, parseJson(bytes), call.version);
  const { fileName, requests } = batch.inputConfig ?? {};
  const owner = call.key;
  const own = files.of(owner);
  const check = (request: GenerateRequest): CheckedItem => checkItem(request, model, own);
  let input: Pick<NewBatch, 'inputFile' | 'items' | 'unreadable'>;
  if (fileName !== undefined) {
    const file = own.get(fileName);
    input = { inputFile: fileName, ...readLines(file.bytes ?? Buffer.alloc(0), call.version, check) };
  } else if (requests?.requests && requests.requests.length > 0) {
    if (bytes.length > MAX_INLINE) {
      throw invalid(`Request payload size exceeds the limit: ${MAX_INLINE} bytes.`);
    }
    const items = requests.requests.map(({ request = {}, metadata }) => ({ metadata, ...check(request) }));
    input = { inputFile: null, items, unreadable: null };
  } else {
    throw invalid('* BatchGenerateContentRequest.batch.input_config: input_config is required\n');
  }
  batches.advance();
  const jobs = batches.list().filter((job) => job.owner === owner);
  const full = overQuota(state.settings(), jobs, model.id, input.items);
  if (full) return full;
  const asked = { model: model.id, method: 'batchGenerateContent' };
  const admission = await admit(state, call, 'batch', asked);
  if (admission.response) return admission.response;
  const { behaviour } = admission;
  const created = batches.create(
    { model: model.id, displayName: batch.displayName, owner, files: own, ...input },
    behaviour,
  );
  const note = behaviour.fault ?? created.id;
  return sentAs(behaviour, jsonResponse(await operation(created, false), { note }));
}

type CheckedItem = Omit<Item, 'metadata'>;

/** Refuses what would be more than the account may have waiting and running at a time; null where there is room. */
function overQuota(
  { batchJobs, batchTokens }: Settings,
  jobs: readonly Batch[],
  model: string,
  items: readonly Item[],
): HttpResponse | null {
  const open = jobs.filter(({ outcomes }) => outcomes === null);
  if (open.length >= batchJobs) {
    const message = `You have ${batchJobs} batch jobs already, the most there can be.`;
    throw new Problem('RESOURCE_EXHAUSTED', message);
  }
  if (batchTokens === null) return null;
  const queued = open.filter((job) => job.model === model).flatMap((job) => job.items);
  if (tokensIn([...queued, ...items]) <= batchTokens) return null;
  return { ...quotaResponse(enqueuedTokens(model, batchTokens), null, null), note: 'enqueued tokens' };
}

/** The tokens of the input and of the picture that comes out: Google does not say what it counts. */
const tokensIn = (items: readonly Item[]): number =>
  items.reduce((sum, { request }) => {
    if ('error' in request) return sum;
    const { input, model, size } = request;
    return sum + input.text + input.image + (model.tokens[size] ?? 0);
  }, 0);

/** An item that is refused fails alone, in its place, and not the whole job. */
function orRefused(check: () => CheckedItem): CheckedItem {
  try {
    return check();
  } catch (error) {
    if (error instanceof Problem) return { request: refusedItem(error), files: [] };
    throw error;
  }
}

const checkItem = (request: GenerateRequest, model: GeminiModel, own: OwnFiles): CheckedItem =>
  orRefused(() => ({
    request: checkRequest(request, model, (uri) => own.find(uri)),
    files: filesIn(request.contents ?? []),
  }));

/** A file with a request on each line: {"key": "…", "request": {…}}. */
function readLines(
  bytes: Uint8Array,
  version: ApiVersion,
  check: (request: GenerateRequest) => CheckedItem,
): Pick<NewBatch, 'items' | 'unreadable'> {
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  const items: Item[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if (!parsed) {
      return { items: [], unreadable: `Line ${index + 1} of the input file is not a valid request.` };
    }
    const item = orRefused(() => check(readMessage(generateRequest, parsed.request, version)));
    items.push({ metadata: { key: parsed.key }, ...item });
  }
  return { items, unreadable: items.length > 0 ? null : 'The input file has no requests.' };
}

function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return isRecord(parsed) && isRecord(parsed.request) ? parsed : null;
  } catch {
    return null;
  }
}

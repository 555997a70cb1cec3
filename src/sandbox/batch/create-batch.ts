import { jsonAnswer } from '../http/response.ts';
import type { Answer } from '../http/response.ts';
import { refusedAs } from './batches.ts';
import type { Batch, Batches, Item, NewBatch } from './batches.ts';
import { MAX_BODY, parseJson } from '../http/call.ts';
import type { Call } from '../http/call.ts';
import { readMessage } from '../http/fields.ts';
import type { ApiVersion } from '../http/fields.ts';
import type { Drawer, Files } from '../files/files.ts';
import { filesIn } from '../generate/contents.ts';
import { keyOf } from '../http/keys.ts';
import { enqueuedTokens, quotaAnswer } from '../faults/quota.ts';
import { pass } from '../admission.ts';
import { readJob } from '../generate/read-request.ts';
import { batchRequest, generateRequest } from '../messages.ts';
import type { GenerateRequest } from '../messages.ts';
import type { GeminiModel } from '../models/types.ts';
import { invalid, Problem } from '../http/problem.ts';
import { operation } from './operation.ts';
import type { Settings, State } from '../state.ts';
import { isRecord } from '../generate/wire.ts';

const MAX_INLINE = 20 * 1024 * 1024;

/** POST models/{model}:batchGenerateContent */
export async function createBatch(
  state: State,
  call: Call,
  model: GeminiModel,
  { batches, files }: { readonly batches: Batches; readonly files: Files },
): Promise<Answer> {
  const bytes = await call.bytes(MAX_BODY);
  const { batch = {} } = readMessage(batchRequest, parseJson(bytes), call.version);
  const { fileName, requests } = batch.inputConfig ?? {};
  const owner = keyOf(call);
  const drawer = files.of(owner);
  const read = (request: GenerateRequest): Read => readItem(request, model, drawer);
  let input: Pick<NewBatch, 'inputFile' | 'items' | 'broken'>;
  if (fileName !== undefined) {
    const file = drawer.get(fileName);
    input = { inputFile: fileName, ...readLines(file.bytes ?? Buffer.alloc(0), call.version, read) };
  } else if (requests?.requests && requests.requests.length > 0) {
    if (bytes.length > MAX_INLINE) {
      throw invalid(`Request payload size exceeds the limit: ${MAX_INLINE} bytes.`);
    }
    const items = requests.requests.map(({ request = {}, metadata }) => ({ metadata, ...read(request) }));
    input = { inputFile: null, items, broken: null };
  } else {
    throw invalid('* BatchGenerateContentRequest.batch.input_config: input_config is required\n');
  }
  batches.advance();
  const own = batches.list().filter((each) => each.owner === owner);
  const full = noRoom(state.settings(), own, model.id, input.items);
  if (full) return full;
  const passed = await pass(state, call, 'batch', { model: model.id, method: 'batchGenerateContent' });
  if (passed.answer) return passed.answer;
  const { manner } = passed;
  const created = batches.create(
    { model: model.id, displayName: batch.displayName, owner, drawer, ...input },
    manner,
  );
  return jsonAnswer(await operation(created, false), {
    delivery: manner.delivery,
    note: manner.fault ?? created.id,
  });
}

type Read = Omit<Item, 'metadata'>;

/** What the account may have waiting and running, all of it together. */
function noRoom(
  { batchJobs, batchTokens }: Settings,
  own: readonly Batch[],
  model: string,
  items: readonly Item[],
): Answer | null {
  const open = own.filter(({ outcomes }) => outcomes === null);
  if (open.length >= batchJobs) {
    const message = `You have ${batchJobs} batch jobs already, the most there can be.`;
    throw new Problem('RESOURCE_EXHAUSTED', message);
  }
  if (batchTokens === null) return null;
  const queued = open.filter((job) => job.model === model).flatMap((job) => job.items);
  if (tokensIn([...queued, ...items]) <= batchTokens) return null;
  return { ...quotaAnswer(enqueuedTokens(model, batchTokens), null, null), note: 'enqueued tokens' };
}

/** What goes in and the picture that comes out: Google does not say what it counts. */
const tokensIn = (items: readonly Item[]): number =>
  items.reduce((sum, { job }) => {
    if ('error' in job) return sum;
    return sum + job.input.text + job.input.image + (job.model.tokens[job.size] ?? 0);
  }, 0);

/** What is wrong with one request is said in its place, not in the job's. */
function readItem(request: GenerateRequest, model: GeminiModel, drawer: Drawer): Read {
  const files = filesIn(request.contents ?? []);
  try {
    return { job: readJob(request, model, (uri) => drawer.find(uri)), files };
  } catch (error) {
    if (error instanceof Problem) return { job: refusedAs(error), files: [] };
    throw error;
  }
}

/** A file with a request on each line: {"key": "…", "request": {…}}. */
function readLines(
  bytes: Uint8Array,
  version: ApiVersion,
  read: (request: GenerateRequest) => Read,
): Pick<NewBatch, 'items' | 'broken'> {
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  const items: Item[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if (!parsed) return { items: [], broken: `Line ${index + 1} of the input file is not a valid request.` };
    items.push({ metadata: { key: parsed.key }, ...readRequest(parsed.request, version, read) });
  }
  return items.length > 0 ? { items, broken: null } : { items, broken: 'The input file has no requests.' };
}

function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return isRecord(parsed) && isRecord(parsed.request) ? parsed : null;
  } catch {
    return null;
  }
}

function readRequest(json: unknown, version: ApiVersion, read: (request: GenerateRequest) => Read): Read {
  try {
    return read(readMessage(generateRequest, json, version));
  } catch (error) {
    if (error instanceof Problem) return { job: refusedAs(error), files: [] };
    throw error;
  }
}

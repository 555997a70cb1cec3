import { createHash } from 'node:crypto';
import { Failure, restated } from '../../core/errors.ts';
import type { Order } from '../../core/order/order.ts';
import { referring } from '../../core/order/uploads.ts';
import type {
  BatchApi,
  Composed,
  Credentials,
  NewBatch,
  RemoteBatch,
  BatchResult,
} from '../../ports/index.ts';
import { excerpt, printable } from '../../core/text/text.ts';
import { readError } from '../failures/error-body.ts';
import { failureOf, isGood } from '../failures/judge.ts';
import type { Exchange } from '../http/fetch.ts';
import { withHttp } from '../http/open.ts';
import type { WireContext } from '../http/context.ts';
import { unbilledCalls, isGone } from './unbilled.ts';
import { composeGemini } from './gemini.ts';
import { jsonIn, maybe, tally, word } from '../lenient.ts';
import { BATCH_NAME, jobIn, jobsIn } from './operation.ts';
import { shown } from '../send/preview.ts';
import { z } from 'zod';
import { elements, members, valuesIn } from './scan-json-lines.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const PAGE = 100;
/** A list that always names one more page must not keep the user waiting. */
const MOST_PAGES = 50;

/** The Batch API. Its answers are read raw: the SDK drops errors and counts. */
export function googleBatches(context: WireContext): BatchApi {
  const { provider, open, clock } = context;
  const { baseUrl, credentials, timeouts } = provider;
  const unbilled = unbilledCalls(context);
  const { clean } = credentials;

  const addressOf = (name: string): string => {
    if (BATCH_NAME.test(name)) return `${baseUrl}/v1beta/${name}`;
    throw new Failure('bug', `Not the name of a batch: ${JSON.stringify(name)}.`);
  };

  const makingOf = (model: string): string =>
    `${baseUrl}/v1beta/models/${encodeURIComponent(model)}:batchGenerateContent`;

  function read(body: Uint8Array, what: string): RemoteBatch {
    const job = jobIn(jsonIn(body), clean);
    if (job) return { ...job, results: resultsInside(Buffer.from(body), credentials) };
    throw new Failure('unavailable', `${what} did not work: the answer makes no sense.`, { charged: 'no' });
  }

  async function compose(order: Order): Promise<Composed> {
    const inputs = order.inputs.map((picture) => ({ ...picture, sha256: sha256(picture.bytes) }));
    const marked = inputs.map((picture) => ({ ...picture, uri: markOf(picture.sha256) }));
    return { request: await written({ ...order, inputs: marked }), inputs };
  }

  async function written(order: Order): Promise<string> {
    let request = '';
    // The address names the lane; the request itself must not name another.
    await composeGemini({ ...order, lane: 'now' }, baseUrl, async ({ body }) => {
      request = body ?? '';
    });
    return request;
  }

  async function create(
    { model, displayName, file }: NewBatch,
    signal: AbortSignal,
    stop?: AbortSignal,
  ): Promise<RemoteBatch> {
    const body = JSON.stringify(bodyOf(displayName, file));
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', url: makingOf(model), headers, body } as const;
    const timeoutMs = timeouts.callMs;
    const limits = { signal, timeoutMs, ...(stop && { stop }) };
    const exchange = await withHttp(open, ({ fetch }) => fetch(request, limits));
    const job = isGood(exchange) ? jobIn(jsonIn(exchange.body), clean) : null;
    if (job) return job;
    if (isGood(exchange)) throw uncertain('The answer makes no sense.');
    const failure = failureOf(exchange, { provider, model, timeoutMs, now: clock.now() });
    const { status } = exchange;
    // Only what was never sent, or was refused, certainly made no job.
    const isCertain = failure.charged === 'no' && (status === null || status < 500);
    throw isCertain ? inTheirWords(failure, exchange) : uncertain(failure.message, failure);
  }

  /** A job may wait for days, so it says why in the words of whoever does not take it, with the quota that is met. */
  function inTheirWords(failure: Failure, { body }: Pick<Exchange, 'body'>): Failure {
    const { message, violations } = readError(clean(new TextDecoder().decode(body)));
    const quotas = violations.map(({ quotaId, limit }) => (limit ? `${quotaId}, ${limit}` : quotaId));
    const met = quotas.length > 0 ? ` (${quotas.join('; ')})` : '';
    const theirs = excerpt(message, 300);
    return theirs === '' || failure.message.includes(theirs)
      ? failure
      : restated(failure, { message: `${failure.message} ${provider.title}: ${theirs}${printable(met)}` });
  }

  async function find(displayName: string, signal: AbortSignal): Promise<readonly RemoteBatch[]> {
    const what = 'Looking through the jobs';
    const unclear = (why: string): Failure =>
      new Failure('unavailable', `${what} did not work: ${why}.`, { charged: 'no' });
    let isWhole = true;
    let token = '';
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const query = new URLSearchParams({ pageSize: String(PAGE), ...(token && { pageToken: token }) });
      const url = `${baseUrl}/v1beta/batches?${query.toString()}`;
      const { body } = await unbilled.call({ method: 'GET', url, headers: {}, body: null }, { signal, what });
      const page = jobsIn(jsonIn(body), clean);
      if (page === null) throw unclear('the answer is no list of jobs');
      const found = page.jobs.filter((job) => job.displayName === displayName);
      if (found.length > 0) return found;
      isWhole &&= page.isWhole;
      token = page.next;
      if (token !== '') continue;
      if (isWhole) return [];
      throw unclear('the list holds what is no job');
    }
    throw unclear(`the list does not end after ${MOST_PAGES} pages`);
  }

  return {
    async preview(order) {
      const example = referring({ ...order, count: 1 }, () => 'files/pixtab-…');
      const request = shown(await written(example));
      const lines = [{ key: '…', request }];
      return {
        method: 'POST',
        url: makingOf(order.model.id),
        body: { ...bodyOf('pixtab-…', 'files/…'), lines },
      };
    },
    compose,
    placed: (request, uris) =>
      request.replaceAll(MARK, (_, sha256: string) => `"fileUri":${JSON.stringify(placeOf(sha256, uris))}`),
    create,
    find,
    async get(name, signal) {
      const what = `Asking for ${name}`;
      const request = { method: 'GET', url: addressOf(name), headers: {}, body: null } as const;
      const answer = await unbilled.call(request, { signal, what, accept: isGone });
      return isGone(answer) ? null : read(answer.body, what);
    },
    async cancel(name, signal) {
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'POST', url: `${addressOf(name)}:cancel`, headers, body: '{}' } as const;
      return !isGone(await unbilled.call(request, { signal, what: `Cancelling ${name}`, accept: isGone }));
    },
    results: (file) => resultsIn(file, credentials),
  };
}

// No prompt can hold this mark, because JSON escapes the quotation marks of a text.
const MARK = /"fileUri":"pixtab-input:([0-9a-f]{64})"/g;
const markOf = (sha256: string): string => `pixtab-input:${sha256}`;

function placeOf(sha256: string, uris: ReadonlyMap<string, string>): string {
  const uri = uris.get(sha256);
  if (uri !== undefined) return uri;
  throw new Failure('bug', `A job has no picture ${sha256.slice(0, 8)}.`, { charged: 'no' });
}

const bodyOf = (displayName: string, file: string) => ({
  batch: { displayName, inputConfig: { fileName: file } },
});

const uncertain = (why: string, failure?: Failure): Failure =>
  failure
    ? restated(failure, { kind: 'unconfirmed', charged: 'unknown', repeat: false })
    : new Failure('unconfirmed', `The job may have been made: ${why}`);

const Problem = z.object({ code: maybe(tally), message: word });
const Metadata = z.object({ key: z.string() });

// google.rpc.Code UNKNOWN stands for an error that gives no code.
// https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto, checked 2026-11-26
const UNKNOWN = 2;

type Cleaning = Pick<Credentials, 'clean' | 'scrub'>;

/** The results in a file, one after the other, without the key of the account. */
export async function* resultsIn(
  file: AsyncIterable<Uint8Array>,
  credentials: Cleaning,
): AsyncGenerator<BatchResult> {
  for await (const value of valuesIn(file)) yield resultIn(value, credentials);
}

/** Where results stand inside of the description of a job; Google has them in both places. */
const INSIDE = [['response'], ['metadata', 'output']] as const;

function resultsInside(body: Buffer, credentials: Cleaning): readonly BatchResult[] {
  return INSIDE.flatMap((way) => {
    const list = [...way, 'inlinedResponses', 'inlinedResponses'].reduce<Buffer | undefined>(
      (value, name) => value && members(value)?.get(name),
      body,
    );
    return (list && elements(list))?.map((value) => resultIn(value, credentials)) ?? [];
  });
}

function resultIn(line: Buffer, { clean, scrub }: Cleaning): BatchResult {
  const parts = members(line);
  const key = parts && keyIn(parts);
  const answer = parts?.get('response') ?? NOTHING;
  if (answer[0] === OPEN) return { key, answer: scrub(answer), error: null };
  const problem = Problem.safeParse(jsonIn(parts?.get('error') ?? NOTHING));
  if (!problem.success) return { key: null, answer: null, error: null };
  const { code, message } = problem.data;
  return { key, answer: null, error: { code: code ?? UNKNOWN, message: clean(message ?? '') } };
}

const NOTHING = new Uint8Array();
const OPEN = 0x7b;

/** A file has the key beside the answer; inline answers have it in their metadata. */
function keyIn(parts: ReadonlyMap<string, Uint8Array>): string | null {
  const key = jsonIn(parts.get('key') ?? NOTHING);
  if (typeof key === 'string') return key;
  const { data } = Metadata.safeParse(jsonIn(parts.get('metadata') ?? NOTHING));
  return data?.key ?? null;
}

import { describe, expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { batchesContract } from '../../support/batches.contract.ts';
import { answer, emulator, reset, stall, truncated } from '../../support/emulator.ts';
import type { Play } from '../../support/emulator.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { googleError } from '../../support/answers.ts';
import { anOrder } from '../../support/pricing.ts';
import { running, testClock } from '../../sandbox/support.ts';
import { SANDBOX } from '../../../src/core/providers/sandbox.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import { providerAt } from '../../support/provider.ts';

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';
const signal = new AbortController().signal;
const at = (baseUrl: string) =>
  googleClient(providerAt(baseUrl, KEY, { timeouts: { ...GOOGLE.timeouts, callMs: 200 } }), {
    clock: fakeClock(),
  }).batches;
const NEW = { model: 'gemini-3-pro-image', displayName: 'job-1', file: 'files/abc' };

batchesContract('Google over the sandbox', async () => {
  const clock = testClock();
  const here = fakeClock(clock.now());
  const sandbox = await running({ clock });
  const provider = providerAt(sandbox.url, KEY, SANDBOX);
  return {
    files: googleClient(provider, { clock: here }).files,
    batches: googleClient(provider, { clock: fakeClock() }).batches,
    end: () => clock.advance(60_000),
    later(ms) {
      clock.advance(ms);
      here.advance(ms);
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
});

describe('a job that is made', () => {
  it('is asked for by file, with the key in its header alone', async () => {
    await using google = await emulator(
      answer({ name: 'batches/b1', metadata: { state: 'BATCH_STATE_PENDING' } }),
    );
    await at(google.baseUrl).create(NEW, signal);
    const [request] = google.requests;
    expect(request).toMatchObject({
      method: 'POST',
      url: '/v1beta/models/gemini-3-pro-image:batchGenerateContent',
      headers: { 'x-goog-api-key': KEY },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      batch: { displayName: 'job-1', inputConfig: { fileName: 'files/abc' } },
    });
    expect(request?.body).not.toContain(KEY);
  });

  it.each<[string, Play]>([
    ['a reset', reset],
    ['a stall', stall],
    ['half an answer', truncated],
    ['an error of the server', answer(googleError(500, 'INTERNAL', 'Internal error.'), 500)],
    ['an overload', answer(googleError(503, 'UNAVAILABLE', 'Overloaded.'), 503)],
    ['an answer without sense', { body: '<html>' }],
    ['a name that is none', answer({ name: '../../models', metadata: {} })],
    ['a name that begins elsewhere', answer({ name: 'x/batches/b1', metadata: {} })],
    ['a name that leads elsewhere', answer({ name: 'batches/b1/../../models', metadata: {} })],
    ['a name that wants to be obeyed', answer({ name: 'batches/\u001B[2J\u202E', metadata: {} })],
  ])('may exist after %s, and is not made again', async (_, play) => {
    await using google = await emulator(play);
    expect(await rejection(at(google.baseUrl).create(NEW, signal))).toMatchObject({
      kind: 'unconfirmed',
      charged: 'unknown',
      repeat: false,
    });
    expect(google.requests).toHaveLength(1);
  });

  it('is not made for a caller who stopped before it was sent', async () => {
    await using google = await emulator(answer({ name: 'batches/b1' }));
    expect(await rejection(at(google.baseUrl).create(NEW, signal, AbortSignal.abort()))).toMatchObject({
      kind: 'cancelled',
      charged: 'no',
    });
    expect(google.requests).toHaveLength(0);
  });

  it.each([400, 403, 404, 429])('certainly does not exist after a %i', async (status) => {
    await using google = await emulator(answer(googleError(status, 'X', 'No.'), status));
    expect(await rejection(at(google.baseUrl).create(NEW, signal))).toMatchObject({ charged: 'no' });
  });
});

describe('a job as it is shown', () => {
  const shown = async (body: unknown) => {
    await using google = await emulator(answer(body));
    return await at(google.baseUrl).get('batches/b1', signal);
  };

  it('says why it failed, which the SDK drops', async () => {
    const job = await shown({
      name: 'batches/b1',
      done: true,
      metadata: {
        state: 'BATCH_STATE_FAILED',
        batchStats: { requestCount: '2', failedRequestCount: '2' },
      },
      error: { code: 3, message: 'input file malformed', details: [] },
    });
    expect(job).toMatchObject({
      state: 'failed',
      why: 'input file malformed',
      counts: { total: 2, succeeded: 0, failed: 2 },
    });
  });

  it.each([
    ['SUCCEEDED', { requestCount: '3', successfulRequestCount: '2', failedRequestCount: 1 }, 2],
    ['SUCCEEDED', { requestCount: '3', failedRequestCount: '3' }, 0],
    ['SUCCEEDED', { requestCount: '3' }, null],
    ['EXPIRED', { requestCount: '3', pendingRequestCount: '3' }, 0],
    ['CANCELLED', { requestCount: '3' }, 0],
    ['FAILED', undefined, null],
    ['FAILED', {}, null],
    ['SUCCEEDED', {}, null],
  ])('counts for %s with %j %j successes', async (state, batchStats, succeeded) => {
    const job = await shown({
      name: 'batches/b1',
      done: true,
      metadata: { state: `BATCH_STATE_${state}`, batchStats },
    });
    expect(job?.counts?.succeeded ?? null).toBe(succeeded);
  });

  it.each([
    ['2026-11-22T12:00:00Z', Date.UTC(2026, 10, 22, 12)],
    ['soon', null],
    [undefined, null],
  ])('that ended at %s', async (endTime, endedAt) => {
    const metadata = { state: 'BATCH_STATE_SUCCEEDED', endTime };
    expect(await shown({ name: 'batches/b1', done: true, metadata })).toMatchObject({ endedAt });
  });

  it('may come from elsewhere, with its results in it twice', async () => {
    const inlinedResponses = { inlinedResponses: [{ response: {}, metadata: { custom_id: '0' } }] };
    const job = await shown({
      name: 'batches/b1',
      done: true,
      metadata: { state: 'BATCH_STATE_SUCCEEDED', output: { inlinedResponses } },
      response: { inlinedResponses },
    });
    expect(job).toMatchObject({ state: 'succeeded', resultsFile: null, displayName: null });
  });

  it('names its results wherever they stand', async () => {
    const output = { responsesFile: 'files/batch-out' };
    const state = 'BATCH_STATE_SUCCEEDED';
    for (const body of [{ metadata: { state, output } }, { metadata: { state }, response: output }]) {
      expect(await shown({ name: 'batches/b1', done: true, ...body })).toMatchObject({
        state: 'succeeded',
        resultsFile: 'files/batch-out',
        counts: null,
      });
    }
  });

  it.each(['files/../models', 'batches/b1', '\u001B[2J', ''])(
    'has no results in a file that cannot be one: %j',
    async (responsesFile) => {
      const state = 'BATCH_STATE_SUCCEEDED';
      const job = await shown({ name: 'batches/b1', metadata: { state, output: { responsesFile } } });
      expect(job).toMatchObject({ state: 'succeeded', resultsFile: null });
    },
  );

  it.each([
    ['BATCH_STATE_PENDING', {}, 'pending'],
    ['BATCH_STATE_RUNNING', {}, 'running'],
    ['BATCH_STATE_CANCELLED', { done: true }, 'cancelled'],
    ['JOB_STATE_EXPIRED', { done: true }, 'expired'],
    ['BATCH_STATE_SOMETHING_NEW', {}, 'running'],
    ['BATCH_STATE_SOMETHING_NEW', { done: true }, 'succeeded'],
    ['BATCH_STATE_SOMETHING_NEW', { done: true, error: { code: 13 } }, 'failed'],
  ])('reads %s with %j as %s', async (state, facts, expected) => {
    expect(await shown({ name: 'batches/b1', metadata: { state }, ...facts })).toMatchObject({
      state: expected,
    });
  });

  it('is looked for on every page of the list', async () => {
    const page = (displayName: string, nextPageToken?: string) =>
      answer({ operations: [{ name: 'batches/b1', metadata: { displayName } }, 7], nextPageToken });
    await using google = await emulator(page('other', 'more'), page('job-1'));
    expect(await at(google.baseUrl).find('job-1', signal)).toMatchObject([
      { displayName: 'job-1', results: [] },
    ]);
    expect(google.requests.map(({ url }) => url)).toEqual([
      '/v1beta/batches?pageSize=100',
      '/v1beta/batches?pageSize=100&pageToken=more',
    ]);
  });

  it.each([
    ['an error', { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } }],
    ['another shape', { batches: [] }],
    ['a list', []],
    ['a job whose name is none', { operations: [{ name: '../b1', metadata: { displayName: 'job-1' } }] }],
    ['a job among what is no job', { operations: [{ name: 'batches/b1' }, { odd: true }] }],
    ['nothing', null],
  ])('is not taken for missing where %s stands for the list', async (_, body) => {
    await using google = await emulator(answer(body));
    expect(await rejection(at(google.baseUrl).find('job-1', signal))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
    });
  });

  it('is missing in an account without jobs, whose list is an empty object', async () => {
    await using google = await emulator(answer({}));
    expect(await at(google.baseUrl).find('job-1', signal)).toEqual([]);
  });

  it('is not looked for without an end', async () => {
    await using google = await emulator(answer({ operations: [], nextPageToken: 'more' }));
    expect((await rejection(at(google.baseUrl).find('job-1', signal))).message).toContain('does not end');
    expect(google.requests).toHaveLength(50);
  });

  it.each([
    ['in its response', { response: { inlinedResponses: { inlinedResponses: [] as object[] } } }],
    ['in its metadata', { metadata: { output: { inlinedResponses: { inlinedResponses: [] as object[] } } } }],
  ])('brings results that stand %s, with the key of either place', async (_, body) => {
    const results = [
      { response: { candidates: [] }, metadata: { key: 'a' } },
      { error: { code: 3, message: 'bad part' }, key: 'b' },
    ];
    const text = JSON.stringify({ name: 'batches/b1', done: true, ...body }).replace(
      '[]',
      JSON.stringify(results),
    );
    const job = await shown(JSON.parse(text));
    expect(job?.results.map(({ key, answer, error }) => [key, answer && String(answer), error])).toEqual([
      ['a', '{"candidates":[]}', null],
      ['b', null, { code: 3, message: 'bad part' }],
    ]);
  });

  it('is not taken now for a reason that is told in the words of the API, with its quota', async () => {
    const error = googleError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.');
    const details = [
      { '@type': 'x/google.rpc.QuotaFailure', violations: [{ quotaId: 'BatchTokens', quotaValue: '5' }] },
    ];
    const body = { error: { ...error.error, details } };
    await using google = await emulator(answer(body, 429));
    expect((await rejection(at(google.baseUrl).create(NEW, signal))).message).toMatch(
      /You exceeded your current quota\. \(BatchTokens, 5\)$/,
    );
  });

  it('is asked for again when the answer gets lost: that costs nothing', async () => {
    await using google = await emulator(
      reset,
      answer(googleError(500, 'INTERNAL', 'Internal error.'), 500),
      answer({ name: 'batches/b1', metadata: { state: 'BATCH_STATE_RUNNING' } }),
    );
    expect(await at(google.baseUrl).get('batches/b1', signal)).toMatchObject({ state: 'running' });
    expect(google.requests).toHaveLength(3);
  });

  it('is given up after some tries, and nothing is said to be charged', async () => {
    await using google = await emulator(reset);
    expect(await rejection(at(google.baseUrl).get('batches/b1', signal))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
    });
    expect(google.requests).toHaveLength(6);
  });
});

describe('a request in a file', () => {
  it('is what would be sent now, without a tier', async () => {
    const order = anOrder('gemini-3-pro-image', { lane: 'batch', aspect: '16:9' });
    const { request, inputs } = await at('https://google.example').compose(order);
    expect(inputs).toEqual([]);
    expect(JSON.parse(request)).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'a lighthouse at dusk' }] }],
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '16:9', imageSize: '1K' },
      },
    });
  });
});

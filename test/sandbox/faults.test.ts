import { EventEmitter, once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { FAULTS } from '../../src/sandbox/faults/faults.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { asking, generatePath, json, LITE, PRO, running } from './support.ts';
import type { Json } from './support.ts';

const path = generatePath(LITE);
const wanted = asking('a cat', { responseModalities: ['IMAGE'] });
const partsOf = (body: Json): Json[] => body.candidates[0].content.parts;
const names = (does: string): string[] =>
  Object.entries(FAULTS).flatMap(([name, fault]) => (fault.does === does ? [name] : []));

const waitIn = (text: string): string | undefined => /"retryDelay":\s*"([^"]+)"/.exec(text)?.[1];

describe('a 429', () => {
  it.each([
    ['429', 'generate_requests_per_model, limit: 20', '2s'],
    ['429=0.25', 'Please retry in 0.25s.', '0.25s'],
    ['429-fractional', 'Please retry in 0.539477544s.', '0.539477544s'],
    ['429-absurd', 'Please retry in 68940s.', '68940s'],
    ['429-ms', 'Please retry in 900.2ms.', undefined],
    ['429-no-wait', 'Quota exceeded for metric', undefined],
    ['429-day', 'generate_requests_per_model_per_day', '36s'],
    ['429-limit-0', 'limit: 0, model: gemini-3.1-flash-lite-image', '37s'],
    ['429-credits', 'Your prepayment credits are depleted.', undefined],
    ['429-cap', 'monthly spending cap', undefined],
    ['429-spend', 'spend_per_ten_minutes', undefined],
  ])('%s says "%s" and waits %s', async (schedule, words, wait) => {
    await using sandbox = await running({ faults: schedule });
    const response = await sandbox.post(path, wanted);
    const body = await json(response);
    expect(response.status).toBe(429);
    expect(body.error).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' });
    expect(body.error.message).toContain(words);
    expect(waitIn(JSON.stringify(body))).toBe(wait);
    expect(sandbox.meter().charged).toBe(0);
    expect((await sandbox.post(path, wanted)).status).toBe(200);
  });

  it('tells the day from the minute and the free tier by its quotaId', async () => {
    await using sandbox = await running({ faults: '429,429-day,429-limit-0' });
    const ids = [];
    for (let index = 0; index < 3; index++) {
      const { error } = await json(await sandbox.post(path, wanted));
      ids.push(error.details[1].violations[0].quotaId);
    }
    expect(ids).toEqual([
      'GenerateRequestsPerMinutePerProjectPerModel',
      'GenerateRequestsPerDayPerProjectPerModel',
      'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
    ]);
  });

  it('can wait in a header alone', async () => {
    await using sandbox = await running({ faults: '429-retry-after=7' });
    const response = await sandbox.post(path, wanted);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(waitIn(await response.text())).toBeUndefined();
  });

  it('can be JSON that no parser takes', async () => {
    await using sandbox = await running({ faults: '429-broken-json' });
    const text = await (await sandbox.post(path, wanted)).text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(text).toContain('" @type"');
    expect(text).toContain('\nPlease retry in 2s.');
  });
});

describe('an error before the work', () => {
  it.each([
    ['400', 400, 'INVALID_ARGUMENT'],
    ['400-key', 400, 'API_KEY_INVALID'],
    ['400-location', 400, 'FAILED_PRECONDITION'],
    ['400-billing', 400, 'FAILED_PRECONDITION'],
    ['402', 402, 'prepayment credits'],
    ['403', 403, 'PERMISSION_DENIED'],
    ['403-disabled', 403, 'SERVICE_DISABLED'],
    ['403-leaked', 403, 'reported as leaked'],
    ['404', 404, `models/${LITE} is not found`],
    ['404-new-users', 404, 'no longer available to new users'],
    ['404-html', 404, '<!DOCTYPE html>'],
    ['499', 499, 'CANCELLED'],
    ['500', 500, 'INTERNAL'],
    ['502', 502, '<!DOCTYPE html>'],
    ['503', 503, 'The model is overloaded.'],
    ['503-demand', 503, 'experiencing high demand'],
    ['504', 504, 'DEADLINE_EXCEEDED'],
    ['error-in-200', 200, 'UNAVAILABLE'],
  ])('%s has status %i and says %s', async (schedule, status, words) => {
    await using sandbox = await running({ faults: schedule });
    const response = await sandbox.post(path, wanted);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(words);
    expect(sandbox.meter().charged).toBe(0);
  });

  it.each([
    ['new-api-quota', 403, 'insufficient_user_quota'],
    ['new-api-quota-429', 429, 'insufficient_user_quota'],
    ['new-api-no-channel', 503, `No available channel for model ${LITE}`],
    ['litellm-budget', 400, 'budget_exceeded'],
    ['litellm-budget-429', 429, 'budget_exceeded'],
    ['openrouter-402', 402, 'Insufficient credits'],
    ['openrouter-moderation', 403, 'your input was flagged'],
  ])('of a gateway is in its own words: %s', async (schedule, status, words) => {
    await using sandbox = await running({ faults: schedule });
    const response = await sandbox.post(path, wanted);
    expect([response.status, sandbox.meter().charged]).toEqual([status, 0]);
    expect(await response.text()).toContain(words);
  });

  it.each([
    ['new-api-bad-body', 500, 'bad_response_body'],
    ['litellm-timeout', 408, 'litellm.Timeout'],
    ['upstream-reset', 503, 'upstream connect error'],
    ['lost-502', 502, '<!DOCTYPE html>'],
    ['lost-504', 504, '<!DOCTYPE html>'],
    ['lost-524', 524, '<!DOCTYPE html>'],
  ])('comes after work that is charged: %s', async (schedule, status, words) => {
    await using sandbox = await running({ faults: schedule });
    const response = await sandbox.post(path, wanted);
    expect([response.status, sandbox.meter().charged]).toEqual([status, 1]);
    expect(await response.text()).toContain(words);
  });

  it('can come inside an array', async () => {
    await using sandbox = await running({ faults: '500-array' });
    expect((await json(await sandbox.post(path, wanted)))[0].error.code).toBe(500);
  });

  it('can be a redirect to another origin', async () => {
    await using sandbox = await running({ faults: 'redirect' });
    const response = await fetch(sandbox.url + path, {
      method: 'POST',
      body: JSON.stringify(wanted),
      headers: { 'x-goog-api-key': 'k' },
      redirect: 'manual',
    });
    expect(response.status).toBe(307);
    expect(new URL(response.headers.get('location') ?? '').origin).not.toBe(sandbox.url);
  });
});

describe('a refusal', () => {
  it.each(names('refuse'))('%s has no picture', async (schedule) => {
    await using sandbox = await running({ faults: schedule });
    const response = await sandbox.post(generatePath(PRO), wanted);
    expect(response.status).toBe(200);
    const body = await json(response);
    expect(JSON.stringify(body)).not.toContain('inlineData');
    expect(body.modelVersion).toBe(PRO);
    const { charged, total } = sandbox.meter();
    expect(charged).toBe('usageMetadata' in body ? 1 : 0);
    expect(Number(total)).toBeLessThan(0.01);
  });

  it('counts the thoughts of the Pro model once, although it mirrors them', async () => {
    await using sandbox = await running({ faults: 'IMAGE_SAFETY' });
    const { usageMetadata: usage } = await json(await sandbox.post(generatePath(PRO), wanted));
    expect(usage.candidatesTokenCount).toBe(usage.thoughtsTokenCount);
    expect(usage.totalTokenCount).toBe(usage.promptTokenCount + usage.thoughtsTokenCount);
    const amounts = sandbox.meter().requests[0]?.lines.map((line) => [line.meter, line.quantity]);
    expect(amounts).toEqual([
      ['text input', usage.promptTokenCount],
      ['thinking', usage.thoughtsTokenCount],
    ]);
  });

  it.each([
    ['NO_IMAGE', { content: { role: 'model' }, finishReason: 'NO_IMAGE' }],
    ['refused-no-content', { finishReason: 'NO_IMAGE', index: 0 }],
    ['refused-empty-content', { content: {} }],
    ['refused-null-parts', { content: { parts: null } }],
    ['refused-empty-parts', { content: { parts: [], role: 'model' } }],
  ])('%s has the shape %o', async (schedule, shape) => {
    await using sandbox = await running({ faults: schedule });
    const { candidates } = await json(await sandbox.post(path, wanted));
    expect(candidates[0]).toMatchObject(shape);
    expect('content' in candidates[0]).toBe('content' in shape);
  });

  it('of the prompt itself has no candidates', async () => {
    await using sandbox = await running({ faults: 'blocked-PROHIBITED_CONTENT' });
    const body = await json(await sandbox.post(path, wanted));
    expect(body).not.toHaveProperty('candidates');
    expect(body.promptFeedback).toEqual({ blockReason: 'PROHIBITED_CONTENT' });
  });

  it('of the kind that says it is free reports no usage and costs nothing', async () => {
    await using sandbox = await running({ faults: 'IMAGE_OTHER' });
    const body = await json(await sandbox.post(path, wanted));
    expect(body.candidates[0].finishMessage).toContain('You will not be charged for this request.');
    expect(body).not.toHaveProperty('usageMetadata');
    expect(sandbox.meter().total).toBe('0');
  });
});

describe('an answer that is not what one expects', () => {
  it.each(names('distort'))('%s is charged all the same', async (schedule) => {
    await using sandbox = await running({ faults: schedule });
    expect((await sandbox.post(path, wanted)).status).toBe(200);
    expect(sandbox.meter().charged).toBe(1);
    expect(sandbox.meter().requests[0]?.fault).toBe(schedule);
  });

  it('has draft pictures, each of them counted', async () => {
    await using sandbox = await running({ faults: 'drafts,drafts=10' });
    const three = await json(await sandbox.post(generatePath(PRO), wanted));
    expect(partsOf(three)).toHaveLength(3);
    expect(new Set(partsOf(three).map((part) => part.inlineData.data)).size).toBe(3);
    expect(three.usageMetadata.candidatesTokensDetails[0].tokenCount).toBe(3 * 1120);
    const ten = await json(await sandbox.post(generatePath(PRO), wanted));
    expect(ten.usageMetadata.candidatesTokensDetails[0].tokenCount).toBe(10 * 1120);
    expect(Number(sandbox.meter().requests[1]?.amount)).toBeGreaterThan(1.344);
  });

  it('has an interim picture among the thoughts, which is not counted', async () => {
    await using sandbox = await running({ faults: 'interim' });
    const body = await json(await sandbox.post(generatePath(PRO), wanted));
    expect(partsOf(body).map((part) => part.thought)).toEqual([true, undefined]);
    expect(body.usageMetadata.candidatesTokensDetails[0].tokenCount).toBe(1120);
  });

  it('has words alone', async () => {
    await using sandbox = await running({ faults: 'text-only' });
    const body = await json(await sandbox.post(path, wanted));
    expect(partsOf(body).map((part) => Object.keys(part))).toEqual([['text']]);
    expect(body.usageMetadata).not.toHaveProperty('candidatesTokensDetails');
  });

  it.each([
    ['base64-broken', /[*?]/],
    ['base64-empty', /^$/],
    ['base64-url', /^[\w-]+$/],
    ['picture-garbage', /^dGhpcyBp/],
  ])('%s has data like %s', async (schedule, shape) => {
    await using sandbox = await running({ faults: schedule });
    const body = await json(await sandbox.post(path, wanted));
    expect(partsOf(body)[0].inlineData.data).toMatch(shape);
  });

  it('has half a picture that is still base64', async () => {
    await using sandbox = await running({ faults: 'ok,picture-broken' });
    const dataOf = async () => partsOf(await json(await sandbox.post(path, wanted)))[0].inlineData.data;
    const [whole, half] = [await dataOf(), await dataOf()];
    expect(half.length % 4).toBe(0);
    expect(half.length).toBeLessThan(whole.length * 0.6);
  });

  it('says another type than it has', async () => {
    await using sandbox = await running({ faults: 'wrong-type' });
    const { mimeType, data } = partsOf(await json(await sandbox.post(path, wanted)))[0].inlineData;
    expect(mimeType).toBe('image/png');
    expect(Buffer.from(data, 'base64').subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  });

  it('has a picture without its signature', async () => {
    await using sandbox = await running({ faults: 'ok,no-signature' });
    const fieldsOf = async () =>
      Object.keys(partsOf(await json(await sandbox.post(generatePath(PRO), wanted)))[0]);
    expect(await fieldsOf()).toEqual(['inlineData', 'thoughtSignature']);
    expect(await fieldsOf()).toEqual(['inlineData']);
  });

  it.each([
    ['zero-usage+snake-case', /"inline_data": \{\s+"mime_type"[^]*"candidates_token_count": 0/],
    ['prompt-usage', /"usageMetadata": \{\s+"promptTokenCount": \d+,\s+"totalTokenCount": \d+\s+\}/],
    ['data-url', /"data": "data:image\/jpeg;base64,/],
    ['octet-stream', /"mimeType": "application\/octet-stream"/],
    ['markdown', /"text": "!\[image\]\(data:image\/jpeg;base64,[^"]+\)"/],
    ['sse', /^data: \{/],
    ['chunks', /^\[\{/],
    ['other-model', /"modelVersion": "gemini-2.5-flash-image"/],
  ])('is dressed as gateways do: %s', async (schedule, shape) => {
    await using sandbox = await running({ faults: schedule });
    expect(await (await sandbox.post(path, wanted)).text()).toMatch(shape);
  });

  it('has a picture of half the size', async () => {
    await using sandbox = await running({ faults: 'smaller' });
    const { data } = partsOf(await json(await sandbox.post(path, wanted)))[0].inlineData;
    expect(Buffer.from(data, 'base64').readUInt16BE(27)).toBe(512);
  });

  it('has words nobody knows, no usage, or no split', async () => {
    await using sandbox = await running({ faults: 'unknown-words,no-usage,no-details' });
    const unknown = await json(await sandbox.post(path, wanted));
    expect(unknown.candidates[0].finishReason).toBe('FAKE_NEW_FINISH_REASON');
    expect(unknown.newTopLevelField).toBe('FAKE');
    expect(await json(await sandbox.post(path, wanted))).not.toHaveProperty('usageMetadata');
    const { usageMetadata } = await json(await sandbox.post(path, wanted));
    expect(Object.keys(usageMetadata)).toEqual([
      'promptTokenCount',
      'candidatesTokenCount',
      'totalTokenCount',
      'serviceTier',
    ]);
  });
});

const failing = async (schedule: string) => {
  await using sandbox = await running({ faults: schedule });
  const outcome = await sandbox
    .post(path, wanted)
    .then(async (response) => ({
      status: response.status,
      text: await response.text().catch(() => 'broke'),
    }))
    .catch((error: unknown) => ({ error }));
  return { outcome, charged: sandbox.meter().charged };
};

describe('a bad connection', () => {
  it('breaks before the work for nothing, and after it at the full price', async () => {
    const before = await failing('reset-before');
    expect(before.outcome).toHaveProperty('error.cause.code', 'ECONNRESET');
    expect(before.charged).toBe(0);
    const after = await failing('reset-after');
    expect(after.outcome).toHaveProperty('error.cause.code', 'ECONNRESET');
    expect(after.charged).toBe(1);
  });

  it('breaks off in the middle of the body', async () => {
    expect(await failing('truncate')).toEqual({ outcome: { status: 200, text: 'broke' }, charged: 1 });
  });

  it.each(['stall', 'hang'])('goes silent until the client leaves: %s', async (schedule) => {
    await using sandbox = await running({ faults: schedule });
    const leaving = new AbortController();
    const answer = fetch(sandbox.url + path, {
      method: 'POST',
      body: JSON.stringify(wanted),
      headers: { 'x-goog-api-key': 'k' },
      signal: leaving.signal,
    }).then((response) => response.text());
    while (sandbox.meter().charged === 0) await new Promise((resolve) => setImmediate(resolve));
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
    expect((await sandbox.post(path, wanted)).status).toBe(200);
  });

  it('is slow at the head or in the body, by the clock', async () => {
    const waits: number[] = [];
    const clock = { ...systemClock(), sleep: async (ms: number) => void waits.push(ms) };
    await using sandbox = await running({ faults: 'slow-head=1500,slow-body=2000', clock });
    expect((await json(await sandbox.post(path, wanted))).modelVersion).toBe(LITE);
    expect(waits).toEqual([1500]);
    expect((await json(await sandbox.post(path, wanted))).modelVersion).toBe(LITE);
    expect(waits.slice(1)).toEqual(Array.from({ length: 10 }, () => 200));
  });

  it('brings a body that is no JSON, or a compressed one', async () => {
    await using sandbox = await running({ faults: 'not-json,gzip' });
    expect(await (await sandbox.post(path, wanted)).text()).toMatch(/^\)\]\}'/);
    const zipped = await sandbox.post(path, wanted);
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect((await json(zipped)).modelVersion).toBe(LITE);
  });

  it("brings nothing, or somebody else's page, with status 200", async () => {
    await using sandbox = await running({ faults: 'empty-body,page' });
    const empty = await sandbox.post(path, wanted);
    expect([empty.status, await empty.text()]).toEqual([200, '']);
    const foreign = await sandbox.post(path, wanted);
    expect([foreign.status, foreign.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await foreign.text()).toMatch(/^<!DOCTYPE html>/);
    expect(sandbox.meter().charged).toBe(2);
  });

  it('charges a client that leaves before its answer: the work goes on', async () => {
    const steps = new EventEmitter();
    const released = once(steps, 'release');
    const clock = {
      ...systemClock(),
      async sleep() {
        steps.emit('arrived');
        await released;
      },
    };
    await using sandbox = await running({ latencyMs: 1, clock });
    const leaving = new AbortController();
    const arrived = once(steps, 'arrived');
    const answer = fetch(sandbox.url + path, {
      method: 'POST',
      body: JSON.stringify(wanted),
      headers: { 'x-goog-api-key': 'k' },
      signal: leaving.signal,
    });
    await arrived;
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
    steps.emit('release');
    await vi.waitFor(() => expect(sandbox.meter().charged).toBe(1));
  });

  it('does not keep a closing sandbox waiting', async () => {
    const sandbox = await running({ faults: 'hang' });
    const answer = sandbox.post(path, wanted).catch(() => 'closed');
    while (sandbox.meter().charged === 0) await new Promise((resolve) => setImmediate(resolve));
    await sandbox.close();
    expect(await answer).toBe('closed');
  });
});

it('has a line of help for every fault', () => {
  for (const fault of Object.values(FAULTS)) expect(fault.about).toMatch(/^\S.{5,}/);
});

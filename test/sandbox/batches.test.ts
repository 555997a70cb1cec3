import { describe, expect, it } from 'vitest';
import { asking, json, KEY, LITE, pngHead, PRO, running, testClock } from './support.ts';
import type { Json, Running } from './support.ts';

const path = (model: string): string => `/v1beta/models/${model}:batchGenerateContent`;
const inline = (...requests: Json[]): Json => ({
  batch: {
    displayName: 'job',
    inputConfig: {
      requests: {
        requests: requests.map((request, index) => ({ request, metadata: { key: `k${index}` } })),
      },
    },
  },
});

async function uploaded(
  sandbox: Running,
  mimeType: string,
  body: string | Uint8Array,
  key = KEY,
): Promise<string> {
  const start = await sandbox.post(
    '/upload/v1beta/files',
    { file: { mimeType } },
    { 'x-goog-upload-command': 'start', 'x-goog-api-key': key },
  );
  const end = await fetch(start.headers.get('x-goog-upload-url') ?? '', {
    method: 'POST',
    body,
    headers: {
      'x-goog-api-key': key,
      'x-goog-upload-command': 'upload, finalize',
      'x-goog-upload-offset': '0',
    },
  });
  return (await json(end)).file.uri;
}

async function fromFile(sandbox: Running, lines: string): Promise<Json> {
  const uri = await uploaded(sandbox, 'application/jsonl', lines);
  const fileName = uri.slice(uri.indexOf('files/'));
  return json(await sandbox.post(path(LITE), { batch: { inputConfig: { fileName } } }));
}

/** The lines of a job's results, by key. */
async function resultsOf(sandbox: Running, name: string): Promise<Json> {
  const { response } = await get(sandbox, name);
  const file = await sandbox.get(`/v1beta/${response.responsesFile}:download?alt=media`);
  const lines = (await file.text())
    .trim()
    .split('\n')
    .map((line): Json => JSON.parse(line));
  return Object.fromEntries(lines.map((line) => [line.key, line]));
}

const get = async (sandbox: Running, name: string): Promise<Json> =>
  json(await sandbox.get(`/v1beta/${name}`));
const cancel = (sandbox: Running, name: string) => sandbox.post(`/v1beta/${name}:cancel`, {});

describe('a batch job', () => {
  it('is pending, then running, then done, with its results twice and its counts as strings', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock, batchMs: 1000 });
    const created = await json(await sandbox.post(path(PRO), inline(asking('a'), asking('b'))));
    expect(created).toEqual({
      name: expect.stringMatching(/^batches\/[a-z0-9]{36}$/),
      metadata: {
        '@type': 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch',
        model: `models/${PRO}`,
        displayName: 'job',
        createTime: '2026-11-22T12:00:00.000Z',
        updateTime: '2026-11-22T12:00:00.000Z',
        batchStats: { requestCount: '2', pendingRequestCount: '2' },
        state: 'BATCH_STATE_PENDING',
        name: created.name,
      },
    });
    clock.advance(500);
    const underway = await get(sandbox, created.name);
    expect(underway.metadata.state).toBe('BATCH_STATE_RUNNING');
    expect(underway).not.toHaveProperty('done');
    expect(sandbox.meter().charged).toBe(0);
    clock.advance(500);
    const done = await get(sandbox, created.name);
    expect(done.done).toBe(true);
    expect(done.metadata.state).toBe('BATCH_STATE_SUCCEEDED');
    expect(done.metadata.batchStats).toEqual({ requestCount: '2', successfulRequestCount: '2' });
    expect(done.metadata.endTime).toBe('2026-11-22T12:00:01.000Z');
    const results = done.response.inlinedResponses.inlinedResponses;
    expect(done.metadata.output.inlinedResponses.inlinedResponses).toEqual(results);
    expect(results.map((result: Json) => result.metadata.key)).toEqual(['k0', 'k1']);
    expect(results[0].response.candidates[0].content.parts[0].inlineData.mimeType).toBe('image/jpeg');
  });

  it('shows pictures of its own key to the model, and costs what they cost inline', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock, batchMs: 1000 });
    const uri = await uploaded(sandbox, 'image/png', pngHead(900, 1600));
    const foreign = await uploaded(sandbox, 'image/png', pngHead(900, 1600), 'another-key');
    const showing = (fileUri: string): Json => ({
      contents: [{ parts: [{ text: 'at night' }, { fileData: { mimeType: 'image/png', fileUri } }] }],
    });
    const lines = [uri, foreign, `${sandbox.url}/v1beta/files/nothing`].map((fileUri, index) =>
      JSON.stringify({ key: `k${index}`, request: showing(fileUri) }),
    );
    const made = await fromFile(sandbox, lines.join('\n'));
    clock.advance(1000);
    const results = await resultsOf(sandbox, made.name);
    const image = { modality: 'IMAGE', tokenCount: 560 };
    expect(results.k0.response.usageMetadata.promptTokensDetails).toContainEqual(image);
    for (const key of ['k1', 'k2']) {
      const message = expect.stringMatching(
        /^You do not have permission to access the File .* may not exist/,
      );
      expect(results[key].error).toEqual({ code: 7, message });
    }
    expect(sandbox.meter().charged).toBe(1);
  });

  it('finds a picture gone that expired before it got to it', async () => {
    const clock = testClock();
    const DAY = 24 * 3_600_000;
    await using sandbox = await running({ clock, batchMs: DAY });
    const uri = await uploaded(sandbox, 'image/png', pngHead(900, 1600));
    clock.advance(1.5 * DAY);
    const contents = [
      { parts: [{ text: 'at night' }, { fileData: { fileUri: uri, mimeType: 'image/png' } }] },
    ];
    const made = await fromFile(sandbox, JSON.stringify({ key: 'k0', request: { contents } }));
    clock.advance(DAY);
    expect((await resultsOf(sandbox, made.name)).k0.error.code).toBe(7);
    expect(sandbox.meter().charged).toBe(0);
  });

  it('costs half, once, when it is done', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const { name } = await json(await sandbox.post(path(LITE), inline(asking('a'))));
    expect(sandbox.meter().charged).toBe(0);
    clock.advance(3_600_000);
    const { charged, requests } = sandbox.meter();
    expect(charged).toBe(1);
    expect(requests[0]?.lane).toBe('batch');
    expect(requests[0]?.lines[1]).toEqual({
      meter: 'image output',
      quantity: 1120,
      rate: '0.000015',
      amount: '0.0168',
    });
    await get(sandbox, name);
    await get(sandbox, name);
    expect(sandbox.meter().charged).toBe(1);
  });

  it('from a file gives a file back, with a line for each key in an order of its own', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const keys = Array.from({ length: 12 }, (_, index) => `request-${index}`);
    const lines = keys.map((key) =>
      JSON.stringify({
        key,
        request: {
          contents: [{ parts: [{ text: key }] }],
          generation_config: { response_modalities: ['IMAGE'] },
        },
      }),
    );
    const { name } = await fromFile(sandbox, `${lines.join('\n')}\n\n`);
    clock.advance(3_600_000);
    const done = await get(sandbox, name);
    const { responsesFile } = done.response;
    expect(done.metadata.output).toEqual({ responsesFile });
    expect(responsesFile).toBe(`files/batch-${name.replace('batches/', '')}`);

    const url = `/v1beta/${responsesFile}:download?alt=media`;
    const response = await sandbox.get(url);
    const text = await response.text();
    expect(Number(response.headers.get('content-length'))).toBe(Buffer.byteLength(text));
    const results = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const found = results.map((result) => result.key);
    expect(new Set(found)).toEqual(new Set(keys));
    expect(found).toHaveLength(keys.length);
    expect(found).not.toEqual(keys);
    expect(await (await sandbox.get(`/download${url}`)).text()).toBe(text);
    expect((await json(await sandbox.get(`/v1beta/${responsesFile}`))).sizeBytes).toBe(String(text.length));

    const part = await sandbox.get(url, { range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${text.length}`);
    expect(await part.text()).toBe(text.slice(100, 200));
    expect(await (await sandbox.get(url, { range: `bytes=${text.length - 5}-` })).text()).toBe(
      text.slice(-5),
    );
    expect(await (await sandbox.get(url, { range: 'bytes=-7' })).text()).toBe(text.slice(-7));
    expect((await sandbox.get(url, { range: `bytes=${text.length}-` })).status).toBe(416);
  });

  it('breaks off its result file in the middle when told to', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const line = JSON.stringify({ key: 'a', request: asking('a') });
    const { name } = await fromFile(sandbox, `${line}\n`);
    clock.advance(3_600_000);
    const { response } = await get(sandbox, name);
    sandbox.control.setFaults('files:truncate');
    const url = `/v1beta/${response.responsesFile}:download?alt=media`;
    await expect((await sandbox.get(url)).text()).rejects.toThrow('terminated');
    expect(await (await sandbox.get(url)).text()).toMatch(/"key":"a"\}\n$/);
  });

  it('says in place what is wrong with one of its requests, and does not charge it', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const bad = asking('b', { imageConfig: { aspectRatio: '5:7' } });
    const { name } = await json(await sandbox.post(path(LITE), inline(asking('a'), bad)));
    clock.advance(3_600_000);
    const { metadata, response } = await get(sandbox, name);
    expect(metadata.state).toBe('BATCH_STATE_SUCCEEDED');
    expect(metadata.batchStats).toEqual({
      requestCount: '2',
      successfulRequestCount: '1',
      failedRequestCount: '1',
    });
    expect(response.inlinedResponses.inlinedResponses[1]).toEqual({
      error: { code: 3, message: expect.stringContaining('aspect_ratio must be one of') },
      metadata: { key: 'k1' },
    });
    expect(sandbox.meter().charged).toBe(1);
  });

  it.each(['not json', '{"key":"a"}', '{"key":"a","request":5}', ''])(
    'fails as a whole when its file holds "%s"',
    async (line) => {
      const clock = testClock();
      await using sandbox = await running({ clock });
      const { name } = await fromFile(sandbox, line === '' ? '\n' : `${line}\n`);
      clock.advance(3_600_000);
      const failed = await get(sandbox, name);
      expect(failed.metadata.state).toBe('BATCH_STATE_FAILED');
      expect(failed.error.code).toBe(3);
      expect(sandbox.meter().charged).toBe(0);
    },
  );

  it.each([
    ['batch-failed', 'FAILED', 13, 0],
    ['batch-expired', 'EXPIRED', 4, 0],
    ['batch-stuck', 'PENDING', undefined, 0],
    ['batch-item-errors', 'SUCCEEDED', undefined, 1],
    ['batch:IMAGE_SAFETY', 'SUCCEEDED', undefined, 2],
  ])('%s ends as %s', async (faults, state, code, charged) => {
    const clock = testClock();
    await using sandbox = await running({ clock, faults });
    const { name } = await json(await sandbox.post(path(LITE), inline(asking('a'), asking('b'))));
    clock.advance(3_600_000);
    const ended = await get(sandbox, name);
    expect(ended.metadata.state).toBe(`BATCH_STATE_${state}`);
    expect(ended.error?.code).toBe(code);
    expect(sandbox.meter().charged).toBe(charged);
    if (faults !== 'batch-stuck') return;
    clock.advance(48 * 3_600_000);
    expect((await get(sandbox, name)).metadata.state).toBe('BATCH_STATE_EXPIRED');
  });

  it('can break the connection after it was made: it is there, and found by its name', async () => {
    await using sandbox = await running({ faults: 'batch:reset-after' });
    await expect(sandbox.post(path(LITE), inline(asking('a')))).rejects.toThrow('fetch failed');
    const { operations } = await json(await sandbox.get('/v1beta/batches'));
    expect(operations.map((each: Json) => each.metadata.displayName)).toEqual(['job']);
  });
});

/** A job of four requests from a file, ended, under these faults. */
async function ended(faults: string) {
  const clock = testClock();
  const sandbox = await running({ clock, faults });
  const lines = ['a', 'b', 'c', 'd'].map((key) => JSON.stringify({ key, request: asking(key) }));
  const { name } = await fromFile(sandbox, lines.join('\n'));
  clock.advance(3_600_000);
  // Whoever asks for the account lets the jobs go on.
  sandbox.meter();
  const download = () =>
    sandbox.get(`/v1beta/files/batch-${name.replace('batches/', '')}:download?alt=media`);
  return { sandbox, look: () => get(sandbox, name), download, text: async () => (await download()).text() };
}

const keysIn = (text: string): string[] =>
  [...text.matchAll(/"key":"(\w)"/g)].map(([, key = '']) => key).sort();

describe('the results of a job', () => {
  it.each([
    ['batch-failed-half', 'FAILED'],
    ['batch-expired-half', 'EXPIRED'],
    ['batch-cancelled-half', 'CANCELLED'],
    ['batch-partial', 'PARTIALLY_SUCCEEDED'],
  ])('can be those of half its requests: %s', async (faults, state) => {
    const { sandbox, look, text } = await ended(faults);
    const { metadata, error, response } = await look();
    expect(metadata.state).toBe(`BATCH_STATE_${state}`);
    expect(metadata.output.responsesFile).toMatch(/^files\//);
    expect(error === undefined).toBe(response !== undefined);
    expect(metadata.batchStats).toEqual({
      requestCount: '4',
      successfulRequestCount: '2',
      failedRequestCount: '2',
    });
    expect(keysIn(await text())).toEqual(['a', 'b']);
    expect(sandbox.meter().charged).toBe(2);
    await sandbox.close();
  });

  it('can be named later than the end', async () => {
    const { sandbox, look } = await ended('batch-results-late=2');
    const named = [];
    for (let index = 0; index < 3; index++) {
      const { done, metadata, response } = await look();
      expect([done, metadata.state]).toEqual([true, 'BATCH_STATE_SUCCEEDED']);
      named.push('output' in metadata, response !== undefined);
    }
    expect(named).toEqual([false, false, false, false, true, true]);
    await sandbox.close();
  });

  it.each([
    ['batch-inlined', 'k.metadata.key'],
    ['batch-inlined-keys', 'k.key'],
  ])('can stand in the job itself: %s', async (faults, place) => {
    const { sandbox, look } = await ended(faults);
    const { metadata, response } = await look();
    const results = response.inlinedResponses.inlinedResponses;
    const keyOf = (each: Json) => (place === 'k.key' ? each.key : each.metadata.key);
    expect(results.map(keyOf)).toEqual(['a', 'b', 'c', 'd']);
    expect(metadata.output.inlinedResponses).toEqual(response.inlinedResponses);
    await sandbox.close();
  });

  it.each([
    ['batch-metadata-only', [true, false]],
    ['batch-response-only', [false, true]],
    ['batch-inlined+batch-metadata-only', [true, false]],
  ])('can be said in one place alone: %s', async (faults, places) => {
    const { sandbox, look } = await ended(faults);
    const { metadata, response } = await look();
    expect([metadata.output !== undefined, response !== undefined]).toEqual(places);
    await sandbox.close();
  });

  it('can come without any counts', async () => {
    const { sandbox, look } = await ended('batch-no-stats');
    expect((await look()).metadata.batchStats).toEqual({});
    await sandbox.close();
  });

  it.each([
    ['batch-file-empty=1', /^$/],
    ['batch-file-page=1', /^<!DOCTYPE html>/],
    ['batch-file-cut=1', /[^\n]$/],
    ['batch-file-short=1', /^(?:\{.*\}\n){3}$/],
    ['batch-file-404=1', /"status": "NOT_FOUND"/],
  ])('can be in a file that is not right at first: %s', async (faults, shape) => {
    const { sandbox, text } = await ended(faults);
    expect(await text()).toMatch(shape);
    expect(keysIn(await text())).toEqual(['a', 'b', 'c', 'd']);
    await sandbox.close();
  });

  it('can lack an answer for good, although the job counts it', async () => {
    const { sandbox, look, text } = await ended('batch-file-lacks');
    for (let index = 0; index < 3; index++) expect(keysIn(await text())).toHaveLength(3);
    expect((await look()).metadata.batchStats.successfulRequestCount).toBe('4');
    await sandbox.close();
  });

  it('can begin with a mark, or be an array', async () => {
    const { sandbox, download } = await ended('batch-file-mark+batch-file-404=1');
    expect((await download()).status).toBe(404);
    const bytes = Buffer.from(await (await download()).arrayBuffer());
    expect(bytes.subarray(0, 4).toString()).toBe('\uFEFF{');
    await sandbox.close();
    const array = await ended('batch-file-array');
    expect(JSON.parse(await array.text())).toHaveLength(4);
    await array.sandbox.close();
  });
});

describe('a job that is made', () => {
  const named = async (sandbox: Running): Promise<string[]> => {
    const { operations = [] } = await json(await sandbox.get('/v1beta/batches'));
    return operations.map((each: Json) => each.metadata.displayName);
  };

  it('can be missing from lists at first, even where its answer was lost', async () => {
    await using sandbox = await running({ faults: 'reset-after+batch-unlisted=2' });
    await expect(sandbox.post(path(LITE), inline(asking('a')))).rejects.toThrow('fetch failed');
    expect([await named(sandbox), await named(sandbox), await named(sandbox)]).toEqual([[], [], ['job']]);
  });

  it('can be made twice, and is charged twice', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock, faults: 'batch-twin' });
    await sandbox.post(path(LITE), inline(asking('a')));
    expect(await named(sandbox)).toEqual(['job', 'job']);
    clock.advance(3_600_000);
    expect(sandbox.meter().charged).toBe(2);
  });

  it('can be left out of a list that is empty for once', async () => {
    await using sandbox = await running({ faults: 'jobs:empty-object' });
    await sandbox.post(path(LITE), inline(asking('a')));
    expect([await named(sandbox), await named(sandbox)]).toEqual([[], ['job']]);
  });
});

describe('cancelling', () => {
  it('ends a job that waits, for nothing', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const { name } = await json(await sandbox.post(path(LITE), inline(asking('a'))));
    expect(await json(await cancel(sandbox, name))).toEqual({});
    clock.advance(3_600_000);
    expect((await get(sandbox, name)).metadata.state).toBe('BATCH_STATE_CANCELLED');
    expect(sandbox.meter().charged).toBe(0);
  });

  it('of a job that runs lets it succeed with nothing in it', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock, batchMs: 1000 });
    const { name } = await json(await sandbox.post(path(LITE), inline(asking('a'))));
    clock.advance(600);
    await cancel(sandbox, name);
    clock.advance(600);
    const { metadata, response } = await get(sandbox, name);
    expect(metadata.state).toBe('BATCH_STATE_SUCCEEDED');
    expect(response.inlinedResponses.inlinedResponses).toEqual([
      { error: { code: 1 }, metadata: { key: 'k0' } },
    ]);
    expect(sandbox.meter().charged).toBe(0);
  });

  it('comes too late for a job that is done', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const { name } = await json(await sandbox.post(path(LITE), inline(asking('a'))));
    clock.advance(3_600_000);
    await cancel(sandbox, name);
    expect((await get(sandbox, name)).metadata.state).toBe('BATCH_STATE_SUCCEEDED');
  });
});

describe('a job of another key', () => {
  it('is not there: not to be seen, cancelled, or fetched', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const other = { 'x-goog-api-key': 'AIza-other-key' };
    const line = JSON.stringify({ key: 'a', request: asking('a') });
    const { name } = await fromFile(sandbox, `${line}\n`);
    expect((await sandbox.get(`/v1beta/${name}`, other)).status).toBe(404);
    expect(await json(await sandbox.get('/v1beta/batches', other))).toEqual({});
    expect((await sandbox.post(`/v1beta/${name}:cancel`, {}, other)).status).toBe(404);
    clock.advance(3_600_000);
    const { response } = await get(sandbox, name);
    const file = `/v1beta/${response.responsesFile}:download?alt=media`;
    expect((await sandbox.get(file, other)).status).toBe(403);
    expect((await sandbox.get(file)).status).toBe(200);
  });
});

describe('the list of jobs', () => {
  it('comes in pages, the newest first, without results', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const names = [];
    for (const prompt of ['a', 'b', 'c']) {
      names.unshift((await json(await sandbox.post(path(LITE), inline(asking(prompt))))).name);
    }
    clock.advance(3_600_000);
    const first = await json(await sandbox.get('/v1beta/batches?pageSize=2'));
    const second = await json(
      await sandbox.get(`/v1beta/batches?pageSize=2&pageToken=${first.nextPageToken}`),
    );
    expect([...first.operations, ...second.operations].map((each: Json) => each.name)).toEqual(names);
    expect(JSON.stringify(first)).not.toContain('inlineData');
    await fetch(`${sandbox.url}/v1beta/${names[0]}`, {
      method: 'DELETE',
      headers: { 'x-goog-api-key': KEY },
    });
    expect((await sandbox.get(`/v1beta/${names[0]}`)).status).toBe(404);
  });

  it('holds a hundred that have not ended, and no more', async () => {
    await using sandbox = await running();
    for (let index = 0; index < 100; index++) await sandbox.post(path(LITE), inline(asking('a')));
    expect((await sandbox.post(path(LITE), inline(asking('a')))).status).toBe(429);
  });
});

describe('what an account may have queued', () => {
  it('are as many jobs as it is told', async () => {
    await using sandbox = await running({ batchJobs: 1 });
    expect((await sandbox.post(path(LITE), inline(asking('a')))).status).toBe(200);
    expect((await sandbox.post(path(LITE), inline(asking('a')))).status).toBe(429);
  });

  it('are as many tokens of one model as it is told, of what goes in and comes out, until they are done', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock, batchTokens: 2500 });
    const make = (model: string, ...requests: Json[]) => sandbox.post(path(model), inline(...requests));
    expect((await make(LITE, asking('a'), asking('b'), asking('c'))).status).toBe(429);
    expect((await make(LITE, asking('a'), asking('b'))).status).toBe(200);
    const refused = await make(LITE, asking('a'));
    expect(refused.status).toBe(429);
    expect((await json(refused)).error.message).toContain('batch_enqueued_tokens, limit: 2500');
    expect((await make(PRO, asking('a'))).status).toBe(200);
    clock.advance(3_600_000);
    expect((await make(LITE, asking('a'))).status).toBe(200);
    expect(sandbox.meter().charged).toBe(3);
  });
});

describe('what a batch refuses', () => {
  it.each([
    [LITE, {}, 400],
    [LITE, { batch: { inputConfig: {} } }, 400],
    [LITE, { batch: { inputConfig: { requests: { requests: [] } } } }, 400],
    [LITE, { batch: { inputConfig: { fileName: 'files/nothing' } } }, 403],
    [LITE, inline({ contents: [], foo: 1 }), 400],
    ['imagen-4.0-generate-001', inline(asking('a')), 404],
  ])('is refused by %s (%#)', async (model, body, status) => {
    await using sandbox = await running();
    const response = await sandbox.post(path(model), body);
    expect(response.status).toBe(status);
    expect((await json(response)).error.message).not.toBe('');
  });
});

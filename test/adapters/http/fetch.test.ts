import { createServer } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/adapters/http/engine.ts';
import { guardedFetch } from '../../../src/adapters/http/fetch.ts';
import type { Limits } from '../../../src/adapters/http/fetch.ts';
import {
  answer,
  emulator,
  listening,
  onceReceived,
  played,
  reset,
  stall,
  stallInBody,
  truncated,
} from '../../support/emulator.ts';
import { providerAt } from '../../support/provider.ts';
import { heldTimeouts } from '../../support/timeouts.ts';

const KEY = 'AIzaCanary-0123456789';
const limits = (more: Partial<Limits> = {}): Limits => ({
  signal: new AbortController().signal,
  timeoutMs: 60_000,
  ...more,
});

const engine = await openEngine(null, 'https://google.invalid');
afterAll(() => engine.destroy());

const post = (baseUrl: string, more: Partial<Limits> = {}) =>
  guardedFetch(providerAt(baseUrl, KEY), engine)(
    {
      method: 'POST',
      url: `${baseUrl}/v1beta/models/m:generateContent`,
      headers: { 'x-own': '1' },
      body: '{}',
    },
    limits(more),
  );

const text = (body: Uint8Array) => Buffer.from(body).toString();

describe('guardedFetch', () => {
  it('sends the key as a header and hands back the bytes as they came', async () => {
    await using google = await emulator({ body: '{"a": 1}\n', headers: { 'retry-after': '3' } });
    const exchange = await post(google.baseUrl);
    expect(exchange).toMatchObject({ stage: 'answered', status: 200, broke: null });
    expect(text(exchange.body)).toBe('{"a": 1}\n');
    expect(exchange.headers.get('retry-after')).toBe('3');
    expect(google.requests).toHaveLength(1);
    expect(google.requests[0]).toMatchObject({
      method: 'POST',
      body: '{}',
      headers: { 'x-goog-api-key': KEY, 'x-own': '1', connection: 'close' },
    });
  });

  it('overwrites a key that an answer echoes, and nothing else', async () => {
    await using google = await emulator({ body: `{"a":"${KEY}","b":"${KEY}${KEY}"}` });
    const stars = '*'.repeat(KEY.length);
    expect(text((await post(google.baseUrl)).body)).toBe(`{"a":"${stars}","b":"${stars}${stars}"}`);
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['BR', brotliCompressSync],
    ['deflate, gzip', (body: string) => gzipSync(deflateSync(body))],
    ['identity', (body: string) => Buffer.from(body)],
    ['unheard-of', (body: string) => Buffer.from(body)],
  ])('unpacks an answer that is packed as %s', async (packing, packed) => {
    await using google = await emulator({
      headers: { 'content-encoding': packing },
      body: packed('{"a":1}'),
    });
    expect(text((await post(google.baseUrl)).body)).toBe('{"a":1}');
  });

  it('unpacks what arrived of a packed answer that breaks off', async () => {
    const packed = gzipSync(Buffer.alloc(100_000, '{"a":1}'), { level: 0 });
    await using google = await emulator((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
      response.write(packed.subarray(0, -10), () => onceReceived(() => response.destroy()));
    });
    const exchange = await post(google.baseUrl);
    expect(exchange).toMatchObject({ stage: 'answering', broke: { by: 'network' } });
    expect(text(exchange.body)).toMatch(/^\{"a":1\}/);
  });

  it('has sent nothing where a header cannot be sent', async () => {
    await using google = await emulator(answer({}));
    const send = guardedFetch(providerAt(google.baseUrl, KEY), engine);
    const request = {
      method: 'POST',
      url: `${google.baseUrl}/x`,
      headers: { 'x-own': 'a\nb' },
      body: '{}',
    } as const;
    expect(await send(request, limits())).toMatchObject({ stage: 'unsent', broke: { by: 'network' } });
    expect(google.requests).toHaveLength(0);
  });

  it('has one header of a name, however that is spelt', async () => {
    await using google = await emulator(answer({}));
    const send = guardedFetch(providerAt(google.baseUrl, KEY), engine);
    const headers = { 'User-Agent': 'mine', Accept: 'application/json' };
    await send({ method: 'POST', url: `${google.baseUrl}/x`, headers, body: null }, limits());
    expect(google.requests[0]?.headers).toMatchObject({
      'user-agent': 'mine',
      accept: 'application/json',
      'content-length': '0',
    });
  });

  it.each([301, 302, 303, 307, 308])('shows a %i and does not follow it', async (status) => {
    await using elsewhere = await emulator(answer({}));
    await using google = await emulator({ status, headers: { location: elsewhere.baseUrl } });
    expect(await post(google.baseUrl)).toMatchObject({ stage: 'answered', status });
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('takes no key to another origin', async () => {
    await using google = await emulator(answer({}));
    await using elsewhere = await emulator(answer({}));
    const send = guardedFetch(providerAt(google.baseUrl, KEY), engine);
    const request = { method: 'POST', url: `${elsewhere.baseUrl}/x`, headers: {}, body: '{}' } as const;
    await expect(send(request, limits())).rejects.toMatchObject({ kind: 'bug' });
    expect(elsewhere.requests).toHaveLength(0);
  });

  it.each([
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'ftp://127.0.0.1',
    'https://user:pass@example.com',
    'example.com',
    '',
  ])('refuses the base URL %j', (baseUrl) => {
    expect(() => guardedFetch(providerAt(baseUrl, KEY), engine)).toThrow(/base URL/);
  });

  it.each(['http://localhost:1', 'http://127.9.9.9', 'http://[::1]:80', 'https://example.com/gateway'])(
    'accepts the base URL %j',
    (baseUrl) => {
      expect(() => guardedFetch(providerAt(baseUrl, KEY), engine)).not.toThrow();
    },
  );

  it('knows that a refused connection carried nothing', async () => {
    const gone = await emulator(answer({}));
    await gone[Symbol.asyncDispose]();
    const { stage, status, broke } = await post(gone.baseUrl);
    expect({ stage, status, by: broke?.by, code: broke?.code }).toEqual({
      stage: 'unsent',
      status: null,
      by: 'network',
      code: 'ECONNREFUSED',
    });
  });

  it('knows that a name without an address carried nothing', async () => {
    const { stage, broke } = await post('https://no-such-host.invalid');
    expect(stage).toBe('unsent');
    expect(broke?.code).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  it('knows that a failed TLS handshake carried nothing', async () => {
    const server = createServer((socket) => socket.resetAndDestroy());
    const { stage, broke } = await post(`https://127.0.0.1:${await listening(server)}`);
    server.close();
    expect(stage).toBe('unsent');
    expect(broke?.by).toBe('network');
  });

  it('tells a connection that was reset after the request from one that never stood', async () => {
    await using google = await emulator(reset);
    const { stage, status, broke } = await post(google.baseUrl);
    expect({ stage, status, by: broke?.by }).toEqual({ stage: 'sent', status: null, by: 'network' });
    expect(google.requests).toHaveLength(1);
  });

  it('keeps the status and the part of a body that breaks off', async () => {
    await using google = await emulator(truncated);
    const exchange = await post(google.baseUrl);
    expect(exchange).toMatchObject({ stage: 'answering', status: 200, broke: { by: 'network' } });
    expect(text(exchange.body)).toBe('{"candidates":');
  });

  it.each([
    ['inside of a chunk', '10\r\n{"a":'],
    ['between two chunks', '5\r\n{"a":\r\n'],
    ['before the last line', '5\r\n{"a":\r\n0\r\n'],
  ])(
    'says of a chunked body that it broke off %s, also where the server said that it closes',
    async (_, cut) => {
      const head = 'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n';
      const server = createServer((socket) => {
        socket.once('data', () => socket.write(head + cut, () => onceReceived(() => socket.end())));
      });
      const exchange = await post(`http://127.0.0.1:${await listening(server)}`);
      server.close();
      expect(exchange).toMatchObject({ stage: 'answering', status: 200, broke: { by: 'network' } });
    },
  );

  it('ends a silence before the head at the timeout', async () => {
    using limit = heldTimeouts();
    await using google = await emulator((response, request) => {
      played(stall, response, request);
      onceReceived(() => limit.expire());
    });
    expect(await post(google.baseUrl)).toMatchObject({ stage: 'sent', broke: { by: 'timeout' } });
  });

  it('ends a silence inside the body at the limit for silence', async () => {
    await using google = await emulator(stallInBody);
    const exchange = await post(google.baseUrl, { idleMs: 20 });
    expect(exchange).toMatchObject({ stage: 'answering', broke: { by: 'timeout' } });
  });

  it('has a limit of the length that was asked for', async () => {
    await using google = await emulator(stall);
    expect(await post(google.baseUrl, { timeoutMs: 20 })).toMatchObject({ broke: { by: 'timeout' } });
  });

  it.each([
    ['before the head', stall, 'sent'],
    ['inside the body', stallInBody, 'answering'],
  ] as const)('tells a caller who leaves %s from a timeout', async (_, play, stage) => {
    const caller = new AbortController();
    await using google = await emulator((response, request) => {
      played(play, response, request);
      onceReceived(() => caller.abort());
    });
    expect(await post(google.baseUrl, { signal: caller.signal })).toMatchObject({
      stage,
      broke: { by: 'caller' },
    });
  });

  it('sends nothing for a caller who has already left', async () => {
    await using google = await emulator(answer({}));
    const exchange = await post(google.baseUrl, { signal: AbortSignal.abort() });
    expect(exchange).toMatchObject({ stage: 'unsent', broke: { by: 'caller' } });
    expect(google.requests).toHaveLength(0);
  });

  it('sends nothing for a caller who has already stopped', async () => {
    await using google = await emulator(answer({}));
    const exchange = await post(google.baseUrl, { stop: AbortSignal.abort() });
    expect(exchange).toMatchObject({ stage: 'unsent', broke: { by: 'caller' } });
    expect(google.requests).toHaveLength(0);
  });

  it('writes nothing for a caller who stops while the connection is made', async () => {
    const stop = new AbortController();
    let heard = 0;
    // A connection that stands, and a handshake that never ends: the request waits behind it.
    const server = createServer((socket) => {
      socket.on('data', () => {
        heard += 1;
        stop.abort();
      });
      socket.on('error', () => undefined);
    });
    const exchange = await post(`https://127.0.0.1:${await listening(server)}`, { stop: stop.signal });
    server.close();
    expect(exchange).toMatchObject({ stage: 'unsent', broke: { by: 'caller' } });
    expect(heard).toBe(1);
  });

  it('lets what may be written come although the caller stops', async () => {
    const stop = new AbortController();
    await using google = await emulator((response, request) => {
      stop.abort();
      onceReceived(() => played(answer({}), response, request));
    });
    expect(await post(google.baseUrl, { stop: stop.signal })).toMatchObject({
      stage: 'answered',
      status: 200,
    });
  });

  it('takes a timeout longer than the platform can count', async () => {
    await using google = await emulator(answer({}));
    expect(await post(google.baseUrl, { timeoutMs: 2 ** 40 })).toMatchObject({ stage: 'answered' });
  });

  it('leaves an endless answer at the bound', async () => {
    await using google = await emulator({ body: 'x'.repeat(2_000) });
    const exchange = await post(google.baseUrl, { mostBytes: 1_000 });
    expect(exchange).toMatchObject({ stage: 'answering', status: 200, broke: { by: 'size' } });
  });

  it('reads an endless error only in part, and keeps its status', async () => {
    await using google = await emulator({ status: 503, body: Buffer.alloc(5 * 1024 * 1024, 'x') });
    const exchange = await post(google.baseUrl);
    expect(exchange).toMatchObject({ stage: 'answered', status: 503, broke: null });
    expect(exchange.body.byteLength).toBeLessThanOrEqual(1024 * 1024);
  });

  it('sends a hundred requests under one signal without a listener left behind', async () => {
    await using google = await emulator(answer({}));
    const warnings: string[] = [];
    const note = (warning: Error) => warnings.push(warning.message);
    process.on('warning', note);
    const { signal } = new AbortController();
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 20 }, () => post(google.baseUrl, { signal })));
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
    expect(google.requests).toHaveLength(100);
  });
});

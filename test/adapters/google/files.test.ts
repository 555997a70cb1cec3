import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { aFile, HOUR } from '../../support/batches.contract.ts';
import { googleError } from '../../support/answers.ts';
import { answer, emulator, onceReceived, played, reset } from '../../support/emulator.ts';
import type { Play } from '../../support/emulator.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import { providerAt } from '../../support/provider.ts';

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';
const signal = new AbortController().signal;
/** Longer than any file of an earlier time still lives. */
const asked = { signal, lastsMs: 48 * HOUR };
const at = (baseUrl: string, { idleMs = 60_000 } = {}) =>
  googleClient(providerAt(baseUrl, KEY, { timeouts: { ...GOOGLE.timeouts, callMs: 60_000, idleMs } }), {
    clock: fakeClock(),
  }).files;
/** A silence that a test waits for. */
const SHORT = { idleMs: 150 };

const MISSING = answer(googleError(404, 'NOT_FOUND', 'Not found.'), 404);
const FILE = { name: 'files/a-file', uri: 'https://google.example/v1beta/files/a-file', sizeBytes: '3' };
const FINAL = { 'x-goog-upload-status': 'final' };
const stored = (facts: object = {}): Play => ({
  status: 200,
  headers: FINAL,
  body: JSON.stringify({ file: { ...FILE, ...facts } }),
});
const STORED = stored();
const TAKEN = { error: { code: 409, message: 'a-file already exists.', status: 'ALREADY_EXISTS' } };
const hexOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const begun = (url: string): Play => ({ headers: { 'x-goog-upload-url': url }, body: '' });
const active: Play = { headers: { 'x-goog-upload-status': 'active' }, body: '' };
const received = (bytes: number): Play => ({
  headers: { 'x-goog-upload-status': 'active', 'x-goog-upload-size-received': String(bytes) },
  body: '',
});
const PIECE = 8 * 1024 * 1024;

async function read(file: Promise<AsyncIterable<Uint8Array> | null>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of (await file) ?? []) all.push(chunk);
  return Buffer.concat(all).toString();
}

describe('an upload', () => {
  it('goes to the host that the user named, whatever host the API names, with the key', async () => {
    await using google = await emulator(MISSING, begun('https://elsewhere.example/up?upload_id=7'), STORED);
    expect(await at(google.baseUrl).upload(aFile('abc'), asked)).toEqual({
      name: 'files/a-file',
      uri: FILE.uri,
      mimeType: '',
      bytes: 3,
      expiresAt: null,
    });
    const [, start, piece] = google.requests;
    expect(start).toMatchObject({
      method: 'POST',
      url: '/upload/v1beta/files',
      headers: {
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-length': '3',
        'x-goog-upload-header-content-type': 'application/jsonl',
      },
    });
    expect(JSON.parse(start?.body ?? '')).toEqual({
      file: {
        name: expect.stringMatching(/^files\/pixtab-[0-9a-f]{32}$/),
        displayName: 'a-file.jsonl',
        mimeType: 'application/jsonl',
        sizeBytes: '3',
      },
    });
    expect(piece).toMatchObject({
      url: '/up?upload_id=7',
      body: 'abc',
      headers: {
        'x-goog-upload-command': 'upload, finalize',
        'x-goog-upload-offset': '0',
        'x-goog-api-key': KEY,
      },
    });
  });

  it('is not made when the file is there already', async () => {
    await using google = await emulator(answer(FILE));
    expect(await at(google.baseUrl).upload(aFile('abc'), asked)).toMatchObject({ bytes: 3 });
    expect(google.requests).toHaveLength(1);
  });

  it('is made in pieces of eight megabytes, however the file is read', async () => {
    const chunk = new Uint8Array(3 * 1024 * 1024).fill(97);
    const whole = stored({ sizeBytes: String(4 * chunk.byteLength) });
    await using google = await emulator(MISSING, begun('https://x.example/up'), active, whole);
    const file = {
      ...aFile(''),
      bytes: 4 * chunk.byteLength,
      async *read() {
        for (let n = 0; n < 4; n++) yield chunk;
      },
    };
    await at(google.baseUrl).upload(file, asked);
    const pieces = google.requests.slice(2);
    expect(pieces.map(({ body }) => body.length)).toEqual([PIECE, 4 * 1024 * 1024]);
    expect(pieces.map(({ headers }) => headers['x-goog-upload-offset'])).toEqual(['0', String(PIECE)]);
  });

  it.each([
    ['as the API names it', 'https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=1'],
    ['as the gateway names it', 'https://relay.example/acc/google-ai-studio/upload/v1beta/files?upload_id=1'],
  ])('stays under the path of a gateway: %s', async (_, place) => {
    await using google = await emulator(MISSING, begun(place), STORED);
    await at(`${google.baseUrl}/acc/google-ai-studio`).upload(aFile('abc'), asked);
    const paths = google.requests.map(({ url }) => url.replace(/\?.*$/, ''));
    expect(paths.slice(1)).toEqual([
      '/acc/google-ai-studio/upload/v1beta/files',
      '/acc/google-ai-studio/upload/v1beta/files',
    ]);
    expect(google.requests.at(-1)?.url).toContain('?upload_id=1');
  });

  it('goes on from the byte that arrived when a piece breaks', async () => {
    await using google = await emulator(MISSING, begun('https://x.example/up'), reset, received(2), STORED);
    await at(google.baseUrl).upload(aFile('abc'), asked);
    const [, , , query, rest] = google.requests;
    expect(query?.headers['x-goog-upload-command']).toBe('query');
    expect(rest).toMatchObject({ body: 'c', headers: { 'x-goog-upload-offset': '2' } });
  });

  it('finds the file when only the last answer got lost', async () => {
    await using google = await emulator(MISSING, begun('https://x.example/up'), reset, MISSING, answer(FILE));
    expect(await at(google.baseUrl).upload(aFile('abc'), asked)).toMatchObject({ bytes: 3 });
    expect(google.requests.at(-1)).toMatchObject({
      method: 'GET',
      url: google.requests[0]?.url,
    });
  });

  it('starts over when a piece in the middle got lost, and leaves no hole', async () => {
    const chunk = new Uint8Array(3 * 1024 * 1024).fill(97);
    const whole = stored({ sizeBytes: String(4 * chunk.byteLength) });
    const again = [MISSING, begun('https://x.example/up'), active, whole];
    await using google = await emulator(MISSING, begun('https://x.example/up'), reset, MISSING, ...again);
    const file = {
      ...aFile(''),
      bytes: 4 * chunk.byteLength,
      async *read() {
        for (let n = 0; n < 4; n++) yield chunk;
      },
    };
    await at(google.baseUrl).upload(file, asked);
    const sent = google.requests.filter(({ headers }) => headers['x-goog-upload-offset'] !== undefined);
    const offsets = sent.map(({ headers }) => headers['x-goog-upload-offset']);
    expect(offsets).toEqual(['0', '0', String(PIECE)]);
  });

  it('ends when a piece never arrives', async () => {
    const dead: Play = (response, request) =>
      request.headers['x-goog-upload-command'] === 'query'
        ? void response.writeHead(200, { 'x-goog-upload-size-received': '0' }).end()
        : request.socket.resetAndDestroy();
    await using google = await emulator(MISSING, begun('https://x.example/up'), dead);
    expect(await rejection(at(google.baseUrl).upload(aFile('abc'), asked))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
    });
  });

  it.each([
    ['a byte more each time', 1],
    ['more than there is', 1_000_000],
  ])('ends where the API says that %s arrived', async (_, step) => {
    let arrived = 0;
    const lying: Play = (response, request) => {
      if (request.method === 'GET') return played(MISSING, response, request);
      if (request.url === '/upload/v1beta/files')
        return played(begun('https://x.example/up'), response, request);
      if (request.headers['x-goog-upload-command'] !== 'query') return request.socket.resetAndDestroy();
      return played(received((arrived += step)), response, request);
    };
    await using google = await emulator(lying);
    expect(await rejection(at(google.baseUrl).upload(aFile('abc'.repeat(1_000)), asked))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
    });
    expect(google.requests.length).toBeLessThan(500);
  });

  it('is not waited for under a name that the API makes up', async () => {
    await using google = await emulator(
      MISSING,
      begun('https://x.example/up'),
      stored({ name: 'files/../models', state: 'PROCESSING' }),
    );
    expect(await rejection(at(google.baseUrl).upload(aFile('abc'), asked))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
    });
  });

  it('refuses a file that is not as long as it was said to be', async () => {
    await using google = await emulator(MISSING, begun('https://x.example/up'), active);
    const file = { ...aFile('abc'), bytes: 4 };
    expect(await rejection(at(google.baseUrl).upload(file, asked))).toMatchObject({ kind: 'usage' });
  });

  it.each<[string, readonly Play[]]>([
    ['as it begins', [answer(TAKEN, 409)]],
    ['when it is whole', [begun('https://x.example/up'), answer(TAKEN, 409)]],
    ['under a good status', [begun('https://x.example/up'), { headers: FINAL, body: JSON.stringify(TAKEN) }]],
  ])('goes under another name when its own turns out to be taken %s', async (_, plays) => {
    const again = [MISSING, MISSING, begun('https://x.example/up'), STORED];
    await using google = await emulator(MISSING, ...plays, ...again);
    expect(await at(google.baseUrl).upload(aFile('abc'), asked)).toMatchObject({ bytes: 3 });
    const starts = google.requests.filter(({ url }) => url === '/upload/v1beta/files');
    const names = starts.map(({ body }) => (JSON.parse(body) as { file: { name: string } }).file.name);
    expect(new Set(names).size).toBe(2);
  });

  it('gives up when every name is taken', async () => {
    const taken: Play = (response, request) => {
      response.writeHead(request.method === 'GET' ? 404 : 409);
      response.end(JSON.stringify(TAKEN));
    };
    await using google = await emulator(taken);
    expect(await rejection(at(google.baseUrl).upload(aFile('abc'), asked))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
    });
  });

  it.each([
    ['its hash', { sha256Hash: base64(hexOf('xyz')) }],
    ['its size', { sizeBytes: '4' }],
    ['its state', { state: 'FAILED' }],
  ])('does not take for the file what differs from it by %s', async (_, facts) => {
    await using google = await emulator(
      answer({ ...FILE, ...facts }),
      answer(TAKEN, 409),
      MISSING,
      MISSING,
      begun('https://x.example/up'),
      STORED,
    );
    await at(google.baseUrl).upload(aFile('abc'), asked);
    expect(google.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
  });

  it.each([
    ['of its digits', base64(hexOf('abc'))],
    ['of its bytes', createHash('sha256').update('abc').digest('base64')],
  ])('knows its file by the hash, in base64 %s', async (_, sha256Hash) => {
    await using google = await emulator(answer({ ...FILE, sha256Hash }));
    await at(google.baseUrl).upload(aFile('abc'), asked);
    expect(google.requests).toHaveLength(1);
  });

  it('is made again when what arrived is not what was sent', async () => {
    const broken = stored({ sha256Hash: base64(hexOf('abd')) });
    const gone = answer({});
    const begin = [MISSING, begun('https://x.example/up')];
    await using google = await emulator(...begin, broken, gone, ...begin, STORED);
    expect(await at(google.baseUrl).upload(aFile('abc'), asked)).toMatchObject({ bytes: 3 });
    expect(google.requests[3]).toMatchObject({ method: 'DELETE', url: google.requests[0]?.url });
  });

  it('has a name that tells neither what is in it nor whose it is', async () => {
    const nameOf = async (apiKey: string): Promise<string> => {
      await using google = await emulator(answer(FILE));
      const { baseUrl } = google;
      const files = googleClient(providerAt(baseUrl, apiKey), { clock: fakeClock() }).files;
      await files.upload(aFile('abc'), asked);
      return google.requests[0]?.url ?? '';
    };
    const mine = await nameOf(KEY);
    expect(mine).toBe(await nameOf(KEY));
    expect(mine).not.toBe(await nameOf(`${KEY}2`));
    for (const secret of [KEY, hexOf('abc'), hexOf(KEY)]) expect(mine).not.toContain(secret.slice(0, 16));
  });

  it('waits until the API has taken the file in', async () => {
    await using google = await emulator(
      answer({ ...FILE, state: 'PROCESSING' }),
      answer({ ...FILE, state: 'ACTIVE' }),
    );
    expect(await at(google.baseUrl).get('files/a-file', signal)).toMatchObject({ bytes: 3 });
    expect(google.requests).toHaveLength(2);
  });

  it('ends the wait for a file that is never taken in, and tells of it meanwhile', async () => {
    const told: number[] = [];
    await using google = await emulator(
      answer(googleError(404, 'NOT_FOUND', 'gone'), 404),
      { headers: { 'x-goog-upload-url': 'https://google.invalid/upload?id=1' }, body: '{}' },
      {
        headers: { 'x-goog-upload-status': 'final' },
        body: JSON.stringify({ file: { ...FILE, state: 'PROCESSING' } }),
      },
      answer({ ...FILE, state: 'PROCESSING' }),
    );
    const options = { ...asked, timeoutMs: 25_000, onWait: (arrived: number) => void told.push(arrived) };
    expect(await rejection(at(google.baseUrl).upload(aFile('abc'), options))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
      repeat: false,
      message: 'The API had not taken in files/a-file after 25 s; nothing was charged.',
    });
    expect(told).toEqual([3, 3]);
  });

  it('takes a refused key for what it is, and not for a file that is gone', async () => {
    await using google = await emulator(answer(googleError(403, 'PERMISSION_DENIED', 'Suspended.'), 403));
    expect(await rejection(at(google.baseUrl).get('files/a-file', signal))).toMatchObject({ kind: 'auth' });
  });
});

const half =
  (text: string, end: (response: ServerResponse) => void): Play =>
  (response) => {
    response.writeHead(200, { 'content-length': String(text.length + 5) });
    response.write(text, () => end(response));
  };

const destroyed = (response: ServerResponse): void => void response.destroy();

/** A file that breaks off once the text was read, however long that takes; who asks for more by a range gets the rest. */
function breaking(text: string, rest: Play, end = destroyed, headers: Readonly<Record<string, string>> = {}) {
  let cut = (): void => {};
  const play: Play = (response, request) => {
    if (request.headers.range !== undefined) return played(rest, response, request);
    response.writeHead(200, { 'content-length': String(text.length + 5), ...headers });
    response.write(text);
    cut = () => end(response);
  };
  async function read(file: Promise<AsyncIterable<Uint8Array> | null>): Promise<string> {
    let all = '';
    for await (const chunk of (await file) ?? []) {
      all += Buffer.from(chunk).toString();
      if (all.length >= text.length) cut();
    }
    return all;
  }
  return { play, read };
}

describe('a download', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['the connection breaks', destroyed],
    ['nothing more comes', () => undefined],
  ])('goes on where it was when %s', async (_, end) => {
    const { play, read } = breaking('one\ntw', { status: 206, body: 'o\nthree\n' }, end);
    await using google = await emulator(play);
    expect(await read(at(google.baseUrl, SHORT).download('files/batch-1', signal))).toBe('one\ntwo\nthree\n');
    const { 0: first } = google.requests;
    expect(first).toMatchObject({ url: '/v1beta/files/batch-1:download?alt=media' });
    expect(first?.headers.range).toBeUndefined();
    expect(google.requests.at(-1)?.headers).toMatchObject({ range: 'bytes=6-', 'x-goog-api-key': KEY });
  });

  it('leaves out what it has when the range is ignored', async () => {
    const { play, read } = breaking('one\ntw', { body: 'one\ntwo\n' });
    await using google = await emulator(play);
    expect(await read(at(google.baseUrl).download('files/batch-1', signal))).toBe('one\ntwo\n');
  });

  it.each<[string, Play]>([
    ['is another by its version', { status: 206, headers: { etag: '"2"' }, body: 'o\n' }],
    ['is another as a whole', { headers: { etag: '"2"' }, body: 'one\ntwo\n' }],
    ['begins behind what it has', { status: 206, headers: { 'content-range': 'bytes 7-9/10' }, body: 'x' }],
    ['is gone', { status: 404, body: '{}' }],
  ])('does not mix two files: it ends where the rest %s', async (_, rest) => {
    const { play, read } = breaking('one\ntw', rest, destroyed, { etag: '"1"' });
    await using google = await emulator(play);
    expect(await rejection(read(at(google.baseUrl).download('files/batch-1', signal)))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
      message: expect.stringContaining('meanwhile'),
    });
  });

  it('goes on where the server says that it begins', async () => {
    const rest = { status: 206, headers: { 'content-range': 'bytes 4-8/9' }, body: 'two\n!' };
    const { play, read } = breaking('one\ntw', rest);
    await using google = await emulator(play);
    expect(await read(at(google.baseUrl).download('files/batch-1', signal))).toBe('one\ntwo\n!');
  });

  it('gives nothing of a file that was sent without its beginning', async () => {
    const late = { status: 206, headers: { 'content-range': 'bytes 4-8/9' }, body: 'two\n!' };
    await using google = await emulator(late);
    expect(await rejection(at(google.baseUrl).download('files/batch-1', signal))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
      message: expect.stringContaining('sent without its beginning'),
    });
  });

  it('asks for the bytes as they are: parts of something compressed could not be put together', async () => {
    await using google = await emulator({ body: 'one' });
    await read(at(google.baseUrl).download('files/batch-1', signal));
    expect(google.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('is whole when nothing is behind what it has', async () => {
    const { play, read } = breaking('one\n', { status: 416, body: '' });
    await using google = await emulator(play);
    expect(await read(at(google.baseUrl).download('files/batch-1', signal))).toBe('one\n');
  });

  it('ends when it breaks off at the same byte again and again', async () => {
    await using google = await emulator(half('', destroyed));
    const failed = rejection(read(at(google.baseUrl).download('files/batch-1', signal)));
    expect(await failed).toMatchObject({ kind: 'unavailable', charged: 'no' });
    expect(google.requests).toHaveLength(3);
  });

  it('ends when it breaks off after a byte again and again', async () => {
    const byByte: Play = (response, request) => {
      const [from = '0'] = /\d+/.exec(request.headers.range ?? '') ?? [];
      response.writeHead(206, { 'content-range': `bytes ${from}-999999/1000000`, 'content-length': '9' });
      response.write('x', () => onceReceived(() => response.destroy()));
    };
    await using google = await emulator(byByte);
    const failed = rejection(read(at(google.baseUrl).download('files/batch-1', signal)));
    expect(await failed).toMatchObject({ kind: 'unavailable', charged: 'no' });
    expect(google.requests.length).toBeLessThan(10);
  });

  it('is left when it trickles for more than an hour, and not for a clock that jumps', async () => {
    const clock = fakeClock();
    const trickle = (most: number): Play =>
      function dripped(response) {
        let sent = 0;
        response.writeHead(200);
        const timer = setInterval(() => {
          clock.advance(HOUR);
          sent += 1;
          if (sent < most) response.write('x');
          else response.end('x');
        }, 2);
        response.on('close', () => clearInterval(timer));
      };
    const fetched = async (most: number) => {
      await using google = await emulator(trickle(most));
      const files = googleClient(providerAt(google.baseUrl, KEY), { clock }).files;
      return await read(files.download('files/batch-1', signal));
    };
    expect(await fetched(2)).toBe('xx');
    expect(await rejection(fetched(10_000))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
      message: expect.stringContaining('too slow'),
    });
  });

  it('stops at once for a caller who leaves', async () => {
    const caller = new AbortController();
    await using google = await emulator(half('one', () => caller.abort()));
    expect(await rejection(read(at(google.baseUrl).download('files/batch-1', caller.signal)))).toMatchObject({
      kind: 'cancelled',
    });
  });

  it('does not hurry a reader who takes longer than silence may last', async () => {
    await using google = await emulator(half('one', (response) => response.end('12345')));
    let text = '';
    for await (const chunk of (await at(google.baseUrl, SHORT).download('files/batch-1', signal)) ?? []) {
      text += Buffer.from(chunk).toString();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(text).toBe('one12345');
  });

  it('follows no redirect', async () => {
    await using elsewhere = await emulator({ body: 'stolen' });
    await using google = await emulator({ status: 302, headers: { location: elsewhere.baseUrl }, body: '' });
    expect(await rejection(read(at(google.baseUrl).download('files/batch-1', signal)))).toMatchObject({
      kind: 'unavailable',
    });
    expect(elsewhere.requests).toHaveLength(0);
  });
});

it('stops a name that is none before anything is sent', async () => {
  await using google = await emulator(answer(FILE));
  expect(await rejection(at(google.baseUrl).get('files/../models', signal))).toMatchObject({ kind: 'bug' });
  expect(google.requests).toHaveLength(0);
});

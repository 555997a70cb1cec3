import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { sending } from '../../../src/adapters/send/sending.ts';
import {
  candidate,
  googleError,
  imagePart,
  pictureAnswer,
  PIXEL,
  textAnswer,
} from '../../support/answers.ts';
import { sendOptions } from '../../support/api.contract.ts';
import { twoTone } from '../../support/bomb.ts';
import { onceReceived } from '../../support/emulator.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { rejection } from '../../support/failure.ts';
import { anOrder } from '../../support/pricing.ts';
import { providerAt } from '../../support/provider.ts';
import { noting, peakIn } from '../../support/peak-memory.ts';
import { message, poured, rawServer, type RawPlay } from '../../support/raw-server.ts';
import { workplace, type Workplace } from '../pixtab.ts';

// A server that holds the key and lies about everything else. Whatever it says: what may be paid for is counted and kept,
// memory and time have an end, and the key goes nowhere else.

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';
const ORDER = ['a cat', '-m', 'nano-banana-2-lite', '--json', '--yes', '--retries', '0', '-o', 'out/'];
const GOOD = JSON.stringify(pictureAnswer());
const JSON_TYPE = 'content-type: application/json';
const lengthOf = (body: string | Uint8Array) => `content-length: ${Buffer.byteLength(body)}`;

/** A whole answer, with more headers. */
const ok =
  (body: string | Uint8Array, ...headers: readonly string[]): RawPlay =>
  (socket) =>
    socket.end(message('200 OK', [JSON_TYPE, lengthOf(body), ...headers], body));
const bytes =
  (whole: string | Uint8Array): RawPlay =>
  (socket) =>
    socket.end(whole);
const headed = (headers: readonly string[], body: string | Uint8Array = GOOD): RawPlay =>
  bytes(message('200 OK', [JSON_TYPE, ...headers], body));
const status = (line: string, ...headers: readonly string[]): RawPlay =>
  bytes(message(line, [...headers, 'content-length: 0']));

const chunked = (body: string, size: number): string =>
  (body.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])
    .map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`)
    .join('') + '0\r\n\r\n';

const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const EVIL = '\u001B[2J\u001B]0;mine\u0007\u202Egnp.exe\u0085\u009B31m\u2028\u0000../../../etc/passwd';

/** A head, and then the same piece so often. */
function headedBy(head: Uint8Array, piece: Uint8Array, most: number, end = ''): RawPlay {
  return (socket) => {
    socket.write(head);
    poured(socket, piece, most, end);
  };
}

/** What a purchase ends with: its kind, and whether the answer stays in the journal. */
type End = 'ok' | 'refused' | 'unread, kept' | 'unconfirmed' | 'unconfirmed, kept' | 'unavailable' | 'usage';

const CASES: readonly (readonly [what: string, play: RawPlay, end: End])[] = [
  [
    'its type is a page',
    (socket) => socket.end(message('200 OK', ['content-type: text/html', lengthOf(GOOD)], GOOD)),
    'ok',
  ],
  ['its length is none', headed([]), 'ok'],
  ['its length is more than there is', headed([`content-length: ${GOOD.length + 50}`]), 'ok'],
  ['its length ends in its usage', headed([`content-length: ${GOOD.length - 50}`]), 'ok'],
  ['its length ends in its picture', headed(['content-length: 100']), 'unconfirmed, kept'],
  ['its length is said twice', headed([lengthOf(GOOD), lengthOf(GOOD)]), 'unconfirmed'],
  ['its length is said in two ways', headed([lengthOf(GOOD), 'content-length: 5']), 'unconfirmed'],
  ['its length is below zero', headed(['content-length: -5']), 'unconfirmed'],
  ['its length is no number', headed(['content-length: 1e9']), 'unconfirmed'],
  [
    'it is in chunks and has a length',
    headed([lengthOf(GOOD), 'transfer-encoding: chunked'], chunked(GOOD, 99)),
    'unconfirmed',
  ],
  ['its chunks are of one byte', headed(['transfer-encoding: chunked'], chunked(GOOD, 1)), 'ok'],
  ['its chunks have no length', headed(['transfer-encoding: chunked'], `zz\r\n${GOOD}`), 'unconfirmed'],
  [
    '20,000 lines follow its chunks',
    headed(
      ['transfer-encoding: chunked'],
      chunked(GOOD, 999).replace(/\r\n$/, `${'x: a\r\n'.repeat(20_000)}\r\n`),
    ),
    'ok',
  ],
  ['it has 20,000 header lines', ok(GOOD, ...many(20_000, (line) => `x-${line}: a`)), 'unconfirmed'],
  ['it has 2,000 header lines', ok(GOOD, ...many(2_000, () => 'x: a')), 'ok'],
  ['one of its headers has a megabyte', ok(GOOD, `x: ${'a'.repeat(1_000_000)}`), 'unconfirmed'],
  ['its headers have control characters', ok(GOOD, 'x: \u001B[2J'), 'unconfirmed'],
  ['its status line does not end', (socket) => poured(socket, Buffer.alloc(65_536, 'A'), 1e9), 'unconfirmed'],
  [
    'its header does not end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      poured(socket, Buffer.alloc(65_536, 'A'), 1e9);
    },
    'unconfirmed',
  ],
  ['it is of HTTP/1.0', bytes(`HTTP/1.0 200 OK\r\n${JSON_TYPE}\r\n\r\n${GOOD}`), 'ok'],
  ['it has no head', bytes(GOOD), 'unconfirmed'],
  ['it is of HTTP/2', bytes(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])), 'unconfirmed'],
  [
    'it comes after a hundred interim answers',
    bytes(
      Buffer.concat([
        Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n'.repeat(100)),
        message('200 OK', [lengthOf(GOOD)], GOOD),
      ]),
    ),
    'ok',
  ],
  [
    'it changes the protocol',
    bytes('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    'unconfirmed',
  ],
  ['its status is 204', bytes('HTTP/1.1 204 No Content\r\n\r\n'), 'unconfirmed, kept'],
  ['its status is 206', bytes(message('206 Partial Content', [lengthOf(GOOD)], GOOD)), 'ok'],
  ['its status is 304', status('304 Not Modified'), 'unconfirmed'],
  ['its status is 000', status('000 What'), 'unconfirmed'],
  ['its status is 999', status('999 What'), 'unconfirmed'],
  ['it says gzip and is not packed', ok(GOOD, 'content-encoding: gzip'), 'ok'],
  ['it says br and is not packed', ok(GOOD, 'content-encoding: br'), 'ok'],
  ['it says deflate and is gzip', ok(gzipSync(GOOD), 'content-encoding: deflate'), 'unconfirmed, kept'],
  ['it is packed and does not say so', ok(gzipSync(GOOD)), 'unconfirmed, kept'],
  [
    'its packing is damaged',
    ok(gzipSync(GOOD).fill(0xff, 40, 60), 'content-encoding: gzip'),
    'unconfirmed, kept',
  ],
  [
    'it is packed a thousand times, it says',
    ok(GOOD, `content-encoding: ${many(1_000, () => 'gzip').join(',')}`),
    'unconfirmed, kept',
  ],
  ['it is packed in a way that nobody knows', ok(GOOD, 'content-encoding: pigeon'), 'ok'],
  ['it is 100,000 arrays deep', ok(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'unconfirmed, kept'],
  [
    'a part of it is 100,000 objects deep',
    ok(GOOD.replace('"parts":[', `"parts":[{"x":${deep(100_000)}},`)),
    'ok',
  ],
  [
    'its usage is 100,000 objects deep',
    ok(GOOD.replace('"promptTokenCount":22', `"promptTokenCount":${deep(100_000)}`)),
    'ok',
  ],
  [
    'its error is 100,000 objects deep',
    bytes(
      message(
        '400 Bad Request',
        [JSON_TYPE],
        `{"error":{"code":400,"message":"No.","status":"INVALID_ARGUMENT","details":[${deep(100_000)}]}}`,
      ),
    ),
    'usage',
  ],
  [
    'it names prototypes',
    ok(GOOD.replace('{', '{"__proto__":{"candidates":[]},"constructor":{"prototype":{"isAdmin":true}},')),
    'ok',
  ],
  [
    'its picture has 400 million pixels',
    ok(JSON.stringify(candidate([imagePart(twoTone(20_000, 20_000))]))),
    'unread, kept',
  ],
  ['it has a thousand pictures', ok(JSON.stringify(candidate(many(1_000, () => imagePart(PIXEL))))), 'ok'],
  [
    'it has a thousand thoughts',
    ok(
      JSON.stringify(
        candidate([...many(1_000, () => ({ thought: true, ...imagePart(PIXEL) })), imagePart(PIXEL)]),
      ),
    ),
    'ok',
  ],
  [
    'it wants to be obeyed',
    ok(JSON.stringify({ ...textAnswer(EVIL), modelVersion: EVIL, responseId: EVIL })),
    'refused',
  ],
  [
    'its refusal wants to be obeyed',
    ok(
      JSON.stringify({
        candidates: [{ finishReason: EVIL, finishMessage: EVIL }],
        usageMetadata: { promptTokenCount: 9 },
      }),
    ),
    'refused',
  ],
  [
    'its error wants to be obeyed',
    bytes(message('400 \u001B[2J', [JSON_TYPE], JSON.stringify(googleError(400, EVIL, EVIL)))),
    'usage',
  ],
  [
    'its picture is called after a path',
    ok(
      JSON.stringify(
        candidate([{ ...imagePart(PIXEL), name: '../../evil.png', displayName: '/etc/evil.png' }]),
      ),
    ),
    'ok',
  ],
  ['its type is a path', ok(JSON.stringify(candidate([imagePart(PIXEL, 'image/../../../evil')]))), 'ok'],
];

interface Document {
  readonly outcome: string;
  readonly cost: { readonly charged: string; readonly amount: string; readonly basis: string };
}

// oxlint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/;

/** Everything below a folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const all = await Promise.all(
    names.map(async (name) => ((await stat(join(folder, name)).catch(() => null))?.isFile() ? [name] : [])),
  );
  return all.flat();
}

/** A database takes files of its own away whenever it is closed. */
const contentOf = (path: string): Promise<Buffer> => readFile(path).catch(() => Buffer.of());

const buying = async (play: RawPlay) => {
  const google = await rawServer(play);
  const here = await workplace({ settings: { PIXTAB_BASE_URL: google.baseUrl, GEMINI_API_KEY: KEY } });
  return {
    google,
    here,
    async [Symbol.asyncDispose]() {
      await google[Symbol.asyncDispose]();
      await here[Symbol.asyncDispose]();
    },
  };
};

/** What of the laws can be seen from outside. */
async function heldToTheLaws(here: Workplace, end: End, charged: string): Promise<void> {
  const places = { home: here.home, work: here.dir };
  for (const [name, place] of Object.entries(places)) {
    for (const file of await filesBelow(place)) {
      expect((await contentOf(join(place, file))).includes(KEY), `${name}/${file} holds the key`).toBe(false);
    }
  }
  expect((await filesBelow(here.dir)).filter((file) => !file.startsWith('out/'))).toEqual([]);
  const { total } = (await here.run(['spend', '--json'])).json<{
    total: { requests: number; unconfirmedRequests: number };
  }>();
  expect(total.requests + total.unconfirmedRequests).toBe(charged === 'no' ? 0 : 1);
  const kept = await filesBelow(join(here.home, 'state/journal'));
  expect(kept.length).toBe(end.endsWith('kept') ? 1 : 0);
  expect((await here.run(['ledger', 'check'])).code).toBe(0);
}

describe('an answer', () => {
  it.each(CASES)('of which %s is bought once, counted and kept', async (_, play, end) => {
    await using buy = await buying(play);
    const ran = await buy.here.run(ORDER);
    const { outcome, cost } = ran.json<Document>();
    expect({ outcome, stderr: ran.stderr }).toMatchObject({ outcome: end.replace(', kept', '') });
    expect(ran.code).not.toBe(1);
    expect(ran.stderr).not.toMatch(OBEYED);
    expect(buy.google.requests).toHaveLength(1);
    expect(cost.charged).toBe(end.startsWith('unconfirmed') ? 'unknown' : end === 'usage' ? 'no' : 'yes');
    expect(Number(cost.amount) > 0).toBe(cost.charged !== 'no');
    await heldToTheLaws(buy.here, end, cost.charged);
  });
});

describe('a server that leads elsewhere', () => {
  it.each([
    [301, 'unavailable', 'no'],
    [302, 'unavailable', 'no'],
    [303, 'unconfirmed', 'unknown'],
    [307, 'unavailable', 'no'],
    [308, 'unavailable', 'no'],
  ])(
    'with %i is not followed, to its own origin or another, and the key stays',
    async (code, outcome, charged) => {
      await using elsewhere = await rawServer(ok(GOOD));
      for (const place of ['/v1beta/other', elsewhere.baseUrl]) {
        await using buy = await buying(status(`${code} Elsewhere`, `location: ${place}`));
        const ran = await buy.here.run(ORDER);
        expect(ran.json<Document>()).toMatchObject({ outcome, cost: { charged } });
        expect([buy.google.requests.length, elsewhere.requests.length]).toEqual([1, 0]);
      }
    },
  );
});

describe('a connection that closes', () => {
  it('after any byte of an answer leaves a whole picture, or something that may have been charged', async () => {
    const body = JSON.stringify({ candidates: [{ content: { parts: [imagePart(PIXEL)] } }] });
    const whole = message('200 OK', [lengthOf(body)], body);
    let cut = 0;
    await using google = await rawServer((socket) => {
      socket.write(whole.subarray(0, cut), () => onceReceived(() => socket.destroy(), 2));
    });
    const { images } = googleClient(providerAt(google.baseUrl, KEY), { clock: fakeClock() });
    const ends: string[] = [];
    for (; cut < whole.length; cut++) {
      const sent = images.send(anOrder('gemini-3-pro-image'), sendOptions());
      const end = await sent.then(
        ({ body: came }) =>
          images
            .read(came, 'generateContent')
            .images.map((image) => image.bytes.length)
            .join(),
        (error: unknown) => (error instanceof Failure ? `${error.kind}, ${error.charged}` : String(error)),
      );
      if (end !== ends.at(-1)) ends.push(end);
    }
    expect(ends).toEqual(['unconfirmed, unknown', String(PIXEL.length)]);
  });
});

describe('a wait that a server asks for', () => {
  const AT = Date.parse('2026-11-22T12:00:00Z');
  const asked = (headers: readonly string[], details: readonly object[] = []): RawPlay =>
    bytes(
      message(
        '429 Slow down',
        [JSON_TYPE, ...headers],
        JSON.stringify(googleError(429, 'RESOURCE_EXHAUSTED', 'Slow down.', details)),
      ),
    );
  const info = (retryDelay: unknown) => [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }];

  const WAITS: readonly (readonly [string, RawPlay])[] = [
    ...[
      '-5',
      '0',
      '3',
      '1e308',
      'NaN',
      'Infinity',
      '99999999999999999999',
      '0x10',
      '5, 6',
      '3.5.5',
      'soon',
      'Thu, 01 Jan 1970 00:00:00 GMT',
      'Fri, 31 Dec 9999 23:59:59 GMT',
      'Sun, 22 Nov 2026 12:00:30 GMT',
      'Mon, 99 Foo 2026 99:99:99 GMT',
    ].map((value) => [`Retry-After: ${value}`, asked([`retry-after: ${value}`])] as const),
    ...[
      '-5s',
      '0s',
      '2.5s',
      '1e308s',
      'NaNs',
      `${'9'.repeat(400)}s`,
      '99999999999999999999s',
      'PT5S',
      '1970-01-01T00:00:00Z',
      '',
      5,
      null,
      {},
      [],
      true,
    ].map((value) => [`RetryInfo: ${JSON.stringify(value).slice(0, 30)}`, asked([], info(value))] as const),
  ];

  it.each(WAITS)('is kept or left, and nobody waits longer than five minutes: %s', async (_, play) => {
    await using google = await rawServer(play);
    const clock = fakeClock(AT);
    const provider = providerAt(google.baseUrl, KEY);
    const { images } = sending(googleClient(provider, { clock }), provider, {}, { clock, sha256: () => '' });
    const failure = await rejection(
      images.send(anOrder('gemini-3-pro-image'), sendOptions({ retries: 5, retryBudgetMs: 300_000 })),
    );
    expect(failure).toMatchObject({ kind: 'rate-limited', charged: 'no' });
    expect(failure.message).not.toMatch(/to wait (?!\d{1,7} )/);
    const { waits } = clock;
    expect(waits.every((ms) => Number.isFinite(ms) && ms >= 0)).toBe(true);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(300_000);
    expect(google.requests).toHaveLength(waits.length + 1);
  });
});

/** What docs/reliability.md promises of one answer, in MiB. */
const MOST_MEMORY = 1_024;

const BASE64 = Buffer.alloc(2 ** 16, 'A');
const opened = (text: string): Buffer => message('200 OK', [JSON_TYPE], text);

describe('an answer without measure', () => {
  it.each<[string, RawPlay, string]>([
    ['of 10 GB of zeros', headedBy(opened(''), Buffer.alloc(2 ** 16), 1e10), 'unconfirmed'],
    [
      'of a picture as large as any answer',
      headedBy(
        opened('{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"'),
        BASE64,
        127 * 2 ** 20,
        '"}}]}}]}',
      ),
      'unread',
    ],
    [
      'of 127 million brackets',
      headedBy(opened(''), Buffer.alloc(2 ** 16, '['), 127 * 2 ** 20),
      'unconfirmed',
    ],
    [
      'of 1 GB of zeros in a megabyte',
      ok(Buffer.concat(many(16, () => gzipSync(Buffer.alloc(2 ** 26)))), 'content-encoding: gzip'),
      'unconfirmed',
    ],
  ])('%s ends, within the memory that is promised', async (_, play, outcome) => {
    await using buy = await buying(play);
    const file = join(buy.here.home, '..', 'peak');
    const ran = await buy.here.spawned(ORDER, { env: { NODE_OPTIONS: noting(file) } });
    expect(ran.json<Document>()).toMatchObject({ outcome });
    expect(await peakIn(file)).toBeLessThan(MOST_MEMORY);
  });
});

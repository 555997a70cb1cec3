import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { googleError, pictureAnswer, refusalAnswer, textAnswer } from '../support/answers.ts';
import { answer, emulator, listening, reset, truncated } from '../support/emulator.ts';
import type { Play } from '../support/emulator.ts';
import { workplace } from './pixtab.ts';

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';
const ORDER = ['a lighthouse', '-m', 'gemini-3-pro-image', '--retries', '0', '-v'];

describe('the environment', () => {
  it('neither redirects a request, nor moves it to another platform, nor makes the SDK talk', async () => {
    await using elsewhere = await emulator(answer({}));
    await using google = await emulator(answer(pictureAnswer()));
    await using place = await workplace();
    const { code, stdout, stderr } = await place.spawned(['a lighthouse', '--json'], {
      env: {
        PIXTAB_BASE_URL: google.baseUrl,
        GEMINI_API_KEY: KEY,
        GOOGLE_API_KEY: 'another-key',
        GOOGLE_GENAI_USE_VERTEXAI: 'true',
        GOOGLE_GENAI_USE_ENTERPRISE: 'true',
        GOOGLE_CLOUD_PROJECT: 'project',
        GOOGLE_CLOUD_LOCATION: 'us-central1',
        GOOGLE_GEMINI_BASE_URL: elsewhere.baseUrl,
        GOOGLE_VERTEX_BASE_URL: elsewhere.baseUrl,
      },
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'ok' });
    expect(stderr).not.toMatch(/Using GOOGLE_API_KEY|vertex|deprecat|experimental|warning/i);
    expect(elsewhere.requests).toHaveLength(0);
    expect(google.requests.map(({ headers }) => headers['x-goog-api-key'])).toEqual([KEY]);
  });
});

describe('a proxy', () => {
  it('carries the request to the API, encrypted, where NODE_EXTRA_CA_CERTS names the certificate', async () => {
    const tls = join(import.meta.dirname, '../support/tls');
    const keys: unknown[] = [];
    const google = createTlsServer(
      { key: await readFile(join(tls, 'key.pem')), cert: await readFile(join(tls, 'certificate.pem')) },
      (request, response) => {
        keys.push(request.headers['x-goog-api-key']);
        request.resume().on('end', () => response.end(JSON.stringify(pictureAnswer())));
      },
    );
    const port = await listening(google);
    const tunnels: unknown[] = [];
    const proxy = createServer().on('connect', ({ url }, socket) => {
      tunnels.push(url);
      const onwards = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      onwards.pipe(socket).pipe(onwards);
      onwards.on('error', () => socket.destroy());
      socket.on('error', () => onwards.destroy());
    });
    const env = {
      PIXTAB_BASE_URL: 'https://gemini.test',
      GEMINI_API_KEY: KEY,
      HTTPS_PROXY: `http://127.0.0.1:${await listening(proxy)}`,
    };
    await using place = await workplace();
    const trusting = { ...env, NODE_EXTRA_CA_CERTS: join(tls, 'certificate.pem') };
    const [bought, doubted] = await Promise.all(
      [trusting, env].map((each) =>
        place.spawned(['a lighthouse', '-o', 'one.png', '--retries', '0'], { env: each }),
      ),
    );
    google.close().closeAllConnections();
    proxy.close().closeAllConnections();

    expect(bought).toMatchObject({ code: 0, stderr: expect.stringContaining('paid') });
    expect(doubted?.code).toBe(10);
    expect(doubted?.stderr).toMatch(/certificate of gemini\.test is not trusted/);
    expect(tunnels).toEqual(['gemini.test:443', 'gemini.test:443']);
    expect(keys).toEqual([KEY]);
  });
});

describe('the key', () => {
  const echo = {
    status: 'INVALID_ARGUMENT',
    message: `Bad key ${KEY}.`,
    details: [{ reason: KEY, detail: `key=${KEY}` }],
  };
  it.each<[string, Play, number]>([
    ['a refused key', answer({ error: { code: 400, ...echo } }, 400), 2],
    [
      'no permission',
      answer(googleError(403, 'PERMISSION_DENIED', `Consumer 'api_key:${KEY}' has been suspended.`), 403),
      3,
    ],
    ['a rate limit', answer(googleError(429, 'RESOURCE_EXHAUSTED', `${KEY} is out.`), 429), 7],
    ['a page', { status: 500, body: `<html>${KEY}`.repeat(500) }, 8],
    ['a redirect', { status: 302, headers: { location: `https://${KEY}.example/?key=${KEY}` } }, 10],
    ['a reset', reset, 8],
    ['half an answer', truncated, 8],
    ['an answer without sense', { body: `{"key": "${KEY}` }, 8],
    ['an error in a good answer', answer({ error: { code: 400, ...echo } }), 8],
    ['a refusal', answer(refusalAnswer('IMAGE_SAFETY', `No, ${KEY}.`)), 5],
    ['text alone', answer(textAnswer(`Your key is ${KEY}.`)), 5],
  ])('appears nowhere after %s', async (_, play, expected) => {
    await using google = await emulator(play);
    await using place = await workplace();
    const { code, stdout, stderr } = await place.run([...ORDER, '--refusal-retries', '0', '--json'], {
      env: { PIXTAB_BASE_URL: google.baseUrl, GEMINI_API_KEY: KEY },
    });
    expect({ code, stderr }).toMatchObject({ code: expected });
    expect(stdout + stderr).not.toContain(KEY);
    expect(google.requests).toHaveLength(1);
    expect(await filesWith(KEY, place.env['PIXTAB_HOME'] ?? '')).toEqual([]);
  });
});

/** Files under a folder that hold a text. */
async function filesWith(text: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const held = await Promise.all(paths.map(async (path) => (await readFile(path)).includes(text)));
  return paths.filter((_, index) => held[index]);
}

import { connect } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { generatePath, json, LITE, PRO, running } from './support.ts';
import type { Running } from './support.ts';

vi.setConfig({ testTimeout: 30_000 });

let sandbox: Running;
beforeAll(async () => {
  sandbox = await running();
});
afterAll(() => sandbox.close());

/** null for an answer, or an error that is Gemini-shaped and the client's own fault. */
async function complaint(response: Response): Promise<string | null> {
  // What a browser asks beforehand is answered without a body.
  if (response.status === 204) return null;
  const body = await json(response);
  if (response.status === 200) return null;
  const { code, message, status } = body.error ?? {};
  const shaped = code === response.status && typeof message === 'string' && /^[A-Z_]+$/.test(status);
  if (shaped && code >= 400 && code < 500) return null;
  return `${response.status} ${JSON.stringify(body).slice(0, 500)} ${sandbox.log.at(-1)}`;
}

const PATHS = [
  generatePath(LITE),
  generatePath(PRO),
  `/v1/models/${PRO}:generateContent`,
  `/v1beta/models/${PRO}:streamGenerateContent`,
  `/v1beta/models/${PRO}:countTokens`,
  `/v1beta/models/${PRO}:batchGenerateContent`,
  '/v1beta/models/imagen-4.0-generate-001:predict',
  '/v1beta/batches/x:cancel',
  '/upload/v1beta/files',
  '/sandbox/faults',
  '/sandbox/settings',
];

const KNOWN_FIELDS = [
  'contents',
  'parts',
  'role',
  'text',
  'inlineData',
  'inline_data',
  'mimeType',
  'data',
  'fileData',
  'fileUri',
  'thoughtSignature',
  'generationConfig',
  'responseModalities',
  'imageConfig',
  'aspectRatio',
  'imageSize',
  'thinkingConfig',
  'thinkingLevel',
  'candidateCount',
  'seed',
  'tools',
  'googleSearch',
  'serviceTier',
  'systemInstruction',
  'safetySettings',
  'instances',
  'prompt',
  'parameters',
  'sampleCount',
  'batch',
  'inputConfig',
  'fileName',
  'requests',
  'request',
  'metadata',
  'file',
  'generateContentRequest',
  'displayName',
];

/** JSON that looks like a request in places. */
const almostRequest = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom(
        'a cat',
        'user',
        'model',
        'IMAGE',
        '1:1',
        '4K',
        'image/png',
        'iVBORw0KGgo=',
        'files/x',
        'HIGH',
      ),
      fc.jsonValue({ maxDepth: 1 }),
    ),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...KNOWN_FIELDS), fc.string({ maxLength: 6 })), tie('node'), {
      maxKeys: 4,
    }),
  ),
})).node;

/** A busy machine makes fewer runs, and fails none for the time that they take. */
const IN_TIME = { interruptAfterTimeLimit: 15_000 };

it('answers any JSON with an answer or a Gemini-shaped error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), almostRequest, async (path, body) => {
      const headers = path.startsWith('/upload') ? { 'x-goog-upload-command': 'start' } : {};
      const response = await sandbox.post(path, body, headers);
      if (path.startsWith('/upload') && response.ok) return;
      expect(await complaint(response)).toBeNull();
    }),
    { numRuns: 400, ...IN_TIME },
  );
});

it('answers any bytes as a body', async () => {
  const encodings = fc.constantFrom('identity', 'gzip');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), fc.uint8Array(), encodings, async (path, bytes, encoding) => {
      const response = await fetch(sandbox.url + path, {
        method: 'POST',
        body: bytes,
        headers: { 'x-goog-api-key': 'k', 'content-encoding': encoding },
      });
      expect(await complaint(response)).toBeNull();
    }),
    { numRuns: 200, ...IN_TIME },
  );
});

it('answers any path and method', async () => {
  const methods = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH');
  const segments = fc.array(
    fc.oneof(
      fc.constantFrom(
        'v1beta',
        'v1',
        'models',
        'files',
        'batches',
        'upload',
        'download',
        'sandbox',
        '..',
        '%',
        '%2e',
      ),
      fc.string({ maxLength: 8 }).map(encodeURIComponent),
    ),
    { maxLength: 5 },
  );
  const suffix = fc.constantFrom(
    '',
    ':generateContent',
    ':download?alt=media',
    ':cancel',
    '?pageSize=1e9',
    '?pageToken=%00',
  );
  await fc.assert(
    fc.asyncProperty(methods, segments, suffix, async (method, parts, end) => {
      const response = await fetch(`${sandbox.url}/${parts.join('/')}${end}`, {
        method,
        headers: { 'x-goog-api-key': 'k' },
      });
      expect(await complaint(response)).toBeNull();
    }),
    { numRuns: 300, ...IN_TIME },
  );
});

it('answers what is not even HTTP, and lives on', async () => {
  const port = Number(new URL(sandbox.url).port);
  const exchange = (bytes: Uint8Array): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString('latin1')));
      socket.on('close', () => resolve(text));
      socket.on('error', () => resolve(text));
      socket.end(bytes);
    });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const text = await exchange(bytes);
      expect(text === '' || text.includes('"error"')).toBe(true);
    }),
    { numRuns: 100, ...IN_TIME },
  );
  const text = await exchange(Buffer.from('NONSENSE\r\n\r\n'));
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(text).toContain('"status":"INVALID_ARGUMENT"');
  expect(await complaint(await sandbox.get('/v1beta/models'))).toBeNull();
});

it('refuses JSON that is nested deeper than any stack', async () => {
  expect(
    await complaint(await sandbox.post(generatePath(LITE), `${'['.repeat(200_000)}${']'.repeat(200_000)}`)),
  ).toBeNull();
  expect(
    await complaint(
      await sandbox.post(generatePath(LITE), `${'{"contents":'.repeat(50_000)}1${'}'.repeat(50_000)}`),
    ),
  ).toBeNull();
});

it('refuses a body above the limit', async () => {
  const response = await sandbox.post(generatePath(LITE), 'x'.repeat(100 * 1024 * 1024 + 1));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: { message: 'Request payload size exceeds the limit: 104857600 bytes.' },
  });
});

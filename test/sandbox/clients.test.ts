import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import type * as Genai from '@google/genai';
import { generateImage, generateText, streamText } from 'ai';
import { afterEach, describe, expect, it } from 'vitest';
import { sniff } from '../../src/sandbox/generate/sniff.ts';
import { jpegHead, KEY, LITE, PRO, running, testClock } from './support.ts';
import type { Json, Running } from './support.ts';
import { lacks } from '../support/lacks.ts';

// Clients that others wrote, unchanged.

const run = promisify(execFile);
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'pixtab-sandbox-'));
  folders.push(path);
  return path;
}

const HOUR = 3_600_000;

const ask = (model: string, config: object = {}) => ({
  model,
  contents: 'a lighthouse at dusk',
  config: { responseModalities: ['IMAGE'], ...config },
});

const bytesOf = (response: Genai.GenerateContentResponse): Buffer =>
  Buffer.from(response.candidates?.[0]?.content?.parts?.at(-1)?.inlineData?.data ?? '', 'base64');

/** A request without what differs from run to run: addresses, ids, the version of the client, the inside of pictures. */
function recorded({ pathname, search }: URL, { method, headers, body }: RequestInit = {}): unknown {
  const { 'x-goog-api-client': _, 'user-agent': __, ...others } = Object.fromEntries(new Headers(headers));
  const path = (pathname + search).replaceAll(/(files\/(?:batch-)?|batches\/|[iI]d=|Token=)\w+/g, '$1…');
  return { method, path, headers: others, body: typeof body === 'string' ? shortened(body) : sizeOf(body) };
}

const shortened = (body: string): unknown =>
  JSON.parse(body, (_, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (value.length > 100) return `${value.length} characters`;
    return value.replace(/^(?:http:.*)?files\/\w+$/, 'files/…');
  });

const sizeOf = (body: unknown): string | null => (body instanceof Blob ? `${body.size} bytes` : null);

const google = ({ url }: Running) => createGoogleGenerativeAI({ apiKey: KEY, baseURL: `${url}/v1beta` });

const curl = async (...argv: string[]): Promise<string> => (await run('curl', ['-sS', ...argv])).stdout;

// The requests below were recorded from @google/genai 3.1.0, which wants Node 22, and 2.32.0 has to send the same. Answers
// are read by the same code in both (compared on 2026-11-26). To run and record the newer one itself, on Node 22 or later:
//   npm install --prefix /tmp/genai @google/genai@3
//   GENAI=/tmp/genai/node_modules/@google/genai/dist/node/index.mjs npx vitest run test/sandbox/clients.test.ts -u
describe('@google/genai', async () => {
  const { GoogleGenAI }: typeof Genai = await import(process.env['GENAI'] ?? '@google/genai');
  const sent: unknown[] = [];
  const recording: typeof fetch = (url, init) => {
    sent.push(recorded(new URL(new Request(url).url), init));
    return fetch(url, init);
  };
  // oxlint-disable-next-line vitest/no-standalone-expect -- It belongs to every test that ends here.
  afterEach(() => expect(sent.splice(0)).toMatchSnapshot());

  const client = ({ url }: Running, { apiKey = KEY, apiVersion = 'v1beta' } = {}) =>
    new GoogleGenAI({ apiKey, vertexai: false, apiVersion, httpOptions: { baseUrl: url, fetch: recording } });

  const imageConfig = { aspectRatio: '16:9', imageSize: '2K' };

  it('makes a picture and reads its usage', async () => {
    await using sandbox = await running();
    const response = await client(sandbox).models.generateContent(ask(PRO, { imageConfig }));
    expect(sniff(bytesOf(response))).toEqual({ width: 2752, height: 1536 });
    expect(response.usageMetadata?.candidatesTokensDetails).toEqual([
      { modality: 'IMAGE', tokenCount: 1120 },
    ]);
    expect(response.usageMetadata?.thoughtsTokenCount).toBeGreaterThan(0);
    expect(response.modelVersion).toBe(PRO);
    expect(response.sdkHttpResponse?.headers?.['x-gemini-service-tier']).toBe('standard');
  });

  it('edits a picture that goes along', async () => {
    await using sandbox = await running();
    const inlineData = { mimeType: 'image/jpeg', data: jpegHead(1000, 800).toString('base64') };
    const response = await client(sandbox).models.generateContent({
      model: LITE,
      contents: [{ inlineData }, { text: 'make it snow' }],
    });
    expect(sniff(bytesOf(response))).toEqual({ width: 1152, height: 928 });
  });

  it('chats over several turns, sending the signatures back', async () => {
    await using sandbox = await running();
    const chat = client(sandbox).chats.create({ model: PRO });
    await chat.sendMessage({ message: 'a house' });
    const second = await chat.sendMessage({ message: 'with a tree' });
    expect(second.usageMetadata?.promptTokensDetails).toContainEqual({ modality: 'IMAGE', tokenCount: 516 });
  });

  it('streams', async () => {
    await using sandbox = await running();
    const stream = await client(sandbox).models.generateContentStream(
      ask(PRO, { responseModalities: ['TEXT', 'IMAGE'] }),
    );
    const kinds = [];
    for await (const chunk of stream) {
      kinds.push(...(chunk.candidates?.[0]?.content?.parts ?? []).map((part) => Object.keys(part)[0]));
    }
    expect(kinds).toEqual(['text', 'inlineData']);
  });

  it('lists models, gets one and counts tokens', async () => {
    await using sandbox = await running();
    const { models } = client(sandbox);
    const names = [];
    for await (const model of await models.list({ config: { pageSize: 5 } })) names.push(model.name);
    expect(names).toContain('models/gemini-2.5-flash-image');
    expect((await models.get({ model: PRO })).inputTokenLimit).toBe(131_072);
    expect((await models.countTokens({ model: PRO, contents: 'a cat' })).totalTokens).toBe(2);
  });

  it.each([
    ['429', 429, 'RESOURCE_EXHAUSTED'],
    ['503', 503, 'UNAVAILABLE'],
    ['404-new-users', 404, 'no longer available to new users'],
    ['502', 502, '<!DOCTYPE html>'],
  ])('tells of %s as an ApiError with its status', async (faults, status, words) => {
    await using sandbox = await running({ faults });
    const failed = client(sandbox).models.generateContent(ask(LITE));
    await expect(failed).rejects.toMatchObject({ name: 'ApiError', status });
    sandbox.control.setFaults(faults);
    await expect(client(sandbox).models.generateContent(ask(LITE))).rejects.toThrow(words);
  });

  it('tells of a key that is not valid', async () => {
    await using sandbox = await running();
    const stranger = client(sandbox, { apiKey: 'invalid' });
    await expect(stranger.models.generateContent(ask(LITE))).rejects.toThrow('API_KEY_INVALID');
  });

  it('sees a refusal by its reason', async () => {
    await using sandbox = await running({ faults: 'IMAGE_SAFETY,blocked-SAFETY' });
    const { models } = client(sandbox);
    expect((await models.generateContent(ask(LITE))).candidates?.[0]?.finishReason).toBe('IMAGE_SAFETY');
    expect((await models.generateContent(ask(LITE))).promptFeedback?.blockReason).toBe('SAFETY');
  });

  it.each([
    ['reset-before', 'fetch failed'],
    ['reset-after', 'fetch failed'],
    ['truncate', 'terminated'],
    ['not-json', 'is not valid JSON'],
  ])('fails at %s: %s', async (faults, message) => {
    await using sandbox = await running({ faults });
    await expect(client(sandbox).models.generateContent(ask(LITE))).rejects.toThrow(message);
  });

  it('is told under v1 what v1 does not know', async () => {
    await using sandbox = await running();
    const stable = client(sandbox, { apiVersion: 'v1' });
    await expect(stable.models.generateContent(ask(LITE))).rejects.toThrow('responseModalities');
    expect((await stable.models.generateContent({ model: LITE, contents: 'a cat' })).modelVersion).toBe(LITE);
  });

  it('uploads a file, uses it, lists it and deletes it', async () => {
    await using sandbox = await running();
    const { files, models } = client(sandbox);
    const picture = join(await folder(), 'photo.jpg');
    await writeFile(picture, Buffer.concat([jpegHead(800, 800), Buffer.alloc(9 * 1024 * 1024)]));
    const file = await files.upload({
      file: picture,
      config: { mimeType: 'image/jpeg', displayName: 'photo' },
    });
    expect(file).toMatchObject({
      displayName: 'photo',
      state: 'ACTIVE',
      sizeBytes: String(9 * 1024 * 1024 + jpegHead(1, 1).length),
    });
    const fileData = { fileUri: file.uri ?? '', mimeType: 'image/jpeg' };
    const response = await models.generateContent({
      model: LITE,
      contents: [{ fileData }, { text: 'brighter' }],
    });
    expect(sniff(bytesOf(response))).toEqual({ width: 1024, height: 1024 });
    const name = file.name ?? '';
    expect((await files.get({ name })).uri).toBe(file.uri);
    const listed = [];
    for await (const each of await files.list()) listed.push(each.name);
    expect(listed).toEqual([name]);
    await files.delete({ name });
    await expect(files.get({ name })).rejects.toMatchObject({ status: 403 });
  });

  it('buys a batch inline', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const { batches } = client(sandbox);
    const job = await batches.create({
      model: LITE,
      src: [{ contents: [{ role: 'user', parts: [{ text: 'a cat' }] }], metadata: { key: 'cat' } }],
      config: { displayName: 'cats' },
    });
    expect(job.state).toBe('JOB_STATE_PENDING');
    clock.advance(HOUR);
    const done = await batches.get({ name: job.name ?? '' });
    expect(done.state).toBe('JOB_STATE_SUCCEEDED');
    expect(done.dest?.inlinedResponses).toHaveLength(1);
    const names = [];
    for await (const each of await batches.list()) names.push(each.displayName);
    expect(names).toEqual(['cats']);
  });

  it('buys a batch from a file and fetches its results', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const { batches, files } = client(sandbox);
    const line = { key: 'cat', request: { contents: [{ parts: [{ text: 'a cat' }] }] } };
    const file = await files.upload({
      file: new Blob([`${JSON.stringify(line)}\n`]),
      config: { mimeType: 'application/jsonl' },
    });
    const job = await batches.create({ model: LITE, src: file.name ?? '' });
    clock.advance(HOUR);
    const done = await batches.get({ name: job.name ?? '' });
    const downloadPath = join(await folder(), 'results.jsonl');
    await files.download({ file: done.dest?.fileName ?? '', downloadPath });
    const result: Json = JSON.parse(await readFile(downloadPath, 'utf8'));
    expect(result.key).toBe('cat');
    expect(result.response.modelVersion).toBe(LITE);
    await batches.cancel({ name: job.name ?? '' });
    await batches.delete({ name: job.name ?? '' });
    await expect(batches.get({ name: job.name ?? '' })).rejects.toMatchObject({ status: 404 });
  });
});

describe('ai with @ai-sdk/google', () => {
  it('makes a picture in an answer', async () => {
    await using sandbox = await running();
    const { files, usage } = await generateText({
      model: google(sandbox)(PRO),
      prompt: 'a lighthouse',
      providerOptions: {
        google: { responseModalities: ['TEXT', 'IMAGE'], imageConfig: { aspectRatio: '21:9' } },
      },
    });
    expect(sniff(files[0]?.uint8Array ?? new Uint8Array())).toEqual({ width: 1584, height: 672 });
    expect(usage.outputTokens).toBeGreaterThan(1120);
  });

  it('edits, and takes the answer back as history', async () => {
    await using sandbox = await running();
    const model = google(sandbox)(PRO);
    const first = await generateText({ model, prompt: 'a house' });
    const second = await generateText({
      model,
      messages: [
        { role: 'user', content: 'a house' },
        ...first.response.messages,
        { role: 'user', content: 'with a tree' },
      ],
    });
    expect(second.files).toHaveLength(1);
  });

  it('streams a picture', async () => {
    await using sandbox = await running();
    const { files } = streamText({ model: google(sandbox)(PRO), prompt: 'a lighthouse' });
    expect(await files).toHaveLength(1);
  });

  it('makes a picture with its image model', async () => {
    await using sandbox = await running();
    const { image } = await generateImage({
      model: google(sandbox).image(LITE),
      prompt: 'a lighthouse',
      aspectRatio: '3:2',
    });
    expect(sniff(image.uint8Array)).toEqual({ width: 1264, height: 848 });
  });

  it('makes pictures with Imagen', async () => {
    await using sandbox = await running();
    const { images } = await generateImage({
      model: google(sandbox).image('imagen-4.0-generate-001'),
      prompt: 'a lighthouse',
      n: 3,
      aspectRatio: '16:9',
    });
    expect(images.map((image) => sniff(image.uint8Array))).toEqual(
      Array.from({ length: 3 }, () => ({ width: 1408, height: 768 })),
    );
    expect(sandbox.meter().total).toBe('0.12');
  });

  it('tries again after a 503, as it always does', async () => {
    await using sandbox = await running({ faults: '503' });
    const { files } = await generateText({ model: google(sandbox)(LITE), prompt: 'a cat', maxRetries: 1 });
    expect(files).toHaveLength(1);
    expect(sandbox.log).toHaveLength(2);
  }, 20_000);
});

const withHeaders = (headers: Record<string, string>): string[] =>
  Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);

describe.skipIf(lacks('curl'))('curl', () => {
  const body = JSON.stringify({
    contents: [{ parts: [{ text: 'a lighthouse' }] }],
    generationConfig: { responseModalities: ['IMAGE'] },
  });
  const json = ['-H', 'content-type: application/json'];

  it('makes a picture', async () => {
    await using sandbox = await running();
    const url = `${sandbox.url}/v1beta/models/${LITE}:generateContent?key=${KEY}`;
    const answer: Json = JSON.parse(await curl(url, ...json, '-d', body));
    expect(answer.candidates[0].content.parts[0].inlineData.mimeType).toBe('image/jpeg');
  });

  it('unpacks a compressed answer, and sends one', async () => {
    await using sandbox = await running({ faults: 'gzip' });
    const url = `${sandbox.url}/v1beta/models/${LITE}:generateContent?key=${KEY}`;
    const answer: Json = JSON.parse(await curl('--compressed', url, ...json, '-d', body));
    expect(answer.modelVersion).toBe(LITE);
  });

  it('uploads a file the way the documentation shows', async () => {
    await using sandbox = await running();
    const picture = join(await folder(), 'photo.jpg');
    await writeFile(picture, jpegHead(640, 480));
    const url = `${sandbox.url}/upload/v1beta/files?key=${KEY}`;
    const length = String(jpegHead(1, 1).length);
    const start = withHeaders({
      'content-type': 'application/json',
      'X-Goog-Upload-Protocol': 'resumable',
      'X-Goog-Upload-Command': 'start',
      'X-Goog-Upload-Header-Content-Length': length,
      'X-Goog-Upload-Header-Content-Type': 'image/jpeg',
    });
    const heads = await curl(
      '-D',
      '-',
      '-o',
      '/dev/null',
      url,
      ...start,
      '-d',
      '{"file":{"display_name":"photo"}}',
    );
    const upload = /^x-goog-upload-url: (\S+)/im.exec(heads)?.[1] ?? '';
    const end = withHeaders({
      'x-goog-api-key': KEY,
      'Content-Length': length,
      'X-Goog-Upload-Offset': '0',
      'X-Goog-Upload-Command': 'upload, finalize',
    });
    const answer: Json = JSON.parse(await curl(upload, ...end, '--data-binary', `@${picture}`));
    expect(answer.file).toMatchObject({ displayName: 'photo', mimeType: 'image/jpeg', sizeBytes: length });
  });

  it('sees how the connection ends', async () => {
    await using sandbox = await running({ faults: 'reset-after,truncate' });
    const url = `${sandbox.url}/v1beta/models/${LITE}:generateContent?key=${KEY}`;
    await expect(curl(url, ...json, '-d', body)).rejects.toMatchObject({ code: 56 });
    await expect(curl(url, ...json, '-d', body)).rejects.toMatchObject({ code: 18 });
    expect(sandbox.meter().charged).toBe(2);
  });

  it('steers it and reads the meter', async () => {
    await using sandbox = await running();
    await curl(`${sandbox.url}/sandbox/faults`, '-d', '{"schedule":"503"}');
    const url = `${sandbox.url}/v1beta/models/${LITE}:generateContent?key=${KEY}`;
    expect(JSON.parse(await curl(url, ...json, '-d', body)).error.code).toBe(503);
    await curl(url, ...json, '-d', body);
    expect(JSON.parse(await curl(`${sandbox.url}/sandbox/meter`)).charged).toBe(1);
  });
});

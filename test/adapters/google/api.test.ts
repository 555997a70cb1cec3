import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { composeGemini } from '../../../src/adapters/google/gemini.ts';
import type { Order, Turn } from '../../../src/core/order/order.ts';
import { requestSize } from '../../../src/core/order/uploads.ts';
import { PIXEL, googleError, pictureAnswer, predictions } from '../../support/answers.ts';
import { apiContract, sendOptions } from '../../support/api.contract.ts';
import { answer, emulator, reset, stall, stallInBody } from '../../support/emulator.ts';
import type { Play } from '../../support/emulator.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aPicture, anOrder } from '../../support/pricing.ts';
import { providerAt } from '../../support/provider.ts';

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';

const apiAt = (baseUrl: string, apiKey = KEY) =>
  googleClient(providerAt(baseUrl, apiKey), { clock: fakeClock('2026-11-22T12:00:00Z') }).images;

apiContract('googleApi', async (...happenings) => {
  const plays = happenings.map((happening): Play => {
    if (happening === 'overloaded') {
      return answer(googleError(503, 'UNAVAILABLE', 'The model is overloaded.'), 503);
    }
    return happening === 'lost' ? reset : answer(happening.answer);
  });
  const google = await emulator(...plays);
  return {
    api: apiAt(google.baseUrl),
    requests: () => google.requests.length,
    [Symbol.asyncDispose]: () => google[Symbol.asyncDispose](),
  };
});

const TURN: Turn = { prompt: 'before', inputs: [], answer: [{ text: 'here' }], pictures: 1, words: 'here' };

async function bodyFor(order: Order): Promise<unknown> {
  await using google = await emulator(answer(pictureAnswer()));
  await apiAt(google.baseUrl).send(order, sendOptions());
  return JSON.parse(google.requests[0]?.body ?? '');
}

describe('the request', () => {
  it('says model, size, aspect and thinking as the API spells them', async () => {
    await using google = await emulator(answer(pictureAnswer()));
    const order = anOrder('gemini-nano-banana-2.1', { size: '2K', aspect: '16:9', thinking: 'minimal' });
    await apiAt(google.baseUrl).send(order, sendOptions());
    expect(google.requests).toHaveLength(1);
    const [request] = google.requests;
    expect(request?.url).toBe('/v1beta/models/gemini-nano-banana-2.1:generateContent');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'a lighthouse at dusk' }] }],
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
        thinkingConfig: { thinkingLevel: 'MINIMAL' },
      },
    });
  });

  it('shows a picture where the API has it, and others inside', async () => {
    const uri = 'https://google.example/v1beta/files/a';
    const order = anOrder('gemini-3-pro-image', { inputs: [{ ...aPicture, uri }, aPicture] });
    const body = await bodyFor({ ...order, history: [{ ...TURN, inputs: [{ ...aPicture, uri }] }] });
    const there = { fileData: { mimeType: 'image/png', fileUri: uri } };
    expect(body).toMatchObject({
      contents: [
        { role: 'user', parts: [{ text: 'before' }, there] },
        { role: 'model' },
        { role: 'user', parts: [{ text: 'a lighthouse at dusk' }, there, { inlineData: { data: 'AQ==' } }] },
      ],
    });
  });

  it('is never larger than it was thought to be', async () => {
    const words = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });
    const picture = fc
      .record({ size: fc.integer({ min: 1, max: 5000 }), uri: fc.option(fc.webUrl(), { nil: undefined }) })
      .map(({ size, uri }) => ({ ...aPicture, bytes: new Uint8Array(size), ...(uri && { uri }) }));
    const turn = fc
      .tuple(words, fc.array(picture, { maxLength: 2 }))
      .map(([prompt, inputs]) => ({ ...TURN, prompt, inputs }));
    const orders = fc.record({
      prompt: words,
      inputs: fc.array(picture, { maxLength: 4 }),
      history: fc.array(turn, { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(orders, async (changes) => {
        const order = anOrder('gemini-nano-banana-2.1', { ...changes, search: true, aspect: '16:9' });
        const pictures = [...changes.history.flatMap(({ inputs }) => inputs), ...changes.inputs];
        const uploads = pictures.filter(({ uri }) => uri !== undefined);
        let size = 0;
        await composeGemini(order, 'https://google.example', async ({ body }) => {
          size = Buffer.byteLength(body ?? '');
        });
        expect(size).toBeLessThanOrEqual(requestSize(order, uploads));
      }),
      { numRuns: 40 },
    );
  });

  it('asks for a search where the order is grounded in one', async () => {
    const body = await bodyFor(anOrder('gemini-3-pro-image', { search: true }));
    expect(body).toMatchObject({ tools: [{ googleSearch: {} }] });
  });

  it('leaves the size out for models that reject it', async () => {
    const body = await bodyFor(anOrder('gemini-3.1-flash-lite-image', { thinking: null }));
    expect(body).toMatchObject({ generationConfig: { responseModalities: ['IMAGE'] } });
    expect(JSON.stringify(body)).not.toMatch(/imageConfig|thinkingConfig|serviceTier|tools/);
  });

  it.each(['flex', 'priority'] as const)('asks for the %s lane', async (lane) => {
    expect(await bodyFor(anOrder('gemini-3-pro-image', { lane }))).toMatchObject({ serviceTier: lane });
  });

  it('does not send a batch order at the standard price', async () => {
    await using google = await emulator(answer(pictureAnswer()));
    const order = anOrder('gemini-3-pro-image', { lane: 'batch' });
    expect(await rejection(apiAt(google.baseUrl).send(order, sendOptions()))).toMatchObject({ kind: 'bug' });
    expect(google.requests).toHaveLength(0);
  });

  it('carries input images after the prompt', async () => {
    // A view into a larger buffer, as file reads give it.
    const bytes = Buffer.concat([Buffer.from('before'), PIXEL, Buffer.from('after')]).subarray(
      6,
      6 + PIXEL.length,
    );
    const body = await bodyFor(anOrder('gemini-3-pro-image', { inputs: [{ ...aPicture, bytes }] }));
    expect(body).toMatchObject({
      contents: [
        {
          parts: [
            { text: 'a lighthouse at dusk' },
            { inlineData: { mimeType: 'image/png', data: PIXEL.toString('base64') } },
          ],
        },
      ],
    });
  });

  it('asks Imagen over :predict', async () => {
    await using google = await emulator(answer(predictions(PIXEL, PIXEL)));
    const order = anOrder('imagen-4.0-generate-001', { count: 2, size: '2K', aspect: '4:3' });
    await apiAt(google.baseUrl).send(order, sendOptions());
    const [request] = google.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/v1beta/models/imagen-4.0-generate-001:predict' });
    expect(request?.headers).toMatchObject({ 'x-goog-api-key': KEY, 'content-type': 'application/json' });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      instances: [{ prompt: 'a lighthouse at dusk' }],
      parameters: { sampleCount: 2, aspectRatio: '4:3', sampleImageSize: '2K' },
    });
  });

  it.each([
    [1_000, '10'],
    [30_500, '31'],
    [300_000, '300'],
  ])('tells the server that %i ms are the deadline, ten seconds at least', async (timeoutMs, header) => {
    await using google = await emulator(answer(pictureAnswer()));
    await apiAt(google.baseUrl).send(anOrder('gemini-3-pro-image'), sendOptions({ timeoutMs }));
    expect(google.requests[0]?.headers['x-server-timeout']).toBe(header);
  });

  it('keeps the path of a gateway', async () => {
    await using google = await emulator(answer(pictureAnswer()));
    for (const model of ['gemini-3-pro-image', 'imagen-4.0-generate-001']) {
      await apiAt(`${google.baseUrl}/gateway/`).send(anOrder(model), sendOptions());
    }
    expect(google.requests.map(({ url }) => url)).toEqual([
      '/gateway/v1beta/models/gemini-3-pro-image:generateContent',
      '/gateway/v1beta/models/imagen-4.0-generate-001:predict',
    ]);
  });

  it('is one, whatever the answer says about going on', async () => {
    await using google = await emulator(
      answer({ candidates: [{ content: { parts: [] }, continuationToken: 'more' }] }),
    );
    await apiAt(google.baseUrl).send(anOrder('gemini-3-pro-image'), sendOptions());
    expect(google.requests).toHaveLength(1);
  });
});

describe('preview', () => {
  it('shows what send sends, with images cut short and without the key', async () => {
    await using google = await emulator(answer(pictureAnswer()));
    const order = anOrder('gemini-3-pro-image', {
      aspect: '1:1',
      inputs: [{ ...aPicture, bytes: Buffer.alloc(1_000) }],
    });
    const api = apiAt(google.baseUrl);
    const preview = await api.preview(order);
    await api.send(order, sendOptions());
    const [request] = google.requests;
    expect(preview.url).toBe(`${google.baseUrl}${request?.url}`);
    expect(JSON.stringify(preview)).not.toContain(KEY);
    const full = Buffer.alloc(1_000).toString('base64');
    const shown = `${full.slice(0, 24)}… (${full.length} characters)`;
    expect(preview.body).toEqual(JSON.parse(request?.body.replace(full, shown) ?? ''));
  });

  it('needs no key', async () => {
    const headers = (): never => {
      throw new Error('a preview looked for the key');
    };
    const provider = providerAt('https://google.example', KEY);
    const api = googleClient(
      { ...provider, credentials: { ...provider.credentials, headers } },
      { clock: fakeClock() },
    ).images;
    const preview = await api.preview(anOrder('gemini-3-pro-image'));
    expect(preview.url).toBe('https://google.example/v1beta/models/gemini-3-pro-image:generateContent');
  });
});

describe('credentials', () => {
  it('of another kind go alone: nothing stands in for a key of Google', async () => {
    await using google = await emulator(answer({}));
    const provider = providerAt(google.baseUrl, KEY);
    const headers = () => ({ authorization: `Bearer ${KEY}` });
    const bearer = { ...provider, credentials: { ...provider.credentials, headers } };
    const { images } = googleClient(bearer, { clock: fakeClock() });
    for (const model of ['gemini-3-pro-image', 'imagen-4.0-generate-001']) {
      await images.send(anOrder(model), sendOptions());
    }
    const sent = google.requests.map((request) => request.headers);
    expect(sent.map(({ authorization }) => authorization)).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`]);
    expect(sent.some((each) => 'x-goog-api-key' in each)).toBe(false);
  });
});

describe('an answer that is none', () => {
  it.each([301, 304, 400, 404, 429, 500, 502, 503])('fails with a %i', async (status) => {
    await using google = await emulator({ status, headers: { location: 'https://elsewhere.example/' } });
    const failure = await rejection(apiAt(google.baseUrl).send(anOrder('gemini-3-pro-image'), sendOptions()));
    expect(failure.detail).toMatch(new RegExp(`^HTTP ${status}`));
    expect(google.requests).toHaveLength(1);
  });

  it.each<[string, Play]>([
    ['an error', answer(googleError(400, 'INVALID_ARGUMENT', `Bad ${KEY}`, [{ reason: KEY }]), 400)],
    ['a page', { status: 502, body: `<p>${encodeURIComponent(KEY)} ${btoa(KEY)} ${KEY}` }],
    ['a redirect', { status: 302, headers: { location: `https://${KEY}.example` } }],
    ['a reset', reset],
    ['a stall', stall],
    ['a stall in the body', stallInBody],
  ])('never shows the key: %s', async (_, play) => {
    await using google = await emulator(play);
    const sent = apiAt(google.baseUrl).send(anOrder('gemini-3-pro-image'), sendOptions({ timeoutMs: 150 }));
    const failure = await rejection(sent);
    const everything = [
      inspect(failure, { depth: 10, showHidden: true }),
      JSON.stringify(failure),
      failure.stack,
    ];
    expect(everything.join('\n')).not.toContain(KEY);
    expect(everything.join('\n')).not.toContain(btoa(KEY));
  });
});

describe('stalls', () => {
  it.each([
    ['after the request', stall],
    ['inside the answer', stallInBody],
  ])('end at the timeout %s, unconfirmed', async (_, play) => {
    await using google = await emulator(play);
    const sent = apiAt(google.baseUrl).send(anOrder('gemini-3-pro-image'), sendOptions({ timeoutMs: 100 }));
    expect(await rejection(sent)).toMatchObject({ kind: 'unconfirmed', charged: 'unknown', repeat: false });
  });

  it('left by the caller are cancelled, and may have been charged too', async () => {
    const caller = new AbortController();
    await using google = await emulator(() => caller.abort());
    const sent = apiAt(google.baseUrl).send(
      anOrder('gemini-3-pro-image'),
      sendOptions({ signal: caller.signal }),
    );
    const failure = await rejection(sent);
    expect(failure).toMatchObject({ kind: 'cancelled', charged: 'unknown' });
    expect(failure.message).toMatch(/^Cancelled after/);
  });
});

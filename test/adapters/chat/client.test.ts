import { describe, expect, it } from 'vitest';
import { clientOf } from '../../../src/adapters/client.ts';
import { credentialsOf } from '../../../src/adapters/config/credentials.ts';
import { GATEWAYS } from '../../../src/core/providers/gateways.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import type { Turn } from '../../../src/core/order/order.ts';
import type { Provider } from '../../../src/ports/index.ts';
import { PIXEL } from '../../support/answers.ts';
import { sendOptions } from '../../support/api.contract.ts';
import { answer, emulator, reset } from '../../support/emulator.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { anOrder } from '../../support/pricing.ts';

function openRouterAt(baseUrl: string): Provider {
  const profile = GATEWAYS.find(({ name }) => name === 'openrouter') ?? GOOGLE;
  const credentials = credentialsOf(profile, { value: 'key-of-openrouter', from: 'a test' }, {});
  if (credentials === null) throw new Error('OpenRouter needs more than a key');
  return { ...profile, baseUrl: `${baseUrl}/api/v1`, pictureHosts: [], credentials };
}

const clientAt = (baseUrl: string) =>
  clientOf(openRouterAt(baseUrl), {}, { clock: fakeClock(), sha256: () => 'ab', proxy: null });

/** A chat completion with a picture in it, as OpenRouter writes one. */
const completion = {
  id: 'gen-1',
  model: 'google/gemini-3.1-flash-lite-image',
  choices: [
    {
      finish_reason: 'stop',
      message: {
        role: 'assistant',
        content: 'Here it is.',
        images: [
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL.toString('base64')}` } },
        ],
      },
    },
  ],
  usage: { prompt_tokens: 7, completion_tokens: 1200, total_tokens: 1207, cost: 0.0387 },
};

const SHOWN = { name: 'photo.png', mimeType: 'image/png', bytes: PIXEL, width: 1, height: 1 };
const PICTURE = {
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${PIXEL.toString('base64')}` },
};

describe('a client of chat completions', () => {
  it('asks for a picture as the gateways document it', async () => {
    await using gateway = await emulator(answer(completion));
    const { images } = await clientAt(gateway.baseUrl);
    const order = anOrder('gemini-3-pro-image', { size: '2K', aspect: '16:9', inputs: [SHOWN] });
    await images.send(order, sendOptions());
    const [request] = gateway.requests;
    expect(request?.url).toBe('/api/v1/chat/completions');
    expect(request?.headers.authorization).toBe('Bearer key-of-openrouter');
    expect(request?.headers['x-goog-api-key']).toBeUndefined();
    expect(JSON.parse(request?.body ?? '')).toEqual({
      model: 'google/gemini-3-pro-image',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'a lighthouse at dusk' }, PICTURE] }],
      modalities: ['image', 'text'],
      image_config: { aspect_ratio: '16:9', image_size: '2K' },
      usage: { include: true },
      stream: false,
    });
  });

  it('hands back the answer as it came, and reads it like any other', async () => {
    await using gateway = await emulator(answer(completion));
    const { images } = await clientAt(gateway.baseUrl);
    const { body } = await images.send(anOrder('nano-banana-2-lite'), sendOptions());
    expect(JSON.parse(Buffer.from(body).toString())).toEqual(completion);
    const reply = images.read(body, 'generateContent');
    expect(reply.images.map(({ bytes }) => Buffer.from(bytes))).toEqual([PIXEL]);
    expect(reply).toMatchObject({
      text: 'Here it is.',
      refusals: [],
      usage: { prompt: 7, candidates: 1200, total: 1207 },
      modelVersion: 'google/gemini-3.1-flash-lite-image',
    });
  });

  it('sends earlier turns again, with their pictures beside what was said next', async () => {
    await using gateway = await emulator(answer(completion));
    const { images } = await clientAt(gateway.baseUrl);
    const turn: Turn = {
      prompt: 'before',
      inputs: [],
      answer: [{ text: 'here' }, { inlineData: { mimeType: 'image/png', data: PIXEL.toString('base64') } }],
      pictures: 1,
      words: 'here',
    };
    await images.send(anOrder('gemini-3-pro-image', { history: [turn] }), sendOptions());
    expect(JSON.parse(gateway.requests[0]?.body ?? '')).toMatchObject({
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'before' }] },
        { role: 'assistant', content: 'here' },
        { role: 'user', content: [PICTURE, { type: 'text', text: 'a lighthouse at dusk' }] },
      ],
    });
  });

  it('shows a request without reaching anything, and no picture in it', async () => {
    await using gateway = await emulator(answer(completion));
    const { images } = await clientAt(gateway.baseUrl);
    const { url, body } = await images.preview(anOrder('gemini-3-pro-image', { inputs: [SHOWN] }));
    expect(url).toBe(`${gateway.baseUrl}/api/v1/chat/completions`);
    expect(JSON.stringify(body)).toMatch(/"data:image\/png;base64,\w*… \(\d+ characters\)"/);
    expect(gateway.requests).toEqual([]);
  });

  it('never repeats what was sent and never answered', async () => {
    await using gateway = await emulator(reset);
    const { images } = await clientAt(gateway.baseUrl);
    const options = sendOptions({ retries: 3, retryBudgetMs: 60_000 });
    const failure = await rejection(images.send(anOrder('gemini-3-pro-image'), options));
    expect(failure).toMatchObject({ kind: 'unconfirmed', charged: 'unknown' });
    expect(gateway.requests).toHaveLength(1);
  });

  it.each([
    ['lane batch', anOrder('gemini-3-pro-image', { lane: 'batch' }), 'OpenRouter has no batch lane.'],
    ['lane flex', anOrder('gemini-3-pro-image', { lane: 'flex' }), 'OpenRouter has no lane flex.'],
    [
      'a search',
      anOrder('nano-banana-2.1', { search: true }),
      'OpenRouter does not search beside a picture.',
    ],
    ['Imagen', anOrder('imagen-4'), 'OpenRouter does not sell Imagen 4.'],
  ])('refuses %s before anything is sent', async (_, order, message) => {
    await using gateway = await emulator(answer(completion));
    const { images } = await clientAt(gateway.baseUrl);
    expect((await rejection(images.send(order, sendOptions()))).message).toBe(message);
    expect(gateway.requests).toEqual([]);
  });

  it('has no files and no jobs', async () => {
    const { files, batches, tries } = await clientAt('https://openrouter.example');
    const { signal } = new AbortController();
    expect((await rejection(files.get('files/a', signal))).message).toMatch(/^OpenRouter takes no files/);
    expect((await rejection(batches.get('batches/a', signal))).message).toBe('OpenRouter has no batch lane.');
    expect((await rejection(tries('files', signal))).message).toMatch(/^OpenRouter takes no files/);
    expect((await rejection(tries('batches', signal))).message).toBe('OpenRouter has no batch lane.');
  });

  it('lists the models of Google by their own names', async () => {
    const data = [{ id: 'openai/gpt-7' }, { id: 'google/gemini-3-pro-image' }];
    await using gateway = await emulator(answer({ data }));
    const { models } = await clientAt(gateway.baseUrl);
    expect((await models(new AbortController().signal)).models).toEqual([
      { id: 'gemini-3-pro-image', methods: ['generateContent'] },
    ]);
    expect(gateway.requests[0]?.url).toBe('/api/v1/models');
  });
});

it('names who gave an answer that makes no sense, also where somebody else is asked by now', async () => {
  const { images } = await clientAt('https://openrouter.example');
  const read = async (gateway?: string) => images.read(Buffer.from('<html>'), 'generateContent', gateway);
  expect((await rejection(read())).message).toMatch(/^OpenRouter answered/);
  const other = await rejection(read('laozhang'));
  expect(other.message).toMatch(/^laozhang answered/);
  expect(other.hint).toBe('Look at the spending at laozhang before you ask again.');
});

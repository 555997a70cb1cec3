import { describe, expect, it } from 'vitest';
import { GUISES } from '../../src/sandbox/guises/guises.ts';
import { asking, generatePath, json, LITE, PRO, running } from './support.ts';
import type { Json, Running } from './support.ts';

const KEY = 'sk-relay';
const ONE_PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const bearer = { authorization: `Bearer ${KEY}` };
const google = { 'x-goog-api-key': KEY };

async function ask(
  sandbox: Running,
  path: string,
  headers: Record<string, string>,
  body: unknown = asking('a cat'),
) {
  const response = await fetch(sandbox.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: await json(response) };
}

const chat = (changes: Json = {}): Json => ({
  model: `google/${LITE}`,
  messages: [{ role: 'user', content: 'a cat' }],
  modalities: ['image', 'text'],
  ...changes,
});

describe('a guise', () => {
  it.each([
    ['google', google],
    ['new-api', bearer],
    ['new-api', google],
    ['litellm', google],
    ['cloudflare', google],
    ['cloudflare', { 'cf-aig-authorization': `Bearer ${KEY}` }],
  ])('takes the key as %s does: %o', async (as, headers) => {
    await using sandbox = await running({ as });
    const { status, body } = await ask(sandbox, generatePath(LITE), headers);
    expect(status).toBe(200);
    expect(body.candidates[0].content.parts[0].inlineData.mimeType).toBe('image/jpeg');
  });

  it.each([
    ['google', 403, /Method doesn't allow unregistered callers/],
    ['new-api', 401, /"type":"new_api_error"/],
    ['litellm', 401, /"type":"auth_error"/],
    ['cloudflare', 401, /"code":2009,"message":"Unauthorized"/],
  ])('%s says in its own words that there is no key', async (as, code, words) => {
    await using sandbox = await running({ as });
    const { status, body } = await ask(sandbox, generatePath(LITE), {});
    expect(status).toBe(code);
    expect(JSON.stringify(body)).toMatch(words);
  });

  it.each(GUISES.map(({ name }) => name))(
    '%s is reached below its prefix alone, and controlled without',
    async (as) => {
      await using sandbox = await running({ as });
      const { origin, pathname } = new URL(sandbox.url);
      const path = pathname === '/' ? '/elsewhere' : generatePath(LITE);
      expect((await ask({ ...sandbox, url: origin }, path, { ...google, ...bearer })).status).toBe(404);
      expect((await fetch(`${origin}/sandbox`)).status).toBe(200);
      expect((await fetch(origin)).headers.get('x-pixtab-sandbox')).toBe('1');
    },
  );

  it('gives out upload addresses below its prefix', async () => {
    await using sandbox = await running({ as: 'litellm' });
    const start = await fetch(`${sandbox.url}/upload/v1beta/files`, {
      method: 'POST',
      headers: { ...google, 'x-goog-upload-command': 'start' },
      body: '{}',
    });
    expect(start.headers.get('x-goog-upload-url')).toMatch(`${sandbox.url}/upload/v1beta/files?upload_id=`);
  });
});

describe('a new-api relay', () => {
  it.each([
    ['GET', '/v1beta/files/abc'],
    ['POST', '/upload/v1beta/files'],
    ['GET', '/v1beta/batches'],
    ['POST', `/v1beta/models/${LITE}:batchGenerateContent`],
    ['POST', '/v1beta/models/imagen-4.0-generate-001:predict'],
  ])('does not know %s %s', async (method, path) => {
    await using sandbox = await running({ as: 'new-api' });
    const response = await fetch(sandbox.url + path, { method, headers: bearer });
    expect(response.status).toBe(404);
    expect((await json(response)).error).toEqual({
      message: `Invalid URL (${method} ${path})`,
      type: 'invalid_request_error',
      param: '',
      code: '',
    });
  });

  it('charges the same for a picture of any size, and for an answer without one', async () => {
    await using sandbox = await running({ as: 'new-api', faults: 'ok,blocked-no-usage' });
    await ask(sandbox, generatePath(PRO), bearer, asking('a cat', { imageConfig: { imageSize: '4K' } }));
    await ask(sandbox, generatePath(PRO), bearer);
    expect(sandbox.meter().requests.map(({ lines, amount }) => [lines[0]?.meter, amount])).toEqual([
      ['call', '0.09'],
      ['call', '0.09'],
    ]);
  });
});

describe('OpenRouter', () => {
  it('answers a chat completion with a picture, and says its price where it is asked to', async () => {
    await using sandbox = await running({ as: 'openrouter' });
    const told = await ask(sandbox, '/chat/completions', bearer, chat({ usage: { include: true } }));
    expect(told.body).toMatchObject({
      object: 'chat.completion',
      model: `google/${LITE}`,
      choices: [
        {
          finish_reason: 'stop',
          message: {
            role: 'assistant',
            content: expect.stringContaining('a cat'),
            images: [
              { type: 'image_url', image_url: { url: expect.stringMatching(/^data:image\/jpeg;base64,/) } },
            ],
          },
        },
      ],
      usage: { completion_tokens_details: { image_tokens: 1120 } },
    });
    const { usage } = told.body;
    expect(String(usage.cost)).toBe(sandbox.meter().total);
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
    const silent = await ask(sandbox, '/chat/completions', bearer, chat());
    expect(silent.body.usage).not.toHaveProperty('cost');
  });

  it('looks at pictures of earlier messages, and draws what it is asked for', async () => {
    await using sandbox = await running({ as: 'openrouter' });
    const messages = [
      { role: 'user', content: 'a cat' },
      { role: 'assistant', content: 'Here it is.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'at night' },
          { type: 'image_url', image_url: { url: ONE_PIXEL } },
        ],
      },
    ];
    const asked = {
      messages,
      model: `google/${PRO}`,
      image_config: { aspect_ratio: '16:9', image_size: '2K' },
    };
    const { status, body } = await ask(sandbox, '/chat/completions', bearer, chat(asked));
    expect(status).toBe(200);
    const bytes = Buffer.from(body.choices[0].message.images[0].image_url.url.split(',')[1], 'base64');
    expect([bytes.readUInt16BE(27), bytes.readUInt16BE(25)]).toEqual([2752, 1536]);
    expect(sandbox.meter().requests[0]?.lines.map(({ meter }) => meter)).toContain('image input');
  });

  it.each([
    [{}, {}, 401, 'No auth credentials found'],
    [bearer, chat({ model: 'openai/gpt-7' }), 400, 'openai/gpt-7 is not a valid model ID'],
    [bearer, chat({ messages: [] }), 400, 'contents is not specified'],
    [
      bearer,
      chat({ messages: [{ role: 'user', content: [{ type: 'video' }] }] }),
      400,
      'a text or a data URL',
    ],
    [bearer, chat({ image_config: { aspect_ratio: '5:7' } }), 400, 'aspect_ratio must be one of'],
  ])('refuses %o %o with %i', async (headers, body, code, words) => {
    await using sandbox = await running({ as: 'openrouter' });
    const refused = await ask(sandbox, '/chat/completions', headers, body);
    expect(refused.status).toBe(code);
    expect(refused.body.error).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('passes an error of Google on inside of its own, and says a refusal in its words', async () => {
    await using sandbox = await running({ as: 'openrouter', faults: '429,IMAGE_SAFETY' });
    const limited = await ask(sandbox, '/chat/completions', bearer, chat());
    expect(limited.body.error).toMatchObject({ code: 429, message: 'Provider returned error' });
    expect(JSON.parse(limited.body.error.metadata.raw).error.status).toBe('RESOURCE_EXHAUSTED');
    const refused = await ask(sandbox, '/chat/completions', bearer, chat());
    expect(refused.body.choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      native_finish_reason: 'IMAGE_SAFETY',
      message: { content: '', refusal: expect.stringContaining('filtered out') },
    });
  });

  it('lists the models that it sells', async () => {
    await using sandbox = await running({ as: 'openrouter' });
    const { data } = await json(await fetch(`${sandbox.url}/models`, { headers: bearer }));
    expect(data.map(({ id }: Json) => id)).toContain('google/gemini-nano-banana-2.1');
  });
});

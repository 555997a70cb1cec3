import { describe, expect, it } from 'vitest';
import { sniff } from '../../src/sandbox/generate/sniff.ts';
import { asking, generatePath, jpegHead, json, LITE, pngHead, PRO, running } from './support.ts';

const BANANA = 'gemini-nano-banana-2.1';
const FLASH = 'gemini-3.1-flash-image';
const FIRST = 'gemini-2.5-flash-image';

const inline = (bytes: Buffer, mimeType = 'image/png') => ({
  inlineData: { mimeType, data: bytes.toString('base64') },
});

const sizeOf = (part: { inlineData: { data: string } }) => sniff(Buffer.from(part.inlineData.data, 'base64'));

const ids = async (seed: number): Promise<readonly string[]> => {
  await using sandbox = await running({ seed });
  const answers = [];
  for (const prompt of ['a', 'b', 'a']) {
    answers.push(await json(await sandbox.post(generatePath(PRO), asking(prompt))));
  }
  return answers.map((answer) => `${answer.responseId} ${answer.usageMetadata.totalTokenCount}`);
};

describe('generateContent', () => {
  it.each([
    [LITE, {}, 1024, 1024, 'image/jpeg', 1120],
    [LITE, { aspectRatio: '16:9' }, 1376, 768, 'image/jpeg', 1120],
    [PRO, { aspectRatio: '21:9', imageSize: '4K' }, 6336, 2688, 'image/jpeg', 2000],
    [BANANA, { aspectRatio: '1:8', imageSize: '2K' }, 768, 6144, 'image/jpeg', 1680],
    [BANANA, { imageSize: '4K' }, 4096, 4096, 'image/jpeg', 3780],
    [FLASH, { aspectRatio: '4:5', imageSize: '512' }, 464, 576, 'image/jpeg', 747],
    [FIRST, { aspectRatio: '3:2' }, 1248, 832, 'image/png', 1290],
  ])(
    'gives %s with %o its own pixels, type and tokens',
    async (model, imageConfig, width, height, type, tokens) => {
      await using sandbox = await running();
      const response = await sandbox.post(generatePath(model), asking('a lighthouse', { imageConfig }));
      expect(response.headers.get('x-pixtab-sandbox')).toBe('1');
      const body = await json(response);
      const [part] = body.candidates[0].content.parts;
      expect(part.inlineData.mimeType).toBe(type);
      expect(sizeOf(part)).toEqual({ width, height });
      expect(body.usageMetadata.candidatesTokensDetails).toEqual([{ modality: 'IMAGE', tokenCount: tokens }]);
      expect(body.candidates[0].finishReason).toBe('STOP');
      expect(body.modelVersion).toBe(model);
      expect(body.responseId).toMatch(/^\w{22}$/);
    },
  );

  it('counts more output than the picture, and adds everything up', async () => {
    await using sandbox = await running();
    for (const model of [LITE, PRO, BANANA, FLASH]) {
      const { usageMetadata: usage } = await json(await sandbox.post(generatePath(model), asking('a cat')));
      expect(usage.candidatesTokenCount).toBeGreaterThan(1120);
      const thoughts = usage.thoughtsTokenCount ?? 0;
      expect(usage.totalTokenCount).toBe(usage.promptTokenCount + usage.candidatesTokenCount + thoughts);
      expect(usage.serviceTier).toBe('standard');
    }
  });

  it.each([
    [BANANA, undefined, true],
    [BANANA, 'MINIMAL', false],
    [BANANA, 'high', true],
    [LITE, undefined, false],
    [LITE, 'HIGH', true],
    [PRO, 'MINIMAL', true],
    [FIRST, undefined, false],
  ])('lets %s at level %s think: %s', async (model, thinkingLevel, thinks) => {
    await using sandbox = await running();
    const config = thinkingLevel === undefined ? {} : { thinkingConfig: { thinkingLevel } };
    const { usageMetadata } = await json(await sandbox.post(generatePath(model), asking('a cat', config)));
    expect('thoughtsTokenCount' in usageMetadata).toBe(thinks);
  });

  it('gives the nth answer to a request the same for the same seed, and another one for another', async () => {
    const first = await ids(7);
    expect(await ids(7)).toEqual(first);
    expect(await ids(8)).not.toEqual(first);
    expect(first[0]).not.toBe(first[2]);
  });

  it('takes snake case as well as camel case, and one value for a list', async () => {
    await using sandbox = await running();
    const response = await sandbox.post(generatePath(LITE), {
      contents: { parts: { text: 'a cat' } },
      system_instruction: { parts: { text: 'in ink' } },
      generation_config: { response_modalities: ['Image'], image_config: { aspect_ratio: '9:16' } },
    });
    const body = await json(response);
    expect(sizeOf(body.candidates[0].content.parts[0])).toEqual({ width: 768, height: 1376 });
    expect(body.usageMetadata.promptTokenCount).toBe(4);
  });

  it('gives words first when words are wanted too, and words alone when no picture is', async () => {
    await using sandbox = await running();
    const both = await json(
      await sandbox.post(generatePath(PRO), asking('a cat', { responseModalities: ['TEXT', 'IMAGE'] })),
    );
    expect(both.candidates[0].content.parts.map((part: object) => Object.keys(part)[0])).toEqual([
      'text',
      'inlineData',
    ]);
    const words = await json(
      await sandbox.post(generatePath(PRO), asking('a cat', { responseModalities: ['TEXT'] })),
    );
    expect(words.candidates[0].content.parts).toHaveLength(1);
    expect(words.usageMetadata.candidatesTokensDetails).toBeUndefined();
  });

  it('shows its thoughts when asked', async () => {
    await using sandbox = await running();
    const { candidates } = await json(
      await sandbox.post(generatePath(PRO), asking('a cat', { thinkingConfig: { includeThoughts: true } })),
    );
    expect(candidates[0].content.parts[0].thought).toBe(true);
  });

  it('serves flex where it exists, and standard where it does not', async () => {
    await using sandbox = await running();
    const flex = { serviceTier: 'flex', contents: [{ parts: [{ text: 'a cat' }] }] };
    const pro = await sandbox.post(generatePath(PRO), flex);
    expect(pro.headers.get('x-gemini-service-tier')).toBe('flex');
    expect((await json(pro)).usageMetadata.serviceTier).toBe('flex');
    expect((await json(await sandbox.post(generatePath(LITE), flex))).usageMetadata.serviceTier).toBe(
      'standard',
    );
    expect(sandbox.meter().requests.map((row) => row.lane)).toEqual(['flex', 'standard']);
  });

  it('says what it searched for, and charges it', async () => {
    await using sandbox = await running();
    const body = { contents: [{ parts: [{ text: 'the news' }] }], tools: [{ googleSearch: {} }] };
    const { candidates } = await json(await sandbox.post(generatePath(PRO), body));
    expect(candidates[0].groundingMetadata.webSearchQueries).toEqual(['the news']);
    const lines = sandbox.meter().requests[0]?.lines ?? [];
    expect(lines).toContainEqual({ meter: 'search', quantity: 1, rate: '0.014', amount: '0.014' });
  });

  it('knows the alias of the Pro model', async () => {
    await using sandbox = await running();
    const body = await json(await sandbox.post(generatePath('nano-banana-pro-preview'), asking('a cat')));
    expect(body.modelVersion).toBe(PRO);
  });
});

const nextTurn = (model: unknown) => ({
  contents: [
    { role: 'user', parts: [{ text: 'a house' }] },
    model,
    { role: 'user', parts: [{ text: 'with a tree' }] },
  ],
});

describe('an edit', () => {
  it.each([
    ['PNG', inline(pngHead(1600, 900)), { width: 1376, height: 768 }],
    ['JPEG', inline(jpegHead(700, 1000), 'image/jpeg'), { width: 848, height: 1264 }],
  ])('takes the shape of a %s unless told otherwise, and counts its tokens', async (_, part, measures) => {
    await using sandbox = await running();
    const body = { contents: [{ role: 'user', parts: [part, { text: 'make it snow' }] }] };
    const answer = await json(await sandbox.post(generatePath(PRO), body));
    expect(sizeOf(answer.candidates[0].content.parts.at(-1))).toEqual(measures);
    expect(answer.usageMetadata.promptTokensDetails).toEqual([
      { modality: 'TEXT', tokenCount: 3 },
      { modality: 'IMAGE', tokenCount: 516 },
    ]);
  });

  it('goes on over several turns as long as the signature comes back as it was', async () => {
    await using sandbox = await running();
    const first = await json(await sandbox.post(generatePath(PRO), asking('a house')));
    const { content } = first.candidates[0];
    expect((await sandbox.post(generatePath(PRO), nextTurn(content))).status).toBe(200);

    const [part] = content.parts;
    const unsigned = { role: 'model', parts: [{ inlineData: part.inlineData }] };
    const missing = await json(await sandbox.post(generatePath(PRO), nextTurn(unsigned)));
    expect(missing.error.message).toContain(
      'Image part is missing a thought_signature in content position 2, part position 1.',
    );
    const broken = {
      role: 'model',
      parts: [{ ...part, thoughtSignature: `AAAA${part.thoughtSignature.slice(4)}` }],
    };
    const corrupted = await json(await sandbox.post(generatePath(PRO), nextTurn(broken)));
    expect(corrupted.error.message).toBe('Corrupted thought signature.');
    const standIn = {
      role: 'model',
      parts: [{ ...part, thoughtSignature: 'skip_thought_signature_validator' }],
    };
    expect((await sandbox.post(generatePath(PRO), nextTurn(standIn))).status).toBe(200);
  });

  it('signs at the length that is asked for', async () => {
    await using sandbox = await running({ signatureBytes: 1_500_000 });
    const { candidates } = await json(await sandbox.post(generatePath(PRO), asking('a cat')));
    expect(Buffer.from(candidates[0].content.parts[0].thoughtSignature, 'base64')).toHaveLength(1_500_000);
  });
});

describe('streamGenerateContent', () => {
  const path = `/v1beta/models/${PRO}:streamGenerateContent`;
  const wanted = asking('a cat', { responseModalities: ['TEXT', 'IMAGE'] });

  it('sends one event for each part, and the reason for the end with the last', async () => {
    await using sandbox = await running();
    const response = await sandbox.post(`${path}?alt=sse`, wanted);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = (await response.text()).split('\r\n\r\n').filter((event) => event !== '');
    const bodies = events.map((event) => JSON.parse(event.replace('data: ', '')));
    expect(bodies.map((body) => body.candidates[0].finishReason)).toEqual([undefined, 'STOP']);
    expect(bodies[1].candidates[0].content.parts[0].inlineData.mimeType).toBe('image/jpeg');
  });

  it('sends an array without alt=sse', async () => {
    await using sandbox = await running();
    expect(await json(await sandbox.post(path, wanted))).toHaveLength(2);
  });
});

describe('a request that the API would refuse', () => {
  const contents = [{ parts: [{ text: 'a cat' }] }];
  const field = 'GenerateContentRequest.generation_config';
  const unknown = 'Invalid JSON payload received. Unknown name';

  it.each([
    [LITE, '{', 'Invalid JSON payload received. Unexpected token.\n{\n^'],
    [LITE, '[]', 'Root element must be a message.'],
    [LITE, {}, '* GenerateContentRequest.contents: contents is not specified\n'],
    [LITE, { contents: [] }, '* GenerateContentRequest.contents: contents is not specified\n'],
    [
      LITE,
      { contents: [{ parts: [] }] },
      '* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n',
    ],
    [
      LITE,
      { contents: [{ parts: [{}] }] },
      "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must have one initialized field\n",
    ],
    [
      LITE,
      { contents: [{ role: 'assistant', parts: [{ text: 'a' }] }] },
      'Please use a valid role: user, model.',
    ],
    [LITE, { contents, foo: 1 }, `${unknown} "foo": Cannot find field.`],
    [
      LITE,
      { contents, generationConfig: { foo: 1, bar: 2 } },
      `${unknown} "foo" at 'generation_config': Cannot find field.\n${unknown} "bar" at 'generation_config': Cannot find field.`,
    ],
    [
      LITE,
      { contents, generationConfig: { imageConfig: { personGeneration: 'x' } } },
      `${unknown} "personGeneration" at 'generation_config.image_config': Cannot find field.`,
    ],
    [
      LITE,
      { contents: [{ parts: [{ text: ['a'] }] }] },
      `${unknown} "text" at 'contents[0].parts[0]': Proto field is not repeating, cannot start list.`,
    ],
    [
      LITE,
      { contents: [{ parts: [{ text: 5 }] }] },
      "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5",
    ],
    [
      LITE,
      { contents: [{ parts: [{ text: 'a', inlineData: { mimeType: 'image/png', data: '' } }] }] },
      "Invalid value at 'contents[0].parts[0]' (oneof), oneof field 'data' is already set. Cannot set 'inlineData'",
    ],
    [
      LITE,
      { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: '***' } }] }] },
      `Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed for "***"`,
    ],
    [
      LITE,
      { contents, generationConfig: { responseModalities: ['SMELL'] } },
      `Invalid value at 'generation_config.response_modalities[0]' (type.googleapis.com/google.ai.generativelanguage.v1beta.GenerationConfig.Modality), "SMELL"`,
    ],
    [
      LITE,
      { contents, generationConfig: { temperature: 'hot' } },
      `Invalid value at 'generation_config.temperature' (TYPE_FLOAT), "hot"`,
    ],
    [
      LITE,
      { contents, generationConfig: { temperature: 3 } },
      `* ${field}.temperature: temperature must be in the range [0.0, 2.0].\n`,
    ],
    [
      LITE,
      { contents, generationConfig: { candidateCount: 2 } },
      'Multiple candidates is not enabled for this model',
    ],
    [
      LITE,
      { contents, generationConfig: { imageConfig: { imageSize: '1K' } } },
      'Image size is not enabled for this model',
    ],
    [
      PRO,
      { contents, generationConfig: { imageConfig: { imageSize: '1k' } } },
      `* ${field}.image_config.image_size: image_size must be one of '1K', '2K', or '4K'.\n`,
    ],
    [
      PRO,
      { contents, generationConfig: { imageConfig: { aspectRatio: '1:8' } } },
      `* ${field}.image_config.aspect_ratio: aspect_ratio must be one of '1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', or '21:9'.\n`,
    ],
    [BANANA, { contents, generationConfig: { seed: 4 } }, 'Seed is not enabled for this model'],
    [
      BANANA,
      { contents, generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } },
      'Thinking level LOW is not supported for this model. Please retry with other thinking level.',
    ],
    [
      FIRST,
      { contents, generationConfig: { thinkingConfig: { thinkingLevel: 'HIGH' } } },
      'Thinking level is not supported for this model.',
    ],
    [LITE, { contents, tools: [{ googleSearch: {} }] }, 'Search as tool is not enabled for this model'],
    [
      PRO,
      { contents, tools: [{ functionDeclarations: [] }] },
      'Function calling is not enabled for this model',
    ],
    [
      PRO,
      { contents, generationConfig: { responseMimeType: 'application/json' } },
      'JSON mode is not enabled for this model',
    ],
    [
      PRO,
      { contents, generationConfig: { responseModalities: ['AUDIO'] } },
      `The requested combination of response modalities (AUDIO) is not supported by the model. models/${PRO} accepts the following combination of response modalities:\n* IMAGE\n* IMAGE, TEXT\n* TEXT\n`,
    ],
    [
      PRO,
      { contents: [{ parts: [inline(pngHead(1, 1), 'image/gif')] }] },
      'Unsupported MIME type: image/gif',
    ],
    [
      PRO,
      { contents: [{ parts: [inline(Buffer.from('no picture'))] }] },
      'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
    ],
    [
      LITE,
      { contents: [{ parts: [{ text: 'x'.repeat(4 * 65_537) }] }] },
      'The input token count (65537) exceeds the maximum number of tokens allowed (65536).',
    ],
    [
      LITE,
      { contents: [{ parts: [{ text: 'x' }, ...Array.from({ length: 15 }, () => inline(pngHead(8, 8)))] }] },
      'Too many images in the request: 15, the maximum is 14.',
    ],
  ])('is refused by %s in its words (%#)', async (model, body, message) => {
    await using sandbox = await running();
    const response = await sandbox.post(generatePath(model), body);
    expect(response.status).toBe(400);
    const { error } = await json(response);
    expect(error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT', message });
    expect(sandbox.meter().total).toBe('0');
  });

  it('names the field in the details of an unknown name', async () => {
    await using sandbox = await running();
    const { error } = await json(
      await sandbox.post(generatePath(LITE), { contents, generationConfig: { foo: 1 } }),
    );
    expect(error.details).toEqual([
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [{ field: 'generation_config', description: error.message }],
      },
    ]);
  });

  it('is refused when a file is named that is not there', async () => {
    await using sandbox = await running();
    const fileData = { fileUri: 'https://example.test/v1beta/files/nothing', mimeType: 'image/png' };
    const response = await sandbox.post(generatePath(LITE), { contents: [{ parts: [{ fileData }] }] });
    expect(response.status).toBe(403);
    expect((await json(response)).error.message).toBe(
      'You do not have permission to access the File nothing or it may not exist.',
    );
  });

  it('does not know picture settings under v1', async () => {
    await using sandbox = await running();
    const { error } = await json(await sandbox.post(`/v1/models/${LITE}:generateContent`, asking('a cat')));
    expect(error.message).toBe(`${unknown} "responseModalities" at 'generation_config': Cannot find field.`);
    const plain = await sandbox.post(`/v1/models/${LITE}:generateContent`, { contents });
    expect(plain.status).toBe(200);
  });

  it.each(['gemini-9-image', 'imagen-4.0-generate-001', 'constructor', 'gemini-3-pro-image-preview'])(
    'does not find %s',
    async (model) => {
      await using sandbox = await running();
      const response = await sandbox.post(generatePath(model), asking('a cat'));
      expect(response.status).toBe(404);
      expect((await json(response)).error).toMatchObject({
        status: 'NOT_FOUND',
        message: `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ModelService.ListModels to see the list of available models and their supported methods.`,
      });
    },
  );
});

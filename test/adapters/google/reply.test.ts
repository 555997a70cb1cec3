import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReply } from '../../../src/adapters/google/reply.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { candidate, imagePart, PIXEL, predictions, refusalAnswer, USAGE } from '../../support/answers.ts';
import { failure } from '../../support/failure.ts';
import { providerAt } from '../../support/provider.ts';

const raw = (text: string, wire: 'generateContent' | 'predict' = 'generateContent') =>
  readReply(Buffer.from(text), wire, providerAt('https://google.example', 'AIzaSecret'));
const read = (answer: unknown) => raw(JSON.stringify(answer));
const readImagen = (answer: unknown) => raw(JSON.stringify(answer), 'predict');

const draft = Buffer.from('a draft');
const other = Buffer.from('another picture');
const bytesOf = (images: readonly { bytes: Uint8Array }[]) =>
  images.map(({ bytes }) => Buffer.from(bytes).toString());

const usage = (report: object) => read(candidate([imagePart()], { usageMetadata: report })).usage;

describe('the picture', () => {
  it('is the last image part that is no thought; further ones are kept beside it', () => {
    const parts = [
      { ...imagePart(draft), thought: true },
      { text: 'Here: ' },
      imagePart(other),
      { ...imagePart(PIXEL), thoughtSignature: 'c2ln' },
      { text: 'done' },
      { ...imagePart(draft), thought: true },
    ];
    const reply = read(candidate(parts, { modelVersion: 'gemini-3-pro-image' }));
    expect(bytesOf(reply.images)).toEqual([PIXEL.toString()]);
    expect(bytesOf(reply.extras)).toEqual([other.toString()]);
    expect(reply).toMatchObject({
      refusals: [],
      text: 'Here: done',
      modelVersion: 'gemini-3-pro-image',
      responseId: 'response-1',
    });
  });

  it.each(['+//++w==', '+//++w', '-__--w', '-__--w==', '+//+\n+w==\n'])('is decoded from %j', (data) => {
    const { images } = read(candidate([{ inlineData: { mimeType: 'image/png', data } }]));
    expect(images.map(({ bytes }) => Array.from(bytes))).toEqual([[0xfb, 0xff, 0xfe, 0xfb]]);
  });

  it.each(['', '=', 'A', 'AAAA*AAA', 'AA==AAAA', 'AAAAA', 'ÄÖÜß', '<svg>', 'AAAA====='])(
    'is missing when its base64 is broken: %j',
    (data) => {
      const reply = read(candidate([{ inlineData: { mimeType: 'image/png', data } }]));
      expect(reply.images).toEqual([]);
      expect(reply.refusals).toEqual([{ reason: 'UNDECODABLE_IMAGE', message: '' }]);
    },
  );

  it('is there beside another one that is broken, which is told by itself', () => {
    const broken = { inlineData: { mimeType: 'image/png', data: '*' } };
    const reply = read(candidate([imagePart(PIXEL), broken]));
    expect(bytesOf(reply.images)).toEqual([PIXEL.toString()]);
    expect(reply.refusals).toEqual([{ reason: 'UNDECODABLE_IMAGE', message: '' }]);
  });

  it('comes through whatever bytes it has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const { images } = read(candidate([imagePart(bytes)]));
        expect(images.map((image) => Array.from(image.bytes))).toEqual([Array.from(bytes)]);
      }),
    );
  });

  it('survives odd fields around it', () => {
    const reply = read({
      candidates: [
        {
          content: { role: 5, parts: [null, 7, { text: 5 }, { inlineData: 'x' }, imagePart(PIXEL)] },
          finishReason: { a: 1 },
          groundingMetadata: [],
        },
      ],
      promptFeedback: 'x',
      usageMetadata: [],
      modelVersion: 3,
    });
    expect(bytesOf(reply.images)).toEqual([PIXEL.toString()]);
    expect(reply).toMatchObject({ refusals: [], usage: null, modelVersion: null, responseId: null });
  });

  it('is no audio and no video', () => {
    const sound = candidate([imagePart(Buffer.from('RIFF....WAVEfmt '), 'audio/wav')], {
      usageMetadata: null,
    });
    expect(read(sound).refusals).toEqual([{ reason: 'NO_IMAGE', message: '' }]);
  });

  it.each(['audio/wav', 'application/octet-stream', 'nonsense', ''])(
    'is one by its bytes, called %j',
    (type) => {
      expect(bytesOf(read(candidate([imagePart(PIXEL, type)])).images)).toEqual([PIXEL.toString()]);
    },
  );

  it('comes out of a text that points to one as well', () => {
    const text = `Here: data:image/png;base64,${PIXEL.toString('base64')} or ![cat](https://gateway.example/cat.png)`;
    const { images, links } = raw(text);
    expect(bytesOf(images)).toEqual([PIXEL.toString()]);
    // What is there is not fetched.
    expect(links).toBeUndefined();
  });

  it('is not doubted for fields beside it that nobody knows', () => {
    expect(read(candidate([imagePart(PIXEL), { hologram: 'QUJD'.repeat(600) }])).refusals).toEqual([]);
  });

  it('is there once, where it came twice', () => {
    const { images, extras } = read(candidate([imagePart(PIXEL), imagePart(other), imagePart(PIXEL)]));
    expect(bytesOf([...extras, ...images])).toEqual([other.toString(), PIXEL.toString()]);
  });

  it('may come without a word, or with more than is kept', () => {
    expect(read(candidate([imagePart()]))).toMatchObject({ text: null });
    const words = 'a '.repeat(2 ** 19);
    expect(read(candidate([{ text: `${words}b` }, imagePart()])).text).toBe(words);
  });

  it('is nowhere else, where nothing says so', () => {
    expect(read(candidate([]))).not.toHaveProperty('links');
    expect(readImagen({ predictions: [] })).not.toHaveProperty('links');
    const elsewhere = { imageUri: 'https://gateway.example/cat.png' };
    expect(readImagen({ predictions: [elsewhere] })).toMatchObject({ links: [elsewhere.imageUri] });
    const beside = [...predictions(PIXEL).predictions, elsewhere];
    expect(readImagen({ predictions: beside })).not.toHaveProperty('links');
  });

  it('comes through beside a broken one and an error', () => {
    const broken = { inlineData: { mimeType: 'image/png', data: '*' } };
    const reply = read({ error: { code: 500 }, ...candidate([imagePart(PIXEL), broken]) });
    expect(bytesOf(reply.images)).toEqual([PIXEL.toString()]);
  });

  it('comes out of an answer with fields in fields, deeper than any stack', () => {
    const nested = `${'{"in":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const lists = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const text = JSON.stringify(candidate([imagePart(PIXEL)]));
    expect(bytesOf(raw(`{"deep":${nested},"lists":${lists},${text.slice(1)}`).images)).toEqual([
      PIXEL.toString(),
    ]);
  });

  it('may come wrapped in an array', () => {
    expect(read([candidate([imagePart(PIXEL)])]).images).toHaveLength(1);
  });
});

it.each(['"finishReason"', '"usageMetadata"'])(
  'is read with what nobody knows before %s, however deep that is',
  (name) => {
    const answer = candidate([imagePart()], { usageMetadata: USAGE });
    const deep = `${'['.repeat(1e5)}${']'.repeat(1e5)}`;
    const reply = raw(JSON.stringify(answer).replace(name, `"unknown":${deep},${name}`));
    expect(bytesOf(reply.images)).toEqual([PIXEL.toString()]);
    expect(reply.usage).toEqual(read(answer).usage);
    expect(reply.usage).not.toBeNull();
  },
);

describe('a refusal', () => {
  const filtered = 'Unable to show the generated image. Support code: 11030041.';
  it.each<[string, unknown, string, string]>([
    [
      'content without parts',
      refusalAnswer('IMAGE_PROHIBITED_CONTENT', filtered),
      'IMAGE_PROHIBITED_CONTENT',
      filtered,
    ],
    [
      'parts that are null',
      { candidates: [{ content: { parts: null }, finishReason: 'IMAGE_SAFETY' }] },
      'IMAGE_SAFETY',
      '',
    ],
    [
      'parts that are empty',
      { candidates: [{ content: { parts: [] }, finishReason: 'IMAGE_RECITATION' }] },
      'IMAGE_RECITATION',
      '',
    ],
    ['empty content', { candidates: [{ content: {}, finishReason: 'IMAGE_OTHER' }] }, 'IMAGE_OTHER', ''],
    ['no content', { candidates: [{ index: 0, finishReason: 'NO_IMAGE' }] }, 'NO_IMAGE', ''],
    [
      'a limit',
      { candidates: [{ content: { role: 'model' }, finishReason: 'MAX_TOKENS' }] },
      'MAX_TOKENS',
      '',
    ],
    [
      'a reason nobody knows',
      candidate([{ text: 'x' }], { candidates: [{ finishReason: 'NEW_IN_2027' }] }),
      'NEW_IN_2027',
      '',
    ],
    ['a blocked prompt', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }, 'PROHIBITED_CONTENT', ''],
    [
      'a blocked prompt with a sentence',
      { candidates: [], promptFeedback: { blockReason: 'OTHER', blockReasonMessage: 'No.' } },
      'OTHER',
      'No.',
    ],
    ['nothing but usage', { usageMetadata: { promptTokenCount: 22 } }, 'NO_IMAGE', ''],
    ['text alone', candidate([{ text: 'I would rather not.' }], { usageMetadata: null }), 'NO_IMAGE', ''],
    ['an empty text', candidate([{ text: '' }], { usageMetadata: null }), 'NO_IMAGE', ''],
  ])('is told by %s', (_, answer, reason, message) => {
    const reply = read(answer);
    expect(reply).toMatchObject({ images: [], extras: [], refusals: [{ reason, message }] });
  });

  it('keeps the text of an answer that is text alone', () => {
    expect(
      read(candidate([{ text: 'a thought', thought: true }, { text: 'I would rather not.' }])).text,
    ).toBe('I would rather not.');
  });

  it('is safe to print and free of the key', () => {
    const [refusal] = read(
      refusalAnswer('IMAGE_\u001b[31mSAFETY', 'AIzaSecret \u001b]0;title\u0007\u202e'),
    ).refusals;
    expect(refusal).toEqual({
      reason: String.raw`IMAGE_\u{1b}[31mSAFETY`,
      message: String.raw`[key] \u{1b}]0;title\u{7}\u{202e}`,
    });
  });
});

describe('usage', () => {
  it('is taken as reported', () => {
    expect(usage(USAGE)).toEqual({
      prompt: 22,
      promptText: 22,
      promptImage: 0,
      candidates: 1216,
      imageOutput: 1120,
      thoughts: 179,
      total: 1417,
      lane: 'now',
    });
  });

  it('adds up several image parts and splits the input', () => {
    expect(
      usage({
        promptTokenCount: 615,
        candidatesTokenCount: 2478,
        thoughtsTokenCount: 208,
        totalTokenCount: 3301,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 99 },
          { modality: 'IMAGE', tokenCount: 516 },
        ],
        candidatesTokensDetails: [
          { modality: 'IMAGE', tokenCount: 1120 },
          { modality: 'IMAGE', tokenCount: 1120 },
        ],
      }),
    ).toMatchObject({
      promptText: 99,
      promptImage: 516,
      candidates: 2478,
      imageOutput: 2240,
      thoughts: 208,
      lane: null,
    });
  });

  it.each<[string, object | null]>([
    ['no report', null],
    ['an empty report', {}],
    ['no input count', { candidatesTokenCount: 1216, totalTokenCount: 1417 }],
    ['neither output nor total', { promptTokenCount: 22 }],
    ['nothing but null', { promptTokenCount: 22, candidatesTokenCount: null, totalTokenCount: null }],
    ['counts that are no counts', { promptTokenCount: -1, candidatesTokenCount: 1.5, totalTokenCount: 'x' }],
  ])('is unknown, not zero, with %s', (_, report) => {
    expect(read(candidate([imagePart()], { usageMetadata: report })).usage).toBeNull();
  });

  it.each<[string, object, object]>([
    [
      'a split with a misspelt name',
      { candidatesTokensDetail: [{ modality: 'IMAGE', tokenCount: 1120 }] },
      { imageOutput: null },
    ],
    ['an empty split', { candidatesTokensDetails: [] }, { imageOutput: null }],
    [
      'half a split',
      {
        candidatesTokensDetails: [
          { modality: 'IMAGE', tokenCount: 'many' },
          { modality: 'TEXT', tokenCount: 9 },
        ],
      },
      { imageOutput: null },
    ],
    [
      'a split of text alone',
      { candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 1322 }] },
      { imageOutput: 0 },
    ],
    ['a zero that is left out', { candidatesTokensDetails: [{ modality: 'IMAGE' }] }, { imageOutput: 0 }],
    [
      'numbers written as strings',
      { totalTokenCount: '1339', candidatesTokenCount: '1322' },
      { candidates: 1322, total: 1339 },
    ],
    [
      'no output count but a total',
      { candidatesTokenCount: undefined, totalTokenCount: 1339 },
      { candidates: 1322 },
    ],
    [
      'no output count but a total, and thinking',
      { candidatesTokenCount: undefined, thoughtsTokenCount: 200, totalTokenCount: 1339 },
      { candidates: 1122, thoughts: 200 },
    ],
    ['no total', { thoughtsTokenCount: 200, totalTokenCount: undefined }, { total: 1539 }],
    ['thinking only in the total', { totalTokenCount: 1400 }, { candidates: 1322, thoughts: 61 }],
    [
      'a split above its sum',
      { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 2240 }] },
      { candidates: 2240, imageOutput: 2240 },
    ],
    ['tokens of tools', { toolUsePromptTokenCount: 10, totalTokenCount: 1349 }, { prompt: 27, thoughts: 0 }],
    [
      'tokens of tools beside listed thoughts',
      { toolUsePromptTokenCount: 10, thoughtsTokenCount: 0, totalTokenCount: 1349 },
      { prompt: 27, candidates: 1322, thoughts: 0 },
    ],
    ['the flex tier', { serviceTier: 'FLEX' }, { lane: 'flex' }],
    ['a tier nobody knows', { serviceTier: 'platinum' }, { lane: null }],
  ])('reads %s', (_, changes, expected) => {
    const report = { promptTokenCount: 17, candidatesTokenCount: 1322, totalTokenCount: 1339, ...changes };
    expect(usage(report)).toMatchObject(expected);
  });

  it.each<[string, object]>([
    ['holds more than all of its parts', { thoughtsTokenCount: 0, totalTokenCount: 1_340 }],
    [
      'holds more than its parts and tools',
      { thoughtsTokenCount: 0, toolUsePromptTokenCount: 10, totalTokenCount: 1_350 },
    ],
    ['holds less than input and output', { totalTokenCount: 1_338 }],
    ['holds less than input and thinking', { thoughtsTokenCount: 1_400, totalTokenCount: 1_416 }],
  ])('is not believed where its total %s', (_, changes) => {
    const report = { promptTokenCount: 17, candidatesTokenCount: 1_322, totalTokenCount: 1_339, ...changes };
    const reply = read(candidate([imagePart()], { usageMetadata: report }));
    expect(reply).toMatchObject({
      usage: null,
      usageProblem: `a total of ${report.totalTokenCount} is not the sum of its parts`,
    });
  });

  it('believes the total of a refusal that counts its thinking twice', () => {
    const report = {
      promptTokenCount: 20,
      candidatesTokenCount: 300,
      thoughtsTokenCount: 300,
      totalTokenCount: 320,
    };
    expect(read({ ...refusalAnswer(), usageMetadata: report }).usage).toMatchObject({
      candidates: 300,
      thoughts: 300,
      total: 320,
    });
  });

  it('counts the searches', () => {
    const groundingMetadata = { webSearchQueries: ['a', 'b'], imageSearchQueries: ['c'] };
    expect(read({ candidates: [{ content: { parts: [imagePart()] }, groundingMetadata }] }).searches).toBe(3);
  });
});

describe('an answer in pieces', () => {
  const piece = (facts: object, parts: readonly object[] = []) => ({
    candidates: [{ content: { parts } }],
    ...facts,
  });
  const counts = (candidatesTokenCount: number, facts: object = {}) =>
    piece({ usageMetadata: { promptTokenCount: 20, candidatesTokenCount, ...facts } });

  it('is billed by the piece that counts the most, whenever it comes', () => {
    const candidates = (...pieces: readonly object[]) => read(pieces).usage?.candidates;
    expect(candidates(counts(10), counts(1_120), counts(0))).toBe(1_120);
    expect(candidates(counts(1_120), counts(10), piece({ usageMetadata: {} }))).toBe(1_120);
    expect(candidates(piece({ usageMetadata: {} }), counts(10), counts(1_120))).toBe(1_120);
    const thinking = counts(0, { thoughtsTokenCount: 300 });
    expect(read([counts(10), thinking, counts(200)]).usage).toMatchObject({ thoughts: 300, candidates: 0 });
    const reading = { promptTokenCount: 900, candidatesTokenCount: 1 };
    expect(read([piece({ usageMetadata: reading }), counts(10)]).usage?.prompt).toBe(900);
  });

  it('is billed by the last of those that count the same', () => {
    expect(read([counts(10), counts(10, { serviceTier: 'flex' })]).usage?.lane).toBe('flex');
    expect(read([counts(10, { serviceTier: 'flex' }), counts(10)]).usage?.lane).toBeNull();
  });

  it('is not believed where one of them cannot be: the last that cannot says why', () => {
    const odd = (total: unknown) => counts(10, { totalTokenCount: total });
    expect(read([odd('many'), odd({}), counts(1_120)])).toMatchObject({
      usage: null,
      usageProblem: 'totalTokenCount is {}',
    });
  });

  it('is one, whatever else came on lines of their own', () => {
    const lines = [{ ping: 1 }, refusalAnswer(), { pong: 2 }].map((line) => JSON.stringify(line));
    expect(raw(lines.join('\n')).refusals).toMatchObject([{ reason: 'IMAGE_SAFETY' }]);
  });

  it('is billed by a piece that counts nothing, rather than by one that says nothing', () => {
    const nothing = piece({ usageMetadata: { promptTokenCount: 0, candidatesTokenCount: 0 } });
    expect(read([nothing, piece({ usageMetadata: {} }, [imagePart()])]).usage).toMatchObject({
      candidates: 0,
    });
  });

  it('is refused, whatever words came as events of their own', () => {
    const refused = JSON.stringify(refusalAnswer('IMAGE_SAFETY'));
    expect(raw(`data: ping\n\ndata: ${refused}\n\n`).refusals).toMatchObject([{ reason: 'IMAGE_SAFETY' }]);
  });

  it('makes no sense without a picture where one of them says an error', () => {
    const said = JSON.stringify({ usageMetadata: USAGE });
    const thrown = failure(() => raw(`{"error":{"code":500}}\n${said}`));
    expect(thrown).toMatchObject({ kind: 'unconfirmed', charged: 'unknown' });
  });

  it('is of the first model and number that a piece names', () => {
    const pieces = [
      piece({}),
      piece({ modelVersion: 'a', responseId: '1' }),
      piece({ modelVersion: 'b', responseId: '2' }),
    ];
    expect(read(pieces)).toMatchObject({ modelVersion: 'a', responseId: '1' });
    expect(read([piece({}, [imagePart()])])).toMatchObject({ modelVersion: null, responseId: null });
  });

  it('is refused for the last reason that is one, in the first words that are said', () => {
    const ended = (finishReason: string, finishMessage?: string) => ({
      candidates: [{ finishReason, finishMessage }],
    });
    const refusals = (...pieces: readonly object[]) => read(pieces).refusals;
    expect(refusals(ended('IMAGE_OTHER'), ended('IMAGE_SAFETY'), ended('STOP'))).toEqual([
      { reason: 'IMAGE_SAFETY', message: '' },
    ]);
    expect(refusals(ended('STOP', 'Because.'), ended('IMAGE_SAFETY'), ended('STOP', 'No.'))).toEqual([
      { reason: 'IMAGE_SAFETY', message: 'Because.' },
    ]);
    expect(refusals(ended('STOP', 'Because.'), ended('IMAGE_SAFETY', 'Not safe.'))).toEqual([
      { reason: 'IMAGE_SAFETY', message: 'Not safe.' },
    ]);
    expect(refusals(ended('FINISH_REASON_UNSPECIFIED', 'Because.'))).toEqual([
      { reason: 'NO_IMAGE', message: 'Because.' },
    ]);
    const blocked = { promptFeedback: { blockReason: 'BLOCKLIST', blockReasonMessage: 'A word.' } };
    expect(refusals(ended('IMAGE_SAFETY'), { promptFeedback: {} }, blocked)).toEqual([
      { reason: 'BLOCKLIST', message: 'A word.' },
    ]);
  });
});

describe('an answer in the spelling of protobuf', () => {
  it('says the same, and its parts stay as they are', () => {
    const part = {
      inline_data: { mime_type: 'image/png', data: PIXEL.toString('base64') },
      thought_signature: 'c2ln',
    };
    const reply = read({
      candidates: [
        {
          content: { parts: [part] },
          finish_reason: 'STOP',
          grounding_metadata: { web_search_queries: ['a'] },
        },
      ],
      usage_metadata: {
        prompt_token_count: 22,
        candidates_token_count: 1_216,
        candidates_tokens_details: [{ modality: 'IMAGE', token_count: 1_120 }],
      },
      model_version: 'm',
      response_id: '1',
    });
    expect(bytesOf(reply.images)).toEqual([PIXEL.toString()]);
    expect(reply).toMatchObject({
      usage: { prompt: 22, candidates: 1_216, imageOutput: 1_120 },
      parts: [part],
      searches: 1,
      modelVersion: 'm',
      responseId: '1',
    });
    expect(
      read({ prompt_feedback: { block_reason: 'OTHER', block_reason_message: 'No.' } }).refusals,
    ).toEqual([{ reason: 'OTHER', message: 'No.' }]);
  });
});

describe('what the next turn sends back', () => {
  it('is every part as it came, but for thoughts', () => {
    const kept = [
      { text: 'Here:', thought: false, later_field: 1 },
      { ...imagePart(PIXEL), thoughtSignature: 'c2ln' },
    ];
    expect(read(candidate([{ text: 'Hm.', thought: true }, ...kept])).parts).toEqual(kept);
    const words = {
      candidates: [{ content: { parts: [{ text: 'a' }] } }, { content: { parts: [{ text: 'b' }] } }],
    };
    expect(read([words, { candidates: [{}] }, candidate([{ text: 'c' }])]).parts).toEqual([
      { text: 'a' },
      { text: 'c' },
    ]);
  });
});

describe('what the next turn sends back of a chat completion', () => {
  it('is its words, and its picture as one', () => {
    const content = `Here: data:image/png;base64,${PIXEL.toString('base64')}`;
    const said = (content: string) => read({ choices: [{ message: { content } }] }).parts;
    expect(said(content)).toEqual([{ text: 'Here: ' }, imagePart(PIXEL)]);
    expect(said(content.slice('Here: '.length))).toEqual([imagePart(PIXEL)]);
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
    expect(said(`data:image/png;base64,${jpeg.toString('base64')}`)).toEqual([imagePart(jpeg, 'image/jpeg')]);
    const images = [{ image_url: { url: content.slice('Here: '.length) } }];
    expect(read({ choices: [{ message: { images } }] }).parts).toEqual([imagePart(PIXEL)]);
  });
});

describe('what a gateway says that it charged', () => {
  const URL_OF_PIXEL = `data:image/png;base64,${PIXEL.toString('base64')}`;
  const completion = (usage: object | null, facts: object = {}) => ({
    choices: [{ finish_reason: 'stop', message: { content: URL_OF_PIXEL } }],
    ...(usage && { usage: { prompt_tokens: 7, completion_tokens: 1_200, total_tokens: 1_207, ...usage } }),
    ...facts,
  });

  it.each<[string, object, string | undefined]>([
    ['as a number', { cost: 0.0387 }, '0.0387'],
    ['in digits', { cost: '0.0387' }, '0.0387'],
    ['nothing', { cost: 0 }, '0'],
    [
      'with a fee beside what the maker charges to a key of its own',
      { cost: 0.002, is_byok: true, cost_details: { upstream_inference_cost: 0.04 } },
      '0.042',
    ],
    [
      'with what the maker charged it, and no such key',
      { cost: 0.05, is_byok: false, cost_details: { upstream_inference_cost: 0.04 } },
      '0.05',
    ],
    ['of which the maker charges nothing', { cost: 0.05, is_byok: true, cost_details: {} }, '0.05'],
    ['of which nobody tells what the maker charges', { cost: 0.05, is_byok: true }, '0.05'],
    ['not at all', {}, undefined],
    ['in other words', { cost: 'free' }, undefined],
    ['below nothing', { cost: -1 }, undefined],
    ['as no amount', { cost: [0.04] }, undefined],
  ])('is read %s', (_, usage, dollars) => {
    const reply = read(completion(usage));
    expect(bytesOf(reply.images)).toEqual([PIXEL.toString()]);
    expect(reply.stated).toBe(dollars === undefined ? undefined : usd(dollars));
  });

  it('is the last that it says', () => {
    const said = (...costs: readonly unknown[]) => read(costs.map((cost) => completion({ cost }))).stated;
    expect(said(0.01, 0.03, 'soon')).toBe(usd('0.03'));
    expect(read([completion({ cost: 0.03 }), completion(null)]).stated).toBe(usd('0.03'));
  });

  it('comes with the counts of a chat completion, of which thinking is a part', () => {
    const details = { image_tokens: 1_120, reasoning_tokens: 60 };
    expect(
      read(completion({ completion_tokens_details: details }, { id: 'gen-1', model: 'm' })),
    ).toMatchObject({
      usage: { prompt: 7, candidates: 1_140, imageOutput: 1_120, thoughts: 60, total: 1_207 },
      modelVersion: 'm',
      responseId: 'gen-1',
    });
    expect(read(completion({})).usage).toMatchObject({ candidates: 1_200, imageOutput: null, thoughts: 0 });
  });

  it.each<[string, object, object]>([
    [
      'thinking',
      { completion_tokens_details: { reasoning_tokens: 60 } },
      { candidates: 1_140, thoughts: 60 },
    ],
    ['pictures', { completion_tokens_details: { image_tokens: 1_120 } }, { imageOutput: 1_120 }],
    [
      'thinking and everything, but not its output',
      { completion_tokens: undefined, completion_tokens_details: { reasoning_tokens: 60 } },
      { candidates: 1_140, thoughts: 60 },
    ],
    [
      'input and output, but not everything',
      { total_tokens: undefined },
      { candidates: 1_200, total: 1_207 },
    ],
  ])('counts %s alone', (_, usage, expected) => {
    expect(read(completion(usage)).usage).toMatchObject(expected);
  });

  it('is believed of a gateway that counts nothing', () => {
    expect(read({ ...completion(null), usage: { cost: 0.04 } }).stated).toBe(usd('0.04'));
  });

  it.each([
    ['content_filter', 'SAFETY'],
    ['length', 'MAX_TOKENS'],
    ['stop', 'NO_IMAGE'],
    ['error', 'error'],
  ])('is for nothing where a completion ended as %s: %s', (finish_reason, reason) => {
    const { refusals } = read({ choices: [{ finish_reason, message: { content: '', refusal: 'No.' } }] });
    expect(refusals).toEqual([{ reason, message: 'No.' }]);
    expect(read({ choices: [{ finish_reason }] }).refusals).toEqual([{ reason, message: '' }]);
  });
});

describe('Imagen', () => {
  it('gives several pictures, and the reasons of those it filtered', () => {
    const reply = readImagen({
      predictions: [
        ...predictions(PIXEL, other).predictions,
        { raiFilteredReason: 'You will not be charged for blocked images. Support codes: 39322892' },
        { mimeType: 'image/png', bytesBase64Encoded: '*' },
        { safetyAttributes: {} },
      ],
    });
    expect(bytesOf(reply.images)).toEqual([PIXEL.toString(), other.toString()]);
    expect(reply.refusals).toEqual([
      {
        reason: 'RAI_FILTERED',
        message: 'You will not be charged for blocked images. Support codes: 39322892',
      },
      { reason: 'UNDECODABLE_IMAGE', message: '' },
    ]);
    expect(reply).toMatchObject({ extras: [], usage: null, text: null });
  });

  it('gives nothing but pictures when nothing was filtered', () => {
    expect(readImagen(predictions(PIXEL))).toMatchObject({
      images: [{ mimeType: 'image/png' }],
      refusals: [],
    });
  });

  it('says nothing good when it says an error', () => {
    const answer = { error: { code: 500 }, predictions: [] };
    expect(failure(() => readImagen(answer))).toMatchObject({ kind: 'unconfirmed', charged: 'unknown' });
  });

  it.each(['null', '7', '[]', '[{}]'])('says nothing with %s', (text) => {
    expect(failure(() => raw(text, 'predict'))).toMatchObject({ kind: 'unconfirmed', charged: 'unknown' });
  });

  it('gives a picture that came beside an error', () => {
    const answer = { error: { code: 500 }, ...predictions(PIXEL) };
    expect(bytesOf(readImagen(answer).images)).toEqual([PIXEL.toString()]);
  });

  it.each([{}, { predictions: [] }, { predictions: null }, { predictions: [{ safetyAttributes: {} }] }])(
    'gave no picture with %j',
    (answer) => {
      expect(readImagen(answer)).toMatchObject({
        images: [],
        refusals: [{ reason: 'NO_IMAGE', message: '' }],
      });
    },
  );
});

describe('an answer without sense', () => {
  it.each([
    '',
    ' ',
    'null',
    '5',
    '"text"',
    '[]',
    '[{},{}]',
    '{}',
    '{"candidates":[{"content":{"parts":[{"inlineData":{"data":"AAAA',
    '<!doctype html><title>Sign in</title>',
    '{"error":{"code":503,"status":"UNAVAILABLE"}}',
    '[{"error":{"code":500}}]',
    'QUJD'.repeat(600),
  ])('may have been charged: %j', (text) => {
    const thrown = failure(() => raw(text));
    expect(thrown).toMatchObject({ kind: 'unconfirmed', charged: 'unknown', repeat: false });
    expect(thrown.detail).toContain(`${text.length} bytes`);
  });

  it('shows its beginning without control characters, and no part of the key at the cut', () => {
    for (let before = 1_980; before < 2_010; before++) {
      const { detail = '' } = failure(() =>
        raw(`\u001b[2J${'x '.repeat(before / 2)}AIzaSecret${'y '.repeat(2_500)}`),
      );
      expect(detail).toContain(String.raw`\u{1b}[2J`);
      expect(detail).not.toContain('AIza');
      expect(detail.length).toBeLessThan(2_100);
    }
  });

  it('is shown without its base64', () => {
    const { detail = '' } = failure(() => raw(`{"error":{"blob":"${'QUJD'.repeat(400)}"}}`));
    expect(detail).toContain('(1600 characters)');
    expect(detail).not.toContain('QUJDQUJD');
  });
});

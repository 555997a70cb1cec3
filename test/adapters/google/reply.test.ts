import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReply } from '../../../src/adapters/google/reply.ts';
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

  it('may come wrapped in an array', () => {
    expect(read([candidate([imagePart(PIXEL)])]).images).toHaveLength(1);
  });
});

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
    ['thinking only in the total', { totalTokenCount: 1400 }, { candidates: 1322, thoughts: 61 }],
    [
      'a split above its sum',
      { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 2240 }] },
      { candidates: 2240, imageOutput: 2240 },
    ],
    ['tokens of tools', { toolUsePromptTokenCount: 10, totalTokenCount: 1349 }, { prompt: 27, thoughts: 0 }],
    ['the flex tier', { serviceTier: 'FLEX' }, { lane: 'flex' }],
    ['a tier nobody knows', { serviceTier: 'platinum' }, { lane: null }],
  ])('reads %s', (_, changes, expected) => {
    const report = { promptTokenCount: 17, candidatesTokenCount: 1322, totalTokenCount: 1339, ...changes };
    expect(usage(report)).toMatchObject(expected);
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

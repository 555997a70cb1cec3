import { describe, expect, it } from 'vitest';
import { readReply } from '../../../src/adapters/google/reply.ts';
import { bill } from '../../../src/core/pricing/bill.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { PIXEL } from '../../support/answers.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';
import { providerAt } from '../../support/provider.ts';

// Every form of a picture × every report of usage × everything that may be wrapped around an answer.

const DATA = PIXEL.toString('base64');
const URL = `data:image/png;base64,${DATA}`;

const PARTS: Readonly<Record<string, readonly object[]>> = {
  'as Google sends it': [{ inlineData: { mimeType: 'image/png', data: DATA } }],
  'in snake_case': [{ inline_data: { mime_type: 'image/png', data: DATA } }],
  'in both cases': [{ inline_data: { mimeType: 'image/png', data: DATA } }],
  'of nonsense type': [{ inlineData: { mimeType: 'application/octet-stream', data: DATA } }],
  'as a data URL in its data': [{ inlineData: { mimeType: 'image/jpeg', data: URL } }],
  'in Markdown': [{ text: `Here: ![image](${URL}) Done.` }],
  'in HTML': [{ text: `<p><img alt="" src="${URL}"></p>` }],
  'as a bare data URL': [{ text: URL }],
  'as bare base64': [{ text: DATA }],
  'over several texts': [{ text: `![image](${URL.slice(0, 50)}` }, { text: `${URL.slice(50)})` }],
};

const COUNTS = { promptTokenCount: 9, candidatesTokenCount: 1500, totalTokenCount: 1509 };
const USAGES: Readonly<Record<string, object | undefined>> = {
  whole: { ...COUNTS, candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }] },
  none: undefined,
  zeros: { promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0 },
  'the prompt alone': { promptTokenCount: 9 },
  'a total of 0': { ...COUNTS, totalTokenCount: 0 },
  'a total of 0 alone': { promptTokenCount: 9, totalTokenCount: 0 },
  'too little': { promptTokenCount: 9, candidatesTokenCount: 1, totalTokenCount: 10 },
  negative: { ...COUNTS, candidatesTokenCount: -5 },
  fractional: { ...COUNTS, candidatesTokenCount: 0.5 },
  'beyond the model': { promptTokenCount: 9, candidatesTokenCount: 1e15, totalTokenCount: 1e15 + 9 },
  'beyond 2^53': { ...COUNTS, candidatesTokenCount: 2 ** 60 },
};

const WRAPPERS: Readonly<Record<string, (answer: object) => string>> = {
  nothing: (answer) => JSON.stringify(answer),
  response: (response) => JSON.stringify({ response }),
  'data and code': (data) => JSON.stringify({ code: 0, data }),
  result: (result) => JSON.stringify({ result: { result } }),
  'an array': (answer) => JSON.stringify([answer]),
  events: (answer) => `data: ${JSON.stringify(answer)}\n\ndata: [DONE]\n\n`,
  'a prefix': (answer) => `)]}'\n${JSON.stringify(answer)}`,
};

const LITE = 'gemini-3.1-flash-lite-image';
const order = anOrder(LITE);
const { model, lane, size } = order;
const quoted = quote(order, TODAY);
const provider = providerAt('https://google.example', 'AIzaSecret');

const ALL = Object.entries(PARTS).flatMap(([shape, parts]) =>
  Object.entries(USAGES).flatMap(([usage, usageMetadata]) =>
    Object.entries(WRAPPERS).map(([wrapper, wrap]) => ({
      shape,
      usage,
      wrapper,
      parts,
      usageMetadata,
      wrap,
    })),
  ),
);

describe('answers in odd clothes', () => {
  it('are of at least 300 kinds', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(300);
  });

  it('never lose a picture, and are never booked below the quote without a count', () => {
    const wrong = ALL.filter(({ usage, parts, usageMetadata, wrap }) => {
      const answer = { candidates: [{ content: { parts }, finishReason: 'STOP' }], usageMetadata };
      const reply = readReply(Buffer.from(wrap(answer)), 'generateContent', provider);
      const price = bill({ model, lane, size, day: TODAY, quote: quoted, reply });
      const isThere = reply.images.length === 1 && PIXEL.equals(reply.images[0]?.bytes ?? Buffer.of());
      const isBooked =
        usage === 'whole'
          ? price.basis === 'metered' && price.amount >= quoted.low
          : price.basis === 'estimated' && price.amount >= quoted.expected;
      return (
        !isThere || !isBooked || price.charged !== 'yes' || (reply.text ?? '').includes(DATA.slice(0, 40))
      );
    }).map(({ shape, usage, wrapper }) => `${shape}, ${usage}, ${wrapper}`);
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(PARTS))(
    '%s, a picture comes out of an answer whose last bytes are missing',
    (_, parts) => {
      const usageMetadata = USAGES['whole'];
      const whole = JSON.stringify({ candidates: [{ content: { parts } }], usageMetadata });
      const end = whole.indexOf('usageMetadata') + 40;
      const reply = readReply(Buffer.from(whole.slice(0, end)), 'generateContent', provider);
      expect(reply).toMatchObject({ images: [{ bytes: PIXEL }], usage: null });
    },
  );
});

describe('what is picture-like and not understood', () => {
  const read = (parts: readonly object[], more: object = {}) =>
    readReply(
      Buffer.from(JSON.stringify({ candidates: [{ content: { parts } }], ...more })),
      'generateContent',
      provider,
    );

  it.each<[string, readonly object[], object?]>([
    ['a part of an unknown kind', [{ hologram: { id: 'x' } }]],
    ['long base64 in an unknown place', [{ hologram: 'QUJD'.repeat(600) }]],
    ['long base64 in a text', [{ text: 'QUJD'.repeat(600) }]],
    ['the address of a picture', [{ fileData: { fileUri: 'https://gateway.example/cat.png' } }]],
    ['the address of a picture in a text', [{ text: '![cat](https://gateway.example/cat)' }]],
    ['image tokens without a picture', [], { usageMetadata: USAGES['whole'] }],
    [
      'a type that is no picture that pixtab knows',
      [{ inlineData: { mimeType: 'model/gltf', data: 'QUJD' } }],
    ],
  ])('is kept and booked at the quote at least: %s', (_, parts, more) => {
    const reply = read(parts, more);
    const price = bill({ model, lane, size, day: TODAY, quote: quoted, reply });
    expect(reply.images).toEqual([]);
    expect(reply.refusals.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^(?:UNREAD_IMAGE|UNDECODABLE_IMAGE)$/),
    ]);
    expect(price.amount).toBeGreaterThanOrEqual(quoted.low);
    expect(JSON.stringify(reply.refusals)).not.toContain('QUJDQUJD');
  });
});

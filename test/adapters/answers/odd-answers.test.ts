import { describe, expect, it } from 'vitest';
import { readReply } from '../../../src/adapters/google/reply.ts';
import { bill } from '../../../src/core/pricing/bill.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { PIXEL } from '../../support/answers.ts';
import { DATA_URL, FORMS, ODD_ANSWERS, USAGES } from '../../support/odd-answers.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';
import { providerAt } from '../../support/provider.ts';

const LITE = 'gemini-3.1-flash-lite-image';
const order = anOrder(LITE);
const { model, lane, size } = order;
const quoted = quote(order, TODAY);
const provider = providerAt('https://google.example', 'AIzaSecret');

describe('answers in odd clothes', () => {
  it('are of at least 300 kinds', () => {
    expect(ODD_ANSWERS.length).toBeGreaterThanOrEqual(300);
  });

  it('never lose a picture, and are never booked below the quote without a count', () => {
    const wrong = ODD_ANSWERS.filter(({ usage, body }) => {
      const reply = readReply(Buffer.from(body), 'generateContent', provider);
      const price = bill({ model, lane, size, day: TODAY, quote: quoted, reply });
      const isThere = reply.images.length === 1 && PIXEL.equals(reply.images[0]?.bytes ?? Buffer.of());
      const isBooked =
        usage === 'whole'
          ? price.basis === 'metered' && price.amount >= quoted.low
          : price.basis === 'estimated' && price.amount >= quoted.expected;
      const isShown = (reply.text ?? '').includes(DATA_URL.slice(-40));
      return !isThere || !isBooked || price.charged !== 'yes' || isShown;
    }).map(({ form, usage, wrapper }) => `${form}, ${usage}, ${wrapper}`);
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(FORMS))(
    '%s, a picture comes out of an answer whose last bytes are missing',
    (_, write) => {
      const whole = JSON.stringify(write(USAGES['whole']));
      const end = whole.indexOf('"usage') + 40;
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

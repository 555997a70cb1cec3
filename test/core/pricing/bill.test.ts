import { describe, expect, it } from 'vitest';
import { bill } from '../../../src/core/pricing/bill.ts';
import { findModel, MODELS } from '../../../src/core/catalogue/catalogue.ts';
import type { Model, Size } from '../../../src/core/catalogue/model.ts';
import type { Bill } from '../../../src/core/pricing/types.ts';
import { sum, toDecimal, usd } from '../../../src/core/pricing/money.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { termsOf } from '../../../src/core/pricing/quoted-terms.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import { soldBy } from '../../../src/core/providers/sold-by.ts';
import type { Order } from '../../../src/core/order/order.ts';
import type { Reply, Usage } from '../../../src/core/order/reply.ts';
import { anOrder, aPicture, aRefusal, aReply, aUsage, TODAY } from '../../support/pricing.ts';

function billOf(model: Model | string, reply: Reply, changes: Partial<Order> = {}, day = TODAY): Bill {
  const order = anOrder(model, changes);
  const { lane, size } = order;
  return bill({ model: order.model, lane, size, day, quote: quote(order, day), reply });
}

const linesOf = ({ lines }: Bill) =>
  lines.map(({ meter, quantity, amount }) => [meter, quantity, toDecimal(amount)]);

describe('the bill of an answer that reports its usage', () => {
  it('of a Pro picture at 4K is $0.248776, where the list says $0.24', () => {
    const usage = aUsage({ prompt: 326, candidates: 2340, imageOutput: 2000, thoughts: 337 });
    const made = billOf('nano-banana-pro', aReply({ usage }), { size: '4K' });
    expect(linesOf(made)).toEqual([
      ['text input', 326, '0.000652'],
      ['image output', 2000, '0.24'],
      ['text output', 340, '0.00408'],
      ['thinking', 337, '0.004044'],
    ]);
    expect([made.basis, made.charged, toDecimal(made.amount)]).toEqual(['metered', 'yes', '0.248776']);
  });

  it('of an edit that brought two pictures counts both', () => {
    const usage = aUsage({
      prompt: 615,
      promptText: 99,
      promptImage: 516,
      candidates: 2478,
      imageOutput: 2240,
      thoughts: 208,
    });
    const made = billOf('nano-banana-pro', aReply({ usage }), { inputs: [aPicture] });
    expect(linesOf(made)).toEqual([
      ['text input', 99, '0.000198'],
      ['image input', 516, '0.001032'],
      ['image output', 2240, '0.2688'],
      ['text output', 238, '0.002856'],
      ['thinking', 208, '0.002496'],
    ]);
    expect(toDecimal(made.amount)).toBe('0.275382');
  });

  it.each([
    // model, prompt, candidates, of them the picture, thoughts, dollars
    ['gemini-3.1-flash-lite-image', 5, 1518, 1120, 0, '0.03419825'],
    ['gemini-3-pro-image', 22, 1216, 1120, 179, '0.137744'],
    ['gemini-3-pro-image', 30, 1780, 1120, 529, '0.148728'],
    ['gemini-3.1-flash-image', 17, 1322, 1120, 0, '0.0678145'],
    ['gemini-nano-banana-2.1', 10, 1520, 1120, 500, '0.040365'],
    ['gemini-2.5-flash-image', 9, 1290, 1290, 0, '0.0387027'],
  ])(
    'of %s with %i + %i tokens (%i + %i) is to the nano-dollar',
    (model, prompt, candidates, imageOutput, thoughts, dollars) => {
      const made = billOf(model, aReply({ usage: aUsage({ prompt, candidates, imageOutput, thoughts }) }));
      expect(toDecimal(made.amount)).toBe(dollars);
    },
  );

  it('takes what is left of a prompt whose text is known for its images', () => {
    const usage = aUsage({ prompt: 615, promptText: 99, candidates: 1120, imageOutput: 1120 });
    expect(linesOf(billOf('nano-banana-pro', aReply({ usage }))).slice(0, 2)).toEqual([
      ['text input', 99, '0.000198'],
      ['image input', 516, '0.001032'],
    ]);
  });

  it('without a split counts all of the output as the picture, the dearer reading', () => {
    const usage = aUsage({ prompt: 17, candidates: 1322, thoughts: 10 });
    expect(linesOf(billOf('nano-banana-2', aReply({ usage })))).toEqual([
      ['text input', 17, '0.0000085'],
      ['image output', 1322, '0.07932'],
      ['thinking', 10, '0.00003'],
    ]);
  });

  it('does not believe a split without a picture when a picture came', () => {
    const usage = aUsage({ prompt: 17, candidates: 1322, imageOutput: 0 });
    expect(linesOf(billOf('nano-banana-2', aReply({ usage })))[1]).toEqual(['image output', 1322, '0.07932']);
  });

  it('is charged where usage counts a picture, although its bytes are broken', () => {
    const made = billOf(
      'nano-banana-2-lite',
      aReply({
        images: [],
        refusals: [{ reason: 'UNDECODABLE_IMAGE', message: '' }],
        usage: aUsage({ prompt: 10, candidates: 1120, imageOutput: 1120 }),
      }),
    );
    expect(linesOf(made).map(([meter, quantity]) => [meter, quantity])).toContainEqual([
      'image output',
      1120,
    ]);
    expect([made.basis, made.charged]).toEqual(['metered', 'yes']);
  });

  it('of a text answer counts all of its output as text', () => {
    const reply = aReply({
      images: [],
      text: 'Once upon a time',
      usage: aUsage({ prompt: 18, candidates: 48 }),
    });
    const made = billOf('nano-banana', reply);
    expect(linesOf(made)).toEqual([
      ['text input', 18, '0.0000054'],
      ['text output', 48, '0.00012'],
    ]);
    expect([made.basis, made.charged]).toEqual(['metered', 'yes']);
  });

  it('in the half-price lane is half, although the answer says standard', () => {
    const usage = aUsage({ prompt: 10, candidates: 1520, imageOutput: 1120, lane: 'now' });
    const now = billOf('nano-banana-2-lite', aReply({ usage }));
    const batch = billOf('nano-banana-2-lite', aReply({ usage }), { lane: 'batch' });
    expect(batch.amount * 2n).toBe(now.amount);
  });

  it('is at the rates of the lane that was really used', () => {
    const usage = aUsage({ prompt: 10, candidates: 1290, imageOutput: 1290 });
    const flex = billOf('nano-banana', aReply({ usage: { ...usage, lane: 'now' } }), { lane: 'flex' });
    expect(toDecimal(flex.amount)).toBe('0.038703');
    const unknown = billOf('nano-banana-2.1', aReply({ usage: { ...usage, lane: 'flex' } }));
    expect([unknown.basis, unknown.lines[0]?.rate]).toEqual(['metered', usd('1.5')]);
  });

  it('counts the searches', () => {
    const usage = aUsage({ prompt: 10, candidates: 1120, imageOutput: 1120 });
    expect(linesOf(billOf('nano-banana-2.1', aReply({ usage, searches: 3 })))).toContainEqual([
      'search',
      3,
      '0.042',
    ]);
  });

  it('is never lost for want of a rate: the quote is booked', () => {
    const usage = aUsage({ prompt: 10, candidates: 1120, imageOutput: 1120 });
    const made = billOf('nano-banana-2-lite', aReply({ usage, searches: 3 }));
    expect([made.basis, made.charged, toDecimal(made.amount)]).toEqual(['estimated', 'yes', '0.03419825']);
  });

  it('counts an unsplit prompt at the dearer of the two input rates', () => {
    const lite = findModel('nano-banana-2-lite');
    const model: Model = {
      ...lite,
      rates: lite.rates.map((rate) => (rate.meter === 'image input' ? { ...rate, price: usd('9') } : rate)),
    };
    const usage = aUsage({ prompt: 1000, candidates: 1120, imageOutput: 1120 });
    const line = linesOf(billOf(model, aReply({ usage }), { inputs: [aPicture] }))[0];
    expect(line).toEqual(['image input', 1000, '0.009']);
  });
});

describe('the bill of an answer without a picture', () => {
  it('counts the prompt, and what came out only once where the candidates repeat the thoughts', () => {
    const usage = { ...aUsage({ prompt: 300, candidates: 180, thoughts: 180 }), total: 480 };
    const made = billOf('nano-banana-pro', aRefusal('IMAGE_SAFETY', 'It was filtered out.', usage));
    expect(linesOf(made)).toEqual([
      ['text input', 300, '0.0006'],
      ['thinking', 180, '0.00216'],
    ]);
    expect(made.charged).toBe('unknown');
  });

  it('of a blocked picture that reports only its prompt is the prompt', () => {
    const made = billOf(
      'nano-banana-2',
      aRefusal('IMAGE_PROHIBITED_CONTENT', '', aUsage({ prompt: 2658, candidates: 0 })),
    );
    expect([made.basis, toDecimal(made.amount)]).toEqual(['metered', '0.001329']);
  });

  it('is nothing where Google says that nothing is charged', () => {
    const message =
      'Unable to show the generated image. You will not be charged for this request. Try rephrasing.';
    expect(billOf('nano-banana-2', aRefusal('IMAGE_OTHER', message))).toMatchObject({
      charged: 'no',
      amount: 0n,
      lines: [],
    });
  });

  it('without usage books what went in, and says that nobody knows: unknown is not zero', () => {
    const made = billOf('nano-banana-2', aRefusal('SAFETY'), { inputs: [aPicture] });
    expect(linesOf(made)).toEqual([
      ['text input', 5, '0.0000025'],
      ['image input', 1120, '0.00056'],
    ]);
    expect([made.basis, made.charged]).toEqual(['estimated', 'unknown']);
  });

  it('of text without usage books the text too, never a picture', () => {
    const made = billOf('nano-banana-pro', aReply({ images: [], text: 'No.' }));
    expect(made.lines.map(({ meter }) => meter)).toEqual(['text input', 'text output', 'thinking']);
    expect([made.basis, made.charged]).toEqual(['estimated', 'yes']);
  });
});

describe('the bill of a picture without usage', () => {
  it('has no line of nothing', () => {
    const { lines } = billOf('nano-banana-2-lite', aReply());
    expect(lines.map(({ meter }) => meter)).toEqual(['text input', 'image output', 'text output']);
  });

  it('stands although the answer says that another picture is not charged', () => {
    const refusals = [{ reason: 'IMAGE_OTHER', message: 'You will not be charged for this request.' }];
    expect(billOf('nano-banana-2', aReply({ refusals })).charged).toBe('yes');
  });

  it.each(MODELS.filter(({ family }) => family === 'gemini'))(
    'of $name is the expected price of the quote',
    (model) => {
      const made = billOf(model, aReply());
      expect([made.basis, made.charged, made.amount]).toEqual([
        'estimated',
        'yes',
        quote(anOrder(model), TODAY).expected,
      ]);
    },
  );
});

describe('the bill of Imagen', () => {
  const image = { mimeType: 'image/png', bytes: new Uint8Array([1]) };
  const of = (delivered: number, asked: number): Bill => {
    const refusals = Array.from({ length: asked - delivered }, () => ({
      reason: 'FILTERED',
      message: 'Unable to show generated images. You will not be charged for blocked images.',
    }));
    const images = Array.from({ length: delivered }, () => image);
    return billOf('imagen-4-fast', aReply({ images, refusals }), { count: asked }, '2026-03-15');
  };

  it.each([
    [4, 4, '0.08'],
    [3, 4, '0.06'],
    [1, 1, '0.02'],
  ])('%i of %i pictures: $%s', (delivered, asked, dollars) => {
    const made = of(delivered, asked);
    expect([made.basis, made.charged, toDecimal(made.amount)]).toEqual(['listed', 'yes', dollars]);
    expect(linesOf(made)).toEqual([['image', delivered, dollars]]);
  });

  it('is nothing when no picture came, whatever reason is given', () => {
    expect(billOf('imagen-4-fast', aRefusal('FILTERED'), {}, '2026-03-15')).toMatchObject({
      charged: 'no',
      amount: 0n,
    });
  });

  it('counts a picture whose bytes are broken: it was made, and nobody said that it is free', () => {
    const refusals = [{ reason: 'UNDECODABLE_IMAGE', message: '' }];
    const made = billOf('imagen-4-fast', aReply({ images: [image], refusals }), { count: 2 }, '2026-03-15');
    expect([made.charged, ...linesOf(made)]).toEqual(['yes', ['image', 2, '0.04']]);
  });

  it('is nothing when all were filtered', () => {
    expect(of(0, 4)).toMatchObject({ basis: 'listed', charged: 'no', amount: 0n, lines: [] });
  });
});

describe("a reseller's flat price", () => {
  const pro = findModel('nano-banana-pro');
  const [rate] = findModel('imagen-4').rates;
  const model: Model = rate ? { ...pro, rates: [{ ...rate, price: usd('0.09') }] } : pro;

  it('is taken for a picture, whatever usage says', () => {
    const usage = aUsage({ prompt: 10, candidates: 9000, imageOutput: 8960 });
    expect(billOf(model, aReply({ usage })).amount).toBe(usd('0.09'));
  });

  it('is booked, as unknown, when no picture came', () => {
    expect(billOf(model, aRefusal('IMAGE_SAFETY'))).toMatchObject({
      basis: 'estimated',
      charged: 'unknown',
      amount: usd('0.09'),
    });
  });
});

describe('the bill of a seller who charges for refusals', () => {
  const [relayed] = soldBy(
    [findModel('nano-banana-2')],
    { ...GOOGLE, billedByGoogle: false, charges: { refusals: 'charged' } },
    null,
  );
  const model = relayed ?? findModel('nano-banana-2');
  const promised = 'You will not be charged for this request.';
  const flat: Model = {
    ...model,
    rates: findModel('imagen-4').rates.map((rate) => ({ ...rate, price: usd('0.09'), refusals: 'charged' })),
  };

  it('counts what was reported, whatever the answer promises', () => {
    const usage = { ...aUsage({ prompt: 300, candidates: 180, thoughts: 180 }), total: 480 };
    const made = billOf(model, aRefusal('IMAGE_SAFETY', promised, usage));
    expect(made).toMatchObject({ basis: 'estimated', charged: 'yes' });
    expect(made).toEqual({
      ...billOf('nano-banana-2', aRefusal('IMAGE_SAFETY', '', usage)),
      charged: 'yes',
      basis: 'estimated',
    });
  });

  it('is the quote where nothing was reported', () => {
    const made = billOf(model, aRefusal('IMAGE_SAFETY', promised));
    const order = anOrder(model);
    expect(made).toMatchObject({
      basis: 'estimated',
      charged: 'yes',
      amount: quote(order, TODAY).expected,
    });
  });

  it('is the flat price where there is one', () => {
    const made = billOf(flat, aRefusal('IMAGE_SAFETY', promised));
    expect(made).toMatchObject({ basis: 'listed', charged: 'yes', amount: usd('0.09') });
  });

  it('is the same for whoever finishes the purchase later', () => {
    const { rates } = termsOf(model, quote(anOrder(model), TODAY));
    const later = { ...findModel('nano-banana-2'), rates: rates ?? [] };
    const reply = aRefusal('IMAGE_SAFETY', promised);
    expect(billOf(later, reply)).toEqual(billOf(model, reply));
  });
});

describe('what was recorded lies within its quote', () => {
  it.each<readonly [string, Size, number, Usage]>([
    ['gemini-3.1-flash-lite-image', '1K', 0, aUsage({ prompt: 5, candidates: 1518, imageOutput: 1120 })],
    [
      'gemini-3-pro-image',
      '1K',
      0,
      aUsage({ prompt: 22, candidates: 1216, imageOutput: 1120, thoughts: 179 }),
    ],
    [
      'gemini-3-pro-image',
      '1K',
      0,
      aUsage({ prompt: 30, candidates: 1780, imageOutput: 1120, thoughts: 529 }),
    ],
    [
      'gemini-3-pro-image',
      '4K',
      0,
      aUsage({ prompt: 326, candidates: 2340, imageOutput: 2000, thoughts: 337 }),
    ],
    [
      'gemini-3-pro-image',
      '1K',
      1,
      aUsage({
        prompt: 615,
        promptText: 99,
        promptImage: 516,
        candidates: 2478,
        imageOutput: 2240,
        thoughts: 208,
      }),
    ],
    ['gemini-3.1-flash-image', '1K', 0, aUsage({ prompt: 17, candidates: 1322, imageOutput: 1120 })],
    ['gemini-2.5-flash-image', '1K', 0, aUsage({ prompt: 9, candidates: 1290, imageOutput: 1290 })],
  ])('%s %s with %i images', (model, size, inputs, usage) => {
    // A prompt of as many tokens as were counted: about four letters each.
    const prompt = 'word '.repeat(usage.promptText ?? usage.prompt).slice(0, 4 * usage.prompt);
    const changes = { size, prompt, inputs: Array.from({ length: inputs }, () => aPicture) };
    const { low, high } = quote(anOrder(model, changes), TODAY);
    const { amount } = billOf(model, aReply({ usage }), changes);
    expect(amount >= low && amount <= high).toBe(true);
  });

  it('except for ten interim pictures, which the quote warns of', () => {
    const usage = aUsage({ prompt: 40, candidates: 12_700, imageOutput: 11_200 });
    const { high, warnings } = quote(anOrder('nano-banana-pro'), TODAY);
    const made = billOf('nano-banana-pro', aReply({ usage }));
    expect(made.amount > high).toBe(true);
    expect(warnings.join()).toContain('more were measured');
  });
});

it('every bill is the sum of its lines', () => {
  for (const { id } of MODELS) {
    const usage = aUsage({ prompt: 10, candidates: 1520, imageOutput: 1120, thoughts: 7 });
    const made = billOf(id, aReply({ usage }));
    expect(made.amount).toBe(sum(made.lines.map(({ amount }) => amount)));
  }
});

describe('the bill of an answer of another model than was asked', () => {
  const usage = aUsage({ prompt: 22, candidates: 1216, imageOutput: 1120, thoughts: 179 });
  const LITE = 'gemini-3.1-flash-lite-image';
  const PRO = 'gemini-3-pro-image';

  it.each([
    // asked, answering, size, whose reading is the dearer
    [LITE, PRO, '1K', PRO],
    [PRO, LITE, '1K', PRO],
    [LITE, 'models/google/gemini-3-pro-image-preview', '1K', PRO],
    [PRO, 'gemini-3-pro-image-preview', '1K', PRO],
    [LITE, 'a-model-nobody-knows', '1K', LITE],
    [PRO, LITE, '4K', PRO],
    [LITE, null, '1K', LITE],
  ] as const)(
    'is the dearer of the two readings: %s asked, %s answering, %s',
    (asked, modelVersion, size, dearer) => {
      const made = billOf(asked, aReply({ usage, modelVersion }), { size });
      expect(made).toEqual(billOf(dearer, aReply({ usage }), { size }));
    },
  );

  it('is the quote where the answer reports no usage', () => {
    const reply = aReply({ usage: null, modelVersion: PRO });
    expect(billOf(LITE, reply)).toEqual(billOf(LITE, { ...reply, modelVersion: null }));
  });
});

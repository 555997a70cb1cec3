import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findModel, lanesOf, MODELS, sizesOf } from '../../../src/core/catalogue/catalogue.ts';
import type { Model, Size } from '../../../src/core/catalogue/model.ts';
import { format, sum, times, toDecimal } from '../../../src/core/pricing/money.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import { soldBy } from '../../../src/core/providers/sold-by.ts';
import type { Order } from '../../../src/core/order/order.ts';
import { anOrder, aPicture, TODAY } from '../../support/pricing.ts';

/** Of the picture alone, as price pages print it. */
function pictureOf(order: Order, day = TODAY): string {
  const line = quote(order, day).lines.find(({ meter }) => meter === 'image output' || meter === 'image');
  return line ? toDecimal(line.low.amount) : 'none';
}

/** Typed by hand from the pages that the catalogue cites, so that it holds the catalogue and not the other way round. */
const PRINTED = [
  // model, lane, size, printed, exact
  ['gemini-nano-banana-2.1', 'now', '1K', 0.0336, '0.0336'],
  ['gemini-nano-banana-2.1', 'now', '2K', 0.0504, '0.0504'],
  ['gemini-nano-banana-2.1', 'now', '4K', 0.113, '0.1134'],
  ['gemini-nano-banana-2.1', 'batch', '1K', 0.0168, '0.0168'],
  ['gemini-nano-banana-2.1', 'batch', '2K', 0.0252, '0.0252'],
  ['gemini-nano-banana-2.1', 'batch', '4K', 0.0567, '0.0567'],
  ['gemini-3.1-flash-lite-image', 'now', '1K', 0.0336, '0.0336'],
  ['gemini-3.1-flash-lite-image', 'batch', '1K', 0.0168, '0.0168'],
  ['gemini-3-pro-image', 'now', '1K', 0.134, '0.1344'],
  ['gemini-3-pro-image', 'now', '2K', 0.134, '0.1344'],
  ['gemini-3-pro-image', 'now', '4K', 0.24, '0.24'],
  ['gemini-3-pro-image', 'batch', '1K', 0.067, '0.0672'],
  ['gemini-3-pro-image', 'batch', '2K', 0.067, '0.0672'],
  ['gemini-3-pro-image', 'batch', '4K', 0.12, '0.12'],
  ['gemini-3-pro-image', 'flex', '1K', 0.067, '0.0672'],
  ['gemini-3-pro-image', 'flex', '2K', 0.067, '0.0672'],
  ['gemini-3-pro-image', 'flex', '4K', 0.12, '0.12'],
  ['gemini-3.1-flash-image', 'now', '512', 0.045, '0.04482'],
  ['gemini-3.1-flash-image', 'now', '1K', 0.067, '0.0672'],
  ['gemini-3.1-flash-image', 'now', '2K', 0.101, '0.1008'],
  ['gemini-3.1-flash-image', 'now', '4K', 0.151, '0.1512'],
  ['gemini-3.1-flash-image', 'batch', '512', 0.022, '0.02241'],
  ['gemini-3.1-flash-image', 'batch', '1K', 0.034, '0.0336'],
  ['gemini-3.1-flash-image', 'batch', '2K', 0.05, '0.0504'],
  ['gemini-3.1-flash-image', 'batch', '4K', 0.076, '0.0756'],
  ['gemini-2.5-flash-image', 'now', '1K', 0.039, '0.0387'],
  ['gemini-2.5-flash-image', 'batch', '1K', 0.0195, '0.01935'],
  ['gemini-2.5-flash-image', 'flex', '1K', 0.0195, '0.01935'],
  ['gemini-2.5-flash-image', 'priority', '1K', 0.0702, '0.06966'],
  ['imagen-4-fast', 'now', '1K', 0.02, '0.02'],
  ['imagen-4', 'now', '1K', 0.04, '0.04'],
  ['imagen-4', 'now', '2K', 0.04, '0.04'],
  ['imagen-4-ultra', 'now', '1K', 0.06, '0.06'],
  ['imagen-4-ultra', 'now', '2K', 0.06, '0.06'],
] as const;

describe('one picture costs what Google prints, exactly', () => {
  it.each(PRINTED)('%s %s %s: $%d', (model, lane, size, printed, exact) => {
    const price = pictureOf(anOrder(model, { lane, size }));
    expect(price).toBe(exact);
    // Google rounds what it prints; the $0.0702 of the priority lane comes from a price that was rounded before.
    expect(Math.abs(Number(price) - printed)).toBeLessThan(0.0006);
  });

  it.each(MODELS)('and PRINTED in this file leaves out no lane or size of $id', (model) => {
    const rows = PRINTED.filter(([name]) => findModel(name) === model).map(
      ([, lane, size]) => `${lane} ${size}`,
    );
    const sold = lanesOf(model, TODAY).flatMap((lane) => sizesOf(model).map((size) => `${lane} ${size}`));
    expect(rows.toSorted()).toEqual(sold.toSorted());
  });
});

/** Dollars per million tokens, typed by hand from the same pages. */
const PRINTED_RATES = [
  // model, lane, input, text and thinking, image
  ['gemini-nano-banana-2.1', 'now', '1.5', '7.5', '30'],
  ['gemini-nano-banana-2.1', 'batch', '0.75', '3.75', '15'],
  ['gemini-3.1-flash-lite-image', 'now', '0.25', '1.5', '30'],
  ['gemini-3.1-flash-lite-image', 'batch', '0.125', '0.75', '15'],
  ['gemini-3-pro-image', 'now', '2', '12', '120'],
  ['gemini-3-pro-image', 'batch', '1', '6', '60'],
  ['gemini-3-pro-image', 'flex', '1', '6', '60'],
  ['gemini-3.1-flash-image', 'now', '0.5', '3', '60'],
  ['gemini-3.1-flash-image', 'batch', '0.25', '1.5', '30'],
  ['gemini-2.5-flash-image', 'now', '0.3', '2.5', '30'],
  ['gemini-2.5-flash-image', 'batch', '0.15', '1.25', '15'],
  ['gemini-2.5-flash-image', 'flex', '0.15', '1.25', '15'],
  ['gemini-2.5-flash-image', 'priority', '0.54', '4.5', '54'],
] as const;

describe('every meter has the rate of the pricing page', () => {
  it.each(PRINTED_RATES)('%s %s', (model, lane, input, text, image) => {
    const { lines } = quote(anOrder(model, { lane, inputs: [aPicture] }), TODAY);
    const expected: Record<string, string> = {
      'text input': input,
      'image input': input,
      'image output': image,
      'text output': text,
      thinking: text,
    };
    for (const { meter, rate, per } of lines) {
      expect([meter, toDecimal(rate), per]).toEqual([meter, expected[meter], 1_000_000]);
    }
    expect(lines.length).toBeGreaterThanOrEqual(4);
  });

  it.each(MODELS.filter(({ family }) => family === 'gemini'))(
    'and PRINTED_RATES in this file leaves out no lane of $id',
    (model) => {
      const rows = PRINTED_RATES.filter(([id]) => id === model.id).map(([, lane]) => lane);
      expect(rows.toSorted()).toEqual(lanesOf(model, TODAY).toSorted());
    },
  );

  it('counts a search at $14 per 1,000, and says that it may take several', () => {
    const { lines } = quote(anOrder('nano-banana-2.1', { search: true }), TODAY);
    const line = lines.find(({ meter }) => meter === 'search');
    expect([line?.rate, line?.per].map(String)).toEqual(['14000000000', '1000']);
    expect(line && [line.low.amount, line.amount, line.high.amount].map(toDecimal)).toEqual([
      '0',
      '0.014',
      '0.07',
    ]);
  });
});

describe('a quote', () => {
  it('is a range whose parts say where they come from', () => {
    const { lines, ...whole } = quote(anOrder('nano-banana-2-lite'), TODAY);
    expect([whole.low, whole.expected, whole.high].map(toDecimal)).toEqual([
      '0.0336005',
      '0.03419825',
      '0.035707',
    ]);
    expect(lines.map(({ meter, quantity, why }) => [meter, quantity, why])).toEqual([
      ['text input', 5, 'estimated from the prompt; never more than its bytes'],
      ['image output', 1120, '1,120 tokens a 1K picture'],
      [
        'text output',
        398,
        'tokens beside the picture that the API counts but does not name (398 in a recorded answer; 88 to 660 on its siblings)',
      ],
      ['thinking', 0, expect.stringContaining('thinking at level minimal')],
    ]);
    expect(lines.every(({ rateFrom }) => rateFrom.source.startsWith('https://ai.google.dev/'))).toBe(true);
  });

  it('holds three pictures for one of the Pro, and says that more were seen', () => {
    const { lines, warnings } = quote(anOrder('nano-banana-pro'), TODAY);
    const picture = lines.find(({ meter }) => meter === 'image output');
    expect([picture?.low.quantity, picture?.quantity, picture?.high.quantity]).toEqual([1120, 1120, 3360]);
    expect(warnings.join()).toContain('interim pictures');
    const pro = findModel('nano-banana-pro');
    const flat = { ...pro, rates: findModel('imagen-4').rates };
    expect(quote(anOrder(flat), '2026-03-15').warnings.join()).not.toContain('interim');
  });

  it('counts the prompts of the pictures that are asked for, and no more', () => {
    const prompts = ['a cat', 'a lighthouse at dusk, seen from the sea', 'a dog'];
    const two = quote(anOrder('nano-banana-2-lite', { count: 2, prompts }), TODAY);
    const each = prompts.slice(0, 2).map((prompt) => quote(anOrder('nano-banana-2-lite', { prompt }), TODAY));
    expect(two.count).toBe(2);
    for (const end of ['low', 'expected', 'high'] as const) {
      expect(two[end]).toBe(sum(each.map((one) => one[end])));
    }
  });

  it('adds up line by line what prompts of one order come to, and is never of two kinds', () => {
    const model = findModel('nano-banana-pro');
    const prompts = ['a cat', 'a lighthouse'];
    const { lines } = quote(anOrder(model, { count: 2, prompts }), TODAY);
    const same = quote(anOrder(model, { count: 2, prompt: 'a cat' }), TODAY);
    // Their words count alike, so it is the same as twice the first.
    expect(lines.slice(1)).toEqual(same.lines.slice(1));
    expect(lines.map(({ meter }) => meter)).toEqual(same.lines.map(({ meter }) => meter));
    expect(() => quote(anOrder(model, { count: 0, prompts }), TODAY)).toThrow('without a picture');
  });

  it('of a conversation counts the turns before: their words, what was given, and what came', () => {
    const turn = { prompt: 'a cat', inputs: [aPicture], answer: [], pictures: 2, words: 'Here are two.' };
    const order = anOrder('nano-banana-pro', { prompt: 'in red', inputs: [aPicture], history: [turn, turn] });
    const [text, image] = quote(order, TODAY).lines;
    const spoken = 'a cat\nHere are two.\na cat\nHere are two.\nin red';
    const alone = quote(anOrder('nano-banana-pro', { prompt: spoken }), TODAY).lines[0];
    expect({ ...text, why: '' }).toEqual({ ...alone, why: '' });
    expect(text?.why).toContain('the prompt and the turns before it');
    expect(image?.quantity).toBe((order.model.inputs.tokensPerImage?.expected ?? 0) * 7);
    expect(image?.why).toMatch(/^7 input images, 6 of them from earlier turns/);
  });

  it('of an edit counts what is given, where it is known what a picture counts', () => {
    const order = anOrder('nano-banana-pro', { inputs: [aPicture] });
    const inputOf = (one: Order) => quote(one, TODAY).lines.find(({ meter }) => meter === 'image input');
    expect(inputOf(order)?.why).toMatch(/^1 input image(?: \(|$)/);
    const cited = { source: 'https://google.example', checked: TODAY, confidence: 'low' } as const;
    const unnoted = { low: 1, expected: 2, high: 3, ...cited };
    const plain = {
      ...order.model,
      remainderTokens: null,
      inputs: { ...order.model.inputs, tokensPerImage: unnoted },
    };
    expect(inputOf({ ...order, model: plain })?.why).toBe('1 input image');
    expect(quote({ ...order, model: plain }, TODAY).lines.map(({ meter }) => meter)).not.toContain(
      'text output',
    );
    const inputs = { ...order.model.inputs, tokensPerImage: null };
    expect(inputOf({ ...order, model: { ...order.model, inputs } })).toBeUndefined();
  });

  it.each([
    ['image output', 'high', undefined, 'high', undefined],
    ['image output', 'high', 'as of old', 'high', 'as of old'],
    ['image output', 'low', undefined, 'low', undefined],
    // Google does not say at which rate it charges what it does not name.
    ['text output', 'high', undefined, 'medium', expect.stringMatching(/^Google does not say .* is taken$/)],
    ['text output', 'high', 'as of old', 'medium', expect.stringMatching(/ is taken; as of old$/)],
    ['text output', 'low', undefined, 'low', expect.stringMatching(/^Google does not say /)],
  ] as const)(
    'cites for %s a price of %s confidence, noted %s: %s',
    (meter, confidence, note, sure, notes) => {
      const model = findModel('nano-banana-pro');
      const rates = model.rates.map(({ note: _, ...rate }) => ({
        ...rate,
        confidence,
        ...(note && { note }),
      }));
      const line = quote(anOrder({ ...model, rates }), TODAY).lines.find((one) => one.meter === meter);
      expect([line?.rateFrom.confidence, line?.rateFrom.note]).toEqual([sure, notes]);
      expect(Object.hasOwn(line?.rateFrom ?? {}, 'note')).toBe(notes !== undefined);
    },
  );

  it('at prices that are not of whoever sells says so, and only where they are used', () => {
    const model = findModel('nano-banana-2.1');
    const [relayed = model] = soldBy([model], { ...GOOGLE, name: 'relay', billedByGoogle: false }, null);
    const said = (order: Order) =>
      quote(order, TODAY).warnings.filter((warning) => warning.startsWith('These are Google'));
    expect(said(anOrder(relayed))).toEqual([expect.stringContaining('what relay charges is not known')]);
    expect(said(anOrder(model))).toEqual([]);
    // A search is not part of this order, so it does not matter that its price is a guess.
    const rates = relayed.rates.map(({ isGuess: _, ...rate }) =>
      rate.meter === 'search' ? { ...rate, isGuess: true as const } : rate,
    );
    expect(said(anOrder({ ...relayed, rates }))).toEqual([]);
    const one = relayed.rates.map(({ isGuess: _, ...rate }) =>
      rate.meter === 'image output' ? { ...rate, isGuess: true as const } : rate,
    );
    expect(said(anOrder({ ...relayed, rates: one }))).toHaveLength(1);
    const own = relayed.rates.map((rate) => ({ ...rate, platform: 'relay' }));
    expect(said(anOrder({ ...relayed, rates: own }))).toEqual([]);
  });

  it('of a size whose tokens nobody knows fails', () => {
    const model = findModel('nano-banana-pro');
    const unknown = {
      ...model,
      resolutions: { '1K': { ...model.resolutions['1K'], tokens: null } },
    } as Model;
    expect(() => quote(anOrder(unknown), TODAY)).toThrow('It is not known how many tokens a 1K picture');
    expect(() => quote(anOrder(model, { size: '512' as Size }), TODAY)).toThrow('It is not known');
  });

  it('counts more for more thinking', () => {
    const [minimal, medium, high] = (['minimal', 'medium', 'high'] as const).map((thinking) =>
      Number(quote(anOrder('nano-banana-2.1', { thinking }), TODAY).expected),
    );
    expect(minimal).toBeLessThan(medium ?? 0);
    expect(medium).toBeLessThan(high ?? 0);
  });

  it.each([
    [
      'imagen-4-fast',
      'Imagen 4 Fast was shut down on 2026-08-17, on Agent Platform too. Nano Banana 2 Lite replaces it.',
    ],
    [
      'nano-banana-2',
      'Nano Banana 2 is deprecated since 2026-10-06, with no end announced. Nano Banana 2.1 replaces it. On Agent Platform it ends on 2027-05-28 or later.',
    ],
    [
      'nano-banana',
      'Nano Banana answers only projects that used it before 2026-09-18 and ends on 2027-03-15. Nano Banana 2 Lite replaces it. On Agent Platform it was shut down on 2026-10-02.',
    ],
  ])('of %s warns: %s', (model, warning) => {
    expect(quote(anOrder(model), TODAY).warnings).toContain(warning);
  });

  it('of a live model with fresh prices warns of nothing', () => {
    expect(quote(anOrder('nano-banana-2.1'), TODAY).warnings).toEqual([]);
  });

  it('says when its prices were checked more than 60 days before', () => {
    expect(quote(anOrder('nano-banana-2.1'), '2026-12-08').warnings).toEqual([]);
    expect(quote(anOrder('nano-banana-2.1'), '2026-12-09').warnings).toEqual([
      'The prices of Nano Banana 2.1 in lane now were last checked on 2026-10-09, 61 days before.',
    ]);
  });

  it('is as old as the oldest of its rates', () => {
    const { warnings } = quote(anOrder('nano-banana-2', { search: true }), '2026-12-01');
    expect(warnings.join()).toContain('last checked on 2026-09-24, 68 days before');
  });

  it('of what was shut down does not age: its price can no longer change', () => {
    expect(quote(anOrder('imagen-4-fast'), TODAY).warnings).toHaveLength(1);
  });

  it('does not guess a price that is not known', () => {
    expect(() => quote(anOrder('nano-banana-2.1', { lane: 'flex' }), TODAY)).toThrow(
      'No price is known for Nano Banana 2.1, lane flex, on 2026-11-22.',
    );
    expect(() => quote(anOrder('nano-banana-2.1'), '2026-10-05')).toThrow('No price is known');
    expect(() => quote(anOrder('imagen-4-fast', { lane: 'batch' }), '2026-03-15')).toThrow(
      'No price is known',
    );
    expect(() => quote(anOrder('nano-banana-2-lite', { search: true }), TODAY)).toThrow('search in lane now');
  });

  it('answers for an earlier day', () => {
    expect(format(quote(anOrder('imagen-4-fast'), '2026-03-15').expected)).toBe('$0.02');
    expect(quote(anOrder('imagen-4-fast'), '2026-03-15').warnings).toEqual([]);
    expect(() => quote(anOrder('nano-banana-2.1'), '2026-03-15')).toThrow('No price is known');
  });
});

const anyOrder = fc
  .constantFrom(...MODELS)
  .chain((model) =>
    fc.record({
      model: fc.constant(model),
      lane: fc.constantFrom(...lanesOf(model, TODAY)),
      size: fc.constantFrom(...sizesOf(model)),
      thinking: fc.constantFrom(...(model.thinkingLevels.length > 0 ? model.thinkingLevels : [null])),
      prompt: fc.string({ unit: 'binary', minLength: 1 }),
      inputs: fc.array(fc.constant(aPicture), { maxLength: model.inputs.maxImages }),
      count: fc.integer({ min: 1, max: 100 }),
    }),
  )
  .map((order): Order => ({ ...order, aspect: null }));

describe('every quote', () => {
  it('goes up from low to high, and is the sum of its lines', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const { lines, low, expected, high } = quote(order, TODAY);
        expect(low <= expected && expected <= high).toBe(true);
        expect(sum(lines.map((line) => line.low.amount))).toBe(low);
        expect(sum(lines.map((line) => line.amount))).toBe(expected);
        expect(sum(lines.map((line) => line.high.amount))).toBe(high);
        expect(
          lines.every((line) => line.low.quantity <= line.quantity && line.quantity <= line.high.quantity),
        ).toBe(true);
      }),
    );
  });

  it('for n pictures is n times that for one', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const many = quote(order, TODAY);
        const one = quote({ ...order, count: 1 }, TODAY);
        expect(many.low).toBe(times(one.low, order.count));
        expect(many.expected).toBe(times(one.expected, order.count));
        expect(many.high).toBe(times(one.high, order.count));
      }),
    );
  });

  it('for a bigger size costs no less', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const prices = sizesOf(order.model).map((size) => quote({ ...order, size }, TODAY).expected);
        expect(prices).toEqual(prices.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      }),
    );
  });

  it('in batch is half of now', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        fc.pre(order.model.family === 'gemini');
        const now = quote({ ...order, lane: 'now', search: false }, TODAY);
        const batch = quote({ ...order, lane: 'batch', search: false }, TODAY);
        expect(times(batch.expected, 2)).toBe(now.expected);
        expect(times(batch.high, 2)).toBe(now.high);
      }),
    );
  });
});

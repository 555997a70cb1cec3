import { describe, expect, it } from 'vitest';
import { findModel, MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { Failure } from '../../../src/core/errors.ts';
import { toDecimal, usd } from '../../../src/core/pricing/money.ts';
import { route } from '../../../src/core/order/route.ts';
import type { Want } from '../../../src/core/order/order.ts';
import type { RouteOptions } from '../../../src/core/order/route.ts';
import { aPicture, aWant, MODELS_TODAY, TODAY } from '../../support/pricing.ts';

const ask = (changes: Partial<RouteOptions> = {}): RouteOptions => ({
  model: 'auto',
  want: aWant(),
  day: TODAY,
  allowRetired: false,
  onRetired: 'fail',
  sandbox: false,
  models: MODELS_TODAY,
  ...changes,
});

const limit = (dollars: string) => ask({ want: aWant({ count: 10 }), maxPriceEach: usd(dollars) });

const LITE = 'gemini-3.1-flash-lite-image';
const BANANA = 'gemini-nano-banana-2.1';
const PRO = 'gemini-3-pro-image';
const pictures = (count: number) => Array.from({ length: count }, () => aPicture);

function failureOf(asked: RouteOptions): Failure {
  try {
    route(asked);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('auto', () => {
  it.each([
    ['a picture', aWant(), LITE],
    ['2K', aWant({ size: '2K' }), BANANA],
    ['4K', aWant({ size: '4K' }), BANANA],
    ['half price', aWant({ lane: 'batch' }), LITE],
    ['half price at 2K', aWant({ lane: 'batch', size: '2K' }), BANANA],
    ['flex', aWant({ lane: 'flex' }), PRO],
    ['an extreme aspect', aWant({ aspect: '4:1' }), BANANA],
    ['an edit', aWant({ inputs: pictures(1) }), LITE],
    ['a search', aWant({ needs: ['search'] }), BANANA],
    ['at least 2048x1152', aWant({ aspect: '16:9', minPixels: { width: 2048, height: 1152 } }), BANANA],
  ])('takes the cheapest for %s', (_, want, model) => {
    expect(route(ask({ want })).order.model.id).toBe(model);
  });

  it('took Imagen 4 Fast in March 2026, at $0.02', () => {
    const taken = route(ask({ day: '2026-03-15' }));
    expect([taken.order.model.id, toDecimal(taken.quote.expected)]).toEqual([
      'imagen-4.0-fast-generate-001',
      '0.02',
    ]);
    expect(taken.rejected).toEqual([
      { model: BANANA, isUnsold: true, why: expect.stringContaining('did not exist') },
      { model: LITE, isUnsold: true, why: expect.stringContaining('did not exist') },
    ]);
  });

  it('took Nano Banana 2.5 only while it was open to everybody', () => {
    const day = '2026-09-18';
    const openUntil = route(ask({ day: '2026-06-29', want: aWant({ needs: ['edit'] }) }));
    expect(openUntil.order.model.id).toBe('gemini-2.5-flash-image');
    expect(route(ask({ day })).others.map(({ order }) => order.model.id)).not.toContain(
      'gemini-2.5-flash-image',
    );
  });

  it('takes a deprecated model only when nothing else fits, and warns', () => {
    const taken = route(ask({ want: aWant({ size: '512' }) }));
    expect(taken.order.model.id).toBe('gemini-3.1-flash-image');
    expect(taken.why).toBe('the only live model that can do it');
    expect(taken.quote.warnings.join()).toContain('deprecated');
    expect(route(ask({ want: aWant({ size: '2K', lane: 'batch' }) })).order.model.id).toBe(BANANA);
  });

  it('leaves a cheaper model that is about to end', () => {
    const taken = route(ask({ day: '2026-07-01' }));
    expect([taken.order.model.id, taken.why]).toEqual([LITE, 'the cheapest that is not deprecated']);
    expect(taken.others[1]?.order.model.id).toBe('imagen-4.0-fast-generate-001');
  });

  it('says why, and why not the others', () => {
    const { why, others, rejected } = route(ask());
    expect(why).toBe('the cheapest of 4 live models that can do it; next is Nano Banana 2.1 at $0.0366');
    expect(others.map(({ order }) => order.model.id)).toEqual([LITE, BANANA, 'gemini-3.1-flash-image', PRO]);
    expect(rejected.map(({ model }) => model)).toEqual([
      'gemini-2.5-flash-image',
      'imagen-4.0-fast-generate-001',
      'imagen-4.0-generate-001',
      'imagen-4.0-ultra-generate-001',
    ]);
    expect(others.length + rejected.length).toBe(MODELS_TODAY.length);
    expect(rejected.every(({ isUnsold }) => isUnsold)).toBe(true);
    expect(route(ask({ want: aWant({ size: '4K' }) })).rejected).toContainEqual({
      model: LITE,
      why: 'Nano Banana 2 Lite makes 1K, not 4K.',
      isUnsold: false,
    });
  });

  it('breaks a tie by the newer', () => {
    const lite = findModel(LITE);
    const twin = { ...lite, id: 'twin', aliases: [], life: { ...lite.life, released: '2026-11-01' } };
    expect(route(ask({ models: [lite, twin] })).order.model.id).toBe('twin');
    const taken = route(ask({ models: [twin, lite] }));
    expect([taken.order.model.id, taken.why]).toEqual([
      'twin',
      'the cheapest of 2 live models that can do it; next is Nano Banana 2 Lite at $0.0342',
    ]);
  });

  it('keeps to a price for each picture', () => {
    expect(route(limit('0.04')).others).toHaveLength(2);
    expect(route(limit('0.03419825')).others).toHaveLength(1);
    const failure = failureOf(limit('0.01'));
    expect([failure.kind, failure.message]).toEqual(['usage', 'No live model can do this.']);
    expect(failure.hint).toContain('costs $0.0342 a picture, above $0.01.');
  });

  it('says what is wrong with the order when it is wrong for every model', () => {
    expect(failureOf(ask({ want: aWant({ prompt: ' \n' }) })).message).toBe('The prompt is empty.');
    const only = ask({ want: aWant({ size: '4K' }), models: [findModel(LITE), findModel('imagen-4')] });
    expect(failureOf(only)).toMatchObject({ kind: 'usage', message: 'Nano Banana 2 Lite makes 1K, not 4K.' });
    const failure = failureOf(ask({ want: aWant({ aspect: '7:5' }) }));
    expect([failure.kind, failure.message]).toEqual(['usage', 'No live model can do this (7:5).']);
  });

  it.each([
    [
      'a lane',
      aWant({ lane: 'priority' }),
      /^In lane now one costs \$0\.0342 \(Nano Banana 2 Lite\): leave out --lane priority\. Nano Banana/,
    ],
    [
      'PNG',
      aWant({ needs: ['png'] }),
      /^--format png makes a PNG of any picture, for \$0\.0342 \(Nano Banana 2 Lite\) in all\./,
    ],
    [
      'PNG and a search',
      aWant({ needs: ['png', 'search'] }),
      /^--format png makes a PNG of any picture, for \$0\.0506 \(Nano Banana 2\.1\) in all\./,
    ],
  ])('says what a looser order would cost where nothing fits because of %s', (_, want, hint) => {
    expect(() => route(ask({ want }))).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(hint) }),
    );
  });

  it('says that half the price would do, where it would', () => {
    const hintOf = (dollars: string, want = aWant()) =>
      failureOf(ask({ want, maxPriceEach: usd(dollars) })).hint;
    expect(hintOf('0.02')).toContain('In lane batch one costs $0.0171 (Nano Banana 2 Lite): --lane batch.');
    expect(hintOf('0.01')).not.toContain('--lane batch');
    expect(hintOf('0.01', aWant({ lane: 'batch' }))).not.toContain('--lane batch.');
    expect(failureOf(ask({ want: aWant({ size: '4K', lane: 'priority' }) })).hint).not.toContain(
      'lane batch',
    );
  });

  it('enlarges nothing while there is a model that makes enough pixels', () => {
    const exact = (width: number, height: number) =>
      route(ask({ want: aWant({ exact: { width, height } }) }));
    expect(exact(1_000, 1_000).order).toMatchObject({ model: { id: LITE }, size: '1K' });
    expect(exact(2_000, 2_000).order).toMatchObject({ model: { id: BANANA }, size: '2K' });
    // A little more than the largest picture that there is.
    expect(exact(4_400, 4_400).order.size).toBe('4K');
  });

  it('may be called the cheapest, and looks through the whole catalogue where nothing else is given', () => {
    const { others, rejected } = route(ask({ model: 'cheapest', models: undefined }));
    expect(others.length + rejected.length).toBe(MODELS.length);
    const refusal = failureOf(ask({ want: aWant({ size: '4K', aspect: '7:5' }), models: undefined }));
    expect(refusal.hint).toContain('Nano Banana Pro makes 1:1');
  });

  it('says which day it is that nothing is sold on', () => {
    expect(failureOf(ask({ models: [findModel('imagen-4')] }))).toMatchObject({
      message: 'No live model can do this.',
      hint: '-m auto found nothing that is sold on 2026-11-22.',
    });
  });

  it('says of a looser order what a model costs that is not about to end', () => {
    const want = aWant({ lane: 'priority', size: '2K' });
    // Imagen 4 made 2K for $0.04 then, but was deprecated.
    expect(failureOf(ask({ want, day: '2026-07-01' })).hint).toMatch(
      /^In lane now one costs \$0\.\d+ \(Nano Banana 2\): /,
    );
  });

  it('names the reasons when no model fits', () => {
    const failure = failureOf(ask({ want: aWant({ size: '4K', lane: 'priority' }) }));
    expect(failure.message).toBe('No live model can do this (4K, lane priority).');
    expect(failure.hint).toContain('Nano Banana Pro has no known price in lane priority');
  });
});

describe('a named model', () => {
  it('is taken although it is dearer', () => {
    const taken = route(ask({ model: 'nano-banana-pro' }));
    expect([taken.order.model.id, taken.why]).toEqual([PRO, 'asked for by name']);
    expect(taken.others.map(({ order }) => order.model.id)).toEqual([
      PRO,
      LITE,
      BANANA,
      'gemini-3.1-flash-image',
    ]);
  });

  it('says when a larger size costs the same', () => {
    expect(route(ask({ model: 'nano-banana-pro' })).notices).toEqual([
      '2K costs the same as 1K on Nano Banana Pro: -s 2K',
    ]);
    expect(route(ask({ model: 'nano-banana-pro', want: aWant({ size: '2K' }) })).notices).toEqual([]);
    expect(route(ask({ model: 'nano-banana-2.1' })).notices).toEqual([]);
  });

  it('may have been chosen for another reason', () => {
    expect(route(ask({ model: 'nano-banana-pro', why: 'a rule says so' })).why).toBe('a rule says so');
  });

  it('says what a looser order would cost less, where there is one', () => {
    const noticesOf = (model: string, want: Partial<Want>) =>
      route(ask({ model, want: aWant(want) })).notices;
    expect(noticesOf('nano-banana', { lane: 'priority' })).toEqual([
      expect.stringMatching(/^Lane now costs less, \$0\.0\d+ \(Nano Banana\): leave out --lane priority\.$/),
    ]);
    expect(noticesOf('nano-banana-2-lite', { size: '1K' })).toEqual([]);
  });

  it('says when the name was that of a preview', () => {
    const { notices } = route(ask({ model: 'gemini-3.1-flash-image-preview' }));
    expect(notices[0]).toContain('was shut down on 2026-06-25');
  });

  it('that is closed to newcomers is taken, with a warning', () => {
    const taken = route(ask({ model: 'nano-banana' }));
    expect(taken.order.model.id).toBe('gemini-2.5-flash-image');
    expect(taken.quote.warnings.join()).toContain('answers only projects that used it before');
  });

  it('that cannot do the order fails with what it can, and with who can and at what price', () => {
    const failure = failureOf(ask({ model: 'nano-banana-2-lite', want: aWant({ size: '4K' }) }));
    expect([failure.kind, failure.message]).toEqual(['usage', 'Nano Banana 2 Lite makes 1K, not 4K.']);
    expect(failure.hint).toBe('Nano Banana 2.1 can do it for $0.1164: -m gemini-nano-banana-2.1.');
  });

  it.each(['512', '4K'] as const)(
    'of %s that old guides promise says who promises it, and that it never was',
    (size) => {
      for (const sandbox of [false, true]) {
        const { hint } = failureOf(ask({ model: 'imagen-4', want: aWant({ size }), sandbox }));
        expect(hint).toMatch(/^"Imagen 4 draws 512 to 4096 .* guide\): Imagen drew 1K and 2K alone \(https:/);
      }
    },
  );

  it('that did not exist yet is refused', () => {
    const failure = failureOf(ask({ model: 'nano-banana-2.1', day: '2026-03-15' }));
    expect(failure.kind).toBe('unavailable-model');
    expect(failure.message).toBe(
      'Nano Banana 2.1 did not exist on 2026-03-15: it was released on 2026-10-06.',
    );
    expect(failure.hint).toBe('Imagen 4 Fast can do it for $0.02: -m imagen-4.0-fast-generate-001.');
  });
});

describe('a named model that cannot do what no model can', () => {
  it('says what is wrong with the order', () => {
    const want = aWant({ prompt: 'a tree '.repeat(40_000) });
    const failure = failureOf(ask({ model: LITE, models: [findModel(LITE)], want }));
    expect(failure).toMatchObject({ kind: 'usage', hint: 'Shorten the prompt.' });
  });
});

describe('a retired model', () => {
  it('is refused with its end, the cheapest that can do it, and the two ways on', () => {
    const failure = failureOf(ask({ model: 'imagen-4-fast' }));
    expect([failure.kind, failure.message, failure.charged]).toEqual([
      'unavailable-model',
      'Imagen 4 Fast was shut down on 2026-08-17.',
      'no',
    ]);
    expect(failure.hint).toContain('Nano Banana 2 Lite can do it for $0.0342');
    expect(failure.hint).toContain('--on-retired successor');
    expect(failure.hint).toContain('--allow-retired');
  });

  it.each([{ allowRetired: true }, { sandbox: true }])('is taken with %o, at its last price', (changes) => {
    const taken = route(ask({ model: 'imagen-4-fast', ...changes }));
    expect([taken.order.model.id, toDecimal(taken.quote.expected)]).toEqual([
      'imagen-4.0-fast-generate-001',
      '0.02',
    ]);
    expect(taken.quote.warnings.join()).toContain('was shut down on 2026-08-17');
    expect(taken.rejected.map(({ model }) => model)).toEqual([
      'gemini-2.5-flash-image',
      'imagen-4.0-generate-001',
      'imagen-4.0-ultra-generate-001',
    ]);
  });

  it('gives way to its successor on request, and says what changes in price', () => {
    const taken = route(ask({ model: 'imagen-4-ultra', onRetired: 'successor', sandbox: true }));
    expect([taken.order.model.id, taken.why]).toEqual([PRO, 'the successor of Imagen 4 Ultra']);
    expect(taken.notices[0]).toBe(
      'Imagen 4 Ultra was shut down on 2026-08-17; Nano Banana Pro takes its place, at $0.1409 a picture instead of $0.06.',
    );
  });

  it('compares what one picture costs, whatever may be spent and however many are asked for', () => {
    const models = [{ ...findModel('imagen-4-ultra'), successor: LITE }, findModel(LITE)];
    const want = aWant({ count: 3 });
    const asked = { model: 'imagen-4-ultra', onRetired: 'successor', models, want } as const;
    expect(route(ask({ ...asked, maxPriceEach: usd('0.05') })).notices[0]).toMatch(
      /takes its place, at \$0\.0342 a picture instead of \$0\.06\.$/,
    );
  });

  it('names its successor where nothing that is sold can do the order', () => {
    expect(failureOf(ask({ model: 'imagen-4', models: [findModel('imagen-4')] })).hint).toBe(
      'Nano Banana 2.1 replaces it. --on-retired successor follows the catalogue; --allow-retired sends it anyway.',
    );
  });

  it('gives way to the first in the line of successors that lives', () => {
    const retiredTo = (id: string, successor: string) => {
      const model = findModel(id);
      return { ...model, successor, life: { ...model.life, shutdown: '2026-08-17' } };
    };
    const models = [retiredTo('imagen-4', BANANA), retiredTo(BANANA, LITE), findModel(LITE), findModel(PRO)];
    const taken = route(ask({ model: 'imagen-4', onRetired: 'successor', models }));
    expect(taken.order.model.id).toBe(LITE);
    expect(taken.notices.filter((notice) => notice.includes('takes its place'))).toEqual([
      expect.stringContaining('Imagen 4 was shut down on 2026-08-17; Nano Banana 2 Lite takes its place'),
    ]);
  });

  it('is refused where nothing takes its place', () => {
    const models = [{ ...findModel('imagen-4'), successor: null }];
    const failure = failureOf(ask({ model: 'imagen-4', onRetired: 'successor', models }));
    expect(failure).toMatchObject({ kind: 'unavailable-model', charged: 'no' });
    expect(failure.hint).toBe('--allow-retired sends it anyway.');
  });

  it('gives way although it could not have done the order itself', () => {
    const taken = route(ask({ model: 'imagen-4', onRetired: 'successor', want: aWant({ size: '4K' }) }));
    expect(taken.notices[0]).toMatch(/takes its place, at \$0\.1164 a picture\.$/);
  });
});

import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { firstRoute } from '../../../src/core/order/fallback.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import type { RouteOptions } from '../../../src/core/order/route.ts';
import { aWant, TODAY } from '../../support/pricing.ts';

const ask = (model: string, changes: Partial<RouteOptions> = {}): RouteOptions => ({
  model,
  want: aWant(),
  day: TODAY,
  allowRetired: false,
  onRetired: 'fail',
  sandbox: false,
  ...changes,
});

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('where an order goes first', () => {
  it('is the model that was named, while it lives', () => {
    const { route, why } = firstRoute(ask('nano-banana-pro'), ['nano-banana-2.1'], null);
    expect([route.order.model.id, why]).toEqual(['gemini-3-pro-image', 'first']);
  });

  it('is the first of the fallback models when the named one is gone, and nobody asks it twice', () => {
    const { route, why, fallback } = firstRoute(
      ask('imagen-4'),
      ['nano-banana-pro', 'nano-banana-2.1', 'nano-banana-2'],
      null,
    );
    expect([route.order.model.id, why]).toEqual(['gemini-3-pro-image', 'fallback']);
    expect(fallback).toEqual(['nano-banana-2.1', 'nano-banana-2']);
    expect(route.notices).toEqual([
      expect.stringContaining('Imagen 4 was shut down on 2026-08-17'),
      '2K costs the same as 1K on Nano Banana Pro: -s 2K',
    ]);
  });

  it.each([
    ['that are gone too', {}, 'imagen-4-ultra', null, /^imagen-4-ultra is not asked: .*shut down/],
    [
      'that cannot do it',
      { want: aWant({ size: '4K' }) },
      'nano-banana-lite',
      null,
      /^nano-banana-lite is not asked: .*4K/,
    ],
    [
      'that cost too much',
      {},
      'nano-banana-pro',
      usd('0.05'),
      /^nano-banana-pro is not asked: .*--max-cost is \$0\.05/,
    ],
  ] as const)('is no model %s, and why is said', (_, changes, name, maxCost, says) => {
    const failure = failureOf(() => firstRoute(ask('imagen-4', changes), [name], maxCost));
    expect([failure.kind, failure.hint]).toEqual(['unavailable-model', expect.stringMatching(says)]);
    const { route } = firstRoute(ask('imagen-4'), [name, 'nano-banana-2.1'], usd('0.05'));
    expect(route.order.model.id).toMatch(/lite|2\.1/);
  });

  it('is a model that could cost just as much as may be', () => {
    const { high } = firstRoute(ask('nano-banana-pro'), [], null).route.quote;
    const { route } = firstRoute(ask('imagen-4'), ['nano-banana-pro', 'nano-banana-2.1'], high);
    expect(route.order.model.id).toBe('gemini-3-pro-image');
  });

  it('is none where nobody else is named, and the failure keeps what it says itself', () => {
    const { kind, hint } = failureOf(() => firstRoute(ask('imagen-4'), [], null));
    expect([kind, hint]).toEqual(['unavailable-model', expect.stringContaining('--allow-retired')]);
  });

  it('leaves a failure alone that no other model would mend', () => {
    const failure = failureOf(() =>
      firstRoute(ask('nano-banana-lite', { want: aWant({ size: '4K' }) }), ['nano-banana-pro'], null),
    );
    expect(failure.kind).toBe('usage');
  });

  it('passes over a name of old that is gone', () => {
    const { route } = firstRoute(ask('imagen-4'), ['imagen-3', 'nano-banana-pro'], null);
    expect(route.order.model.id).toBe('gemini-3-pro-image');
    expect(route.notices.join()).toContain('imagen-3 is not asked');
  });

  it('finds a typing error in the list before anything is spent', () => {
    const failure = failureOf(() => firstRoute(ask('auto'), ['nano-banana-prro'], null));
    expect([failure.kind, failure.message]).toEqual(['usage', expect.stringMatching(/^--fallback: /)]);
    expect(failure.hint).toMatch(/nano-banana-pro/);
  });
});

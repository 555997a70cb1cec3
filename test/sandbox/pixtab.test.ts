import { describe, expect, it } from 'vitest';
import { findModel, MODELS, sizesOf } from '../../src/core/catalogue/catalogue.ts';
import { Failure } from '../../src/core/errors.ts';
import { toDecimal, usd } from '../../src/core/pricing/money.ts';
import type { Order } from '../../src/core/order/order.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { orderFor } from '../../src/core/order/request.ts';
import { FAULTS } from '../../src/sandbox/faults/faults.ts';
import { aWant, TODAY } from '../support/pricing.ts';
import { buy } from './buying.ts';
import { jpegHead, running } from './support.ts';

// pixtab meets everything that can go wrong, and its own arithmetic is held against the sandbox's.

const INPUT = { name: 'a.jpg', mimeType: 'image/jpeg', bytes: jpegHead(900, 600), width: 900, height: 600 };

/** Where nothing came that could be read: what pixtab calls it, whether it was charged, whether it may be sent again. */
const FAILURES = [
  ['400', 'usage', 'no', false],
  ['400-key', 'auth', 'no', false],
  ['400-location', 'auth', 'no', false],
  ['400-billing', 'auth', 'no', false],
  ['402', 'auth', 'no', false],
  ['403', 'auth', 'no', false],
  ['403-disabled', 'auth', 'no', false],
  ['403-leaked', 'auth', 'no', false],
  ['403-file', 'unavailable', 'no', false],
  ['404', 'unavailable-model', 'no', false],
  ['404-new-users', 'unavailable-model', 'no', false],
  ['404-html', 'unavailable', 'no', false],
  ['429', 'rate-limited', 'no', true],
  ['429-fractional', 'rate-limited', 'no', true],
  ['429-absurd', 'rate-limited', 'no', true],
  ['429-ms', 'rate-limited', 'no', true],
  ['429-no-wait', 'rate-limited', 'no', true],
  ['429-retry-after', 'rate-limited', 'no', true],
  ['429-broken-json', 'rate-limited', 'no', true],
  ['429-day', 'rate-limited', 'no', false],
  ['429-limit-0', 'auth', 'no', false],
  ['429-credits', 'auth', 'no', false],
  ['429-cap', 'rate-limited', 'no', false],
  ['429-spend', 'rate-limited', 'no', true],
  ['499', 'unconfirmed', 'unknown', false],
  ['500', 'unavailable', 'no', false],
  ['500-array', 'unavailable', 'no', false],
  ['502', 'unconfirmed', 'unknown', false],
  ['503', 'unavailable', 'no', true],
  ['503-demand', 'unavailable', 'no', true],
  ['504', 'unconfirmed', 'unknown', false],
  ['error-in-200', 'unconfirmed', 'unknown', false],
  ['empty-object', 'unconfirmed', 'unknown', false],
  ['empty-body', 'unconfirmed', 'unknown', false],
  ['page', 'unconfirmed', 'unknown', false],
  ['redirect', 'unavailable', 'no', false],
  ['reset-before', 'unconfirmed', 'unknown', false],
  ['reset-after', 'unconfirmed', 'unknown', false],
  ['truncate', 'unconfirmed', 'unknown', false],
  ['stall', 'unconfirmed', 'unknown', false],
  ['hang', 'unconfirmed', 'unknown', false],
] as const;

/** Answers whose bill cannot be exact, because they do not say enough. */
const VAGUE = ['no-usage', 'zero-usage', 'prompt-usage', 'no-details', 'blocked-no-usage'];

// What gateways say of their own is tried with their profiles.
const names = Object.entries(FAULTS).flatMap(([name, fault]) =>
  fault.does === 'batch' || (fault.does === 'respond' && fault.by === 'gateway') ? [] : [name],
);
const failing: ReadonlySet<string> = new Set(FAILURES.map(([name]) => name));
const answering = names.filter((name) => !failing.has(name));
const exact = answering.filter((name) => !VAGUE.includes(name));

const pro = (): Order => orderFor(findModel('nano-banana-pro'), aWant());

describe('a fault without an answer', () => {
  it.each(FAILURES)(
    '%s is %s to pixtab, charged: %s, to be repeated: %s',
    async (name, kind, charged, repeat) => {
      await using sandbox = await running({ faults: name });
      const isSilent = name === 'stall' || name === 'hang';
      const failure = await buy(sandbox, pro(), isSilent ? 300 : undefined).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Failure);
      expect(failure).toMatchObject({ kind, charged, repeat });
    },
  );

  it.each(FAILURES.filter(([, , charged]) => charged === 'no'))('%s was really not charged', async (name) => {
    await using sandbox = await running({ faults: name });
    await buy(sandbox, pro()).catch(() => {});
    expect(sandbox.meter().total).toBe('0');
  });
});

describe('a fault with an answer', () => {
  it.each(exact)('%s is billed by pixtab as the meter has it', async (name) => {
    await using sandbox = await running({ faults: name });
    const { bill } = await buy(sandbox, pro());
    expect(toDecimal(bill.amount)).toBe(sandbox.meter().total);
  });

  it.each(VAGUE)('%s is never billed at less than the meter has', async (name) => {
    await using sandbox = await running({ faults: name });
    const { bill } = await buy(sandbox, pro());
    expect(bill.amount).toBeGreaterThanOrEqual(usd(sandbox.meter().total));
  });

  it.each([
    ['drafts=4', 1, 3, []],
    ['interim', 1, 0, []],
    ['base64-url', 1, 0, []],
    ['wrong-type', 1, 0, []],
    ['gzip', 1, 0, []],
    ['text-only', 0, 0, ['NO_IMAGE']],
    ['base64-empty', 0, 0, ['UNDECODABLE_IMAGE']],
    ['IMAGE_SAFETY', 0, 0, ['IMAGE_SAFETY']],
    ['refused-null-parts', 0, 0, ['IMAGE_SAFETY']],
    ['blocked-BLOCKLIST', 0, 0, ['BLOCKLIST']],
  ] as const)(
    '%s gives pixtab %i picture, %i more, and refusals %o',
    async (name, images, extras, reasons) => {
      await using sandbox = await running({ faults: name });
      const { reply } = await buy(sandbox, pro());
      expect(reply.images).toHaveLength(images);
      expect(reply.extras).toHaveLength(extras);
      expect(reply.refusals.map(({ reason }) => reason)).toEqual(reasons);
    },
  );
});

const variants = MODELS.flatMap((model) =>
  sizesOf(model).flatMap((size) =>
    [null, ...model.thinkingLevels].map((thinking) => ({ model, size, thinking, name: model.id })),
  ),
);

describe('the two accounts', () => {
  it.each(variants)(
    'agree on $name at $size thinking $thinking, within the quote',
    async ({ model, ...want }) => {
      await using sandbox = await running();
      const order = orderFor(model, aWant(want));
      const { bill } = await buy(sandbox, order);
      expect(toDecimal(bill.amount)).toBe(sandbox.meter().total);
      const { low, high } = quote(order, TODAY);
      expect(bill.amount).toBeGreaterThanOrEqual(low);
      expect(bill.amount).toBeLessThanOrEqual(high);
    },
  );

  it.each([
    ['edits', 'nano-banana-2.1', { inputs: [INPUT, INPUT] }],
    ['flex', 'nano-banana-pro', { lane: 'flex' }],
    ['searches', 'nano-banana-pro', { needs: ['search'] }],
    ['four pictures of Imagen', 'imagen-4-fast', { count: 4 }],
    [
      'a long prompt in several scripts',
      'nano-banana-2-lite',
      { prompt: 'ein Haus, 家, дом, 🏠, '.repeat(50) },
    ],
  ] as const)('agree on %s', async (_, name, want) => {
    await using sandbox = await running();
    const { bill } = await buy(sandbox, orderFor(findModel(name), aWant(want)));
    expect(sandbox.meter().charged).toBe(1);
    expect(toDecimal(bill.amount)).toBe(sandbox.meter().total);
  });
});

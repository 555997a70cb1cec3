import { describe, expect, it } from 'vitest';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { attemptIdOf } from '../../../src/core/manifest/fingerprint.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import { soldBy, type Seller } from '../../../src/core/providers/sold-by.ts';
import type { AttemptPlan, QueueJob } from '../../../src/ports/index.ts';
import { heldRequest, orderOf } from '../../../src/purchase/queue/held-request.ts';
import { aPlan, aRun, theirTerms } from '../../support/purchases.ts';

const HASH = 'a'.repeat(64);

const google: Seller = { profile: GOOGLE, models: MODELS };
const gateway: Seller = {
  profile: { ...GOOGLE, name: 'shop' },
  models: soldBy(MODELS, { ...GOOGLE, name: 'shop' }, null),
};
const sandbox: Seller = { profile: { ...GOOGLE, name: 'sandbox', sandbox: true }, models: MODELS };

function aJob(plan: Partial<AttemptPlan> = {}, inputs: QueueJob['inputs'] = []): QueueJob {
  return {
    plan: aPlan({ attemptId: attemptIdOf(HASH, 1), model: 'gemini-3.1-flash-lite-image', ...plan }),
    run: aRun(),
    name: 'hero',
    urgent: false,
    inputs,
    heldAt: Date.parse('2026-11-22T12:00:00Z'),
  };
}

const asked = (job: QueueJob, refusals: number | null = null) =>
  heldRequest(job, {
    sellers: [google],
    queue: { inputBytes: async (sha256) => Buffer.from(`bytes of ${sha256}`) },
    onPicture: async () => {},
    refusals,
  });

describe('a picture that was held for the queue', () => {
  it('costs what was held for it, whatever it would cost now', () => {
    const { quote } = orderOf(aJob(), [google]);
    expect([quote.low, quote.expected, quote.high]).toEqual([usd('0.02'), usd('0.03'), usd('0.04')]);
    expect(quote.day).toBe('2026-11-22');
  });

  it('is billed at the rates that were agreed, and else at those of the catalogue', () => {
    const terms = theirTerms();
    expect(orderOf(aJob({ terms }), [google]).order.model.rates).toEqual(terms.rates);
    const listed = MODELS.find(({ id }) => id === 'gemini-3.1-flash-lite-image')?.rates;
    for (const none of [{}, { terms: undefined }])
      expect(orderOf(aJob(none), [google]).order.model.rates).toEqual(listed);
  });

  it('is the order that was priced', () => {
    const plan = {
      model: 'gemini-3-pro-image',
      size: '2K',
      aspect: '4:3',
      lane: 'flex',
      prompt: 'a house',
    } as const;
    const wanted = { thinking: 'high' as const, inputs: [], turns: 0 };
    const { order } = orderOf(aJob({ ...plan, asked: wanted }), [google]);
    expect(order).toMatchObject({ size: '2K', aspect: '4:3', lane: 'flex', prompt: 'a house', count: 1 });
    expect(order.thinking).toBe('high');
    expect(orderOf(aJob(), [google]).order.thinking).toBeNull();
  });

  it('is asked of whoever it was priced at, of Google where none was named, and of the sandbox whoever it was', () => {
    const sellers = [gateway, google];
    expect(orderOf(aJob(), sellers).order.model.seller).toBeUndefined();
    expect(orderOf(aJob({ gateway: 'shop' }), sellers).order.model.seller).toBe('shop');
    expect(orderOf(aJob({ gateway: 'shop' }), [sandbox]).order.model.id).toBe('gemini-3.1-flash-lite-image');
  });

  it('is asked of nobody else', () => {
    expect(() => orderOf(aJob({ gateway: 'shop' }), [google])).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'The queue has pictures that shop sells, and this worker asks google.',
        hint: 'Let it ask there: --gateway shop',
      }),
    );
  });

  it('has its input pictures read when it is sent', async () => {
    const input = { sha256: 'cd', name: 'cat.png', mimeType: 'image/png', width: 8, height: 6 };
    const { request, attempt } = asked(aJob({}, [input]));
    const { sha256, ...rest } = input;
    const file = { path: 'cat.png', sha256 };
    expect(attempt.order.inputs).toEqual([{ ...rest, file, bytes: new Uint8Array() }]);
    const complete = await request.complete?.(attempt.order);
    expect(complete?.inputs).toEqual([{ ...rest, file, bytes: Buffer.from('bytes of cd') }]);
  });

  it('keeps its id, and what is asked for again has the next', () => {
    const { attemptId } = asked(aJob()).request;
    expect([attemptId(null), attemptId(attemptIdOf(HASH, 1))]).toEqual([
      attemptIdOf(HASH, 1),
      attemptIdOf(HASH, 2),
    ]);
  });

  it('is never asked for again where it may have been charged, nor of another model', () => {
    const { tries, offerOf } = asked(aJob()).request;
    expect(tries).toEqual({ refusals: null, unconfirmed: 0, fallback: [] });
    expect(() => offerOf('nano-banana', [0])).toThrow(expect.objectContaining({ kind: 'usage' }));
  });

  it('is repeated within its price, unless the user says how often', () => {
    expect(asked(aJob()).request.keepsToPrice).toBe(true);
    expect(asked(aJob(), 2).request).toMatchObject({ keepsToPrice: false, tries: { refusals: 2 } });
  });

  it('goes where it was to go', async () => {
    const { request, attempt } = asked(aJob());
    expect(await request.placeFor(attempt.order.model, [0])).toEqual(attempt.plan.save);
  });
});

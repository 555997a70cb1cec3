import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import type { AllowedTries } from '../../src/core/policy/next-try.ts';
import type { PriceHistory } from '../../src/core/pricing/price-history.ts';
import { nano } from '../../src/core/pricing/money.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { sellerOf, soldBy, type Seller } from '../../src/core/providers/sold-by.ts';
import { planAttempts } from '../../src/purchase/plan-attempts.ts';
import type { PurchaseContext, PurchaseRequest } from '../../src/purchase/request.ts';
import { everyPicture, type Try } from '../../src/purchase/tries.ts';
import { tryUntilDone } from '../../src/purchase/try-again.ts';
import { nothingFrom, type AttemptResult } from '../../src/purchase/types.ts';
import { GATEWAYS } from '../../src/core/providers/gateways.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeJournal } from '../support/fakes/journal.ts';
import { fakeLedger } from '../support/fakes/ledger.ts';
import { fakeStore } from '../support/fakes/ledger-state.ts';
import { anOrder, MODELS_TODAY, TODAY } from '../support/pricing.ts';
import { aBill, anImage, aRun } from '../support/purchases.ts';

/** What becomes of a request for one picture. */
const ENDS = {
  picture: { images: [anImage()], failure: null, bill: aBill('0.03') },
  safety: {
    refusals: [{ reason: 'IMAGE_SAFETY', message: '' }],
    failure: new Failure('refused', 'Not safe.'),
    bill: aBill('0.01'),
  },
  chance: {
    refusals: [{ reason: 'IMAGE_OTHER', message: '' }],
    failure: new Failure('refused', 'Not this time.'),
    bill: aBill('0.01'),
  },
  outage: { failure: new Failure('unavailable', 'Overloaded.', { charged: 'no' }) },
  limited: { failure: new Failure('rate-limited', 'Not now.', { charged: 'no' }) },
} satisfies Record<string, Partial<AttemptResult>>;

type End = keyof typeof ENDS | Partial<AttemptResult>;

interface Scene {
  readonly model?: string;
  /** What becomes of each request, one try after the other; a picture where nothing is said. */
  readonly tries: readonly (readonly End[])[];
  readonly allowed?: Partial<AllowedTries>;
  readonly keepsToPrice?: boolean;
  readonly further?: readonly Seller[];
  readonly priceHistory?: PriceHistory;
}

/** What was asked of whom, until all is done, by somebody who wants to hear nothing of it. */
async function tried({ model = 'nano-banana-2-lite', tries, ...scene }: Scene) {
  const ledger = fakeLedger({ store: fakeStore(), clock: fakeClock() });
  const order = anOrder(model, { count: tries[0]?.length ?? 0 });
  const offer = { order, quote: quote(order, TODAY, scene.priceHistory) };
  const before: (string | null)[] = [];
  let number = 0;
  const attemptId = (): string => `attempt-${++number}`;
  const placeFor: PurchaseRequest['placeFor'] = async (_, pictures) => ({
    paths: pictures.map((picture) => `cat-${picture + 1}.jpg`),
    cwd: '/work',
    format: null,
    quality: null,
    replace: false,
  });
  const request: PurchaseRequest = {
    offer,
    why: 'first',
    tries: { refusals: null, unconfirmed: 0, fallback: [], ...scene.allowed },
    further: scene.further,
    keepsToPrice: scene.keepsToPrice ?? false,
    offerOf(name, pictures) {
      const other = anOrder(name, { count: pictures.length });
      return { order: other, quote: quote(other, TODAY) };
    },
    placeFor,
    attemptId(last) {
      before.push(last);
      return attemptId();
    },
  };
  const its = { runId: 'run-1', account: 'somebody', attemptId };
  const held = planAttempts(offer, await placeFor(order.model, everyPicture(order.count)), its);
  await ledger.begin(aRun());
  await ledger.hold(held.map(({ plan }) => plan));
  const ends = tries.values();
  const done: Try[] = [];
  const context = {
    books: { ledger, journal: fakeJournal() },
    accountOf: async () => its.account,
    stop: new AbortController().signal,
    concurrency: 1,
    onDone: (all: readonly Try[]) => void done.push(...all),
  } as unknown as PurchaseContext;
  const { remarks } = await tryUntilDone(request, held, aRun(), sender, context);
  return { remarks, before, tries: done };

  async function sender(attempts: typeof held): Promise<readonly AttemptResult[]> {
    const own = ends.next().value ?? [];
    return attempts.map(({ plan }, index) => ({
      ...nothingFrom(plan, new Failure('cancelled', '')),
      ...endOf(own[index]),
    }));
  }
}

const endOf = (end: End = 'picture'): Partial<AttemptResult> => (typeof end === 'string' ? ENDS[end] : end);

const askedOf = ({ why, pictures, offer: { order } }: Try) => [
  why,
  sellerOf(order.model),
  order.model.name,
  ...pictures,
];

describe('what is tried again', () => {
  it('needs nobody who listens', async () => {
    const { tries } = await tried({ tries: [['chance']] });
    expect(tries.map(askedOf)).toEqual([
      ['first', 'google', 'Nano Banana 2 Lite', 0],
      ['refused', 'google', 'Nano Banana 2 Lite', 0],
    ]);
  });

  it('follows the last attempt of the try before it', async () => {
    const all = ['chance', 'chance', 'chance'] as const;
    const { before } = await tried({ tries: [all, all, all, all], allowed: { refusals: 3 } });
    expect(before).toEqual(['attempt-3', 'attempt-6', 'attempt-9'].flatMap((id) => [id, id, id]));
  });

  it('says the warnings of another model, and none a second time', async () => {
    const warning = /may bill interim pictures/;
    const { remarks } = await tried({
      model: 'nano-banana-pro',
      tries: [['chance']],
      allowed: { refusals: 1 },
    });
    expect(remarks).toEqual([expect.stringMatching(/^Nano Banana Pro is asked again for 1 image, at most/)]);
    const other = await tried({ tries: [['safety']], allowed: { fallback: ['nano-banana-pro'] } });
    expect(other.remarks).toContainEqual(expect.stringMatching(warning));
  });

  it('names who failed only where another is asked, and says why for the first picture that is missing', async () => {
    const { remarks } = await tried({
      tries: [['safety', 'chance'], ['chance']],
      allowed: { fallback: ['nano-banana-pro'] },
    });
    expect(remarks.slice(0, 2)).toEqual([
      expect.stringMatching(
        /^Nano Banana 2 Lite is asked again for 1 image, at most \$0\.\d+\. Not this time\.$/,
      ),
      expect.stringMatching(/is asked for 2 images, .*\. Nano Banana 2 Lite: Not safe\.$/),
    ]);
  });

  it('is not a model that was asked at any time before', async () => {
    const { tries, remarks } = await tried({
      tries: [['safety'], ['safety']],
      allowed: { fallback: ['nano-banana-pro', 'nano-banana-2-lite', 'nano-banana-pro'] },
    });
    expect(tries.map(({ offer }) => offer.order.model.name)).toEqual([
      'Nano Banana 2 Lite',
      'Nano Banana Pro',
    ]);
    expect(remarks.slice(-2)).toEqual([
      'nano-banana-2-lite is not asked: gemini-3.1-flash-lite-image was asked before.',
      'nano-banana-pro is not asked: gemini-3-pro-image was asked before.',
    ]);
  });

  it('may come to just what was said at most', async () => {
    const order = anOrder('nano-banana-2-lite');
    const { expected, high } = quote(order, TODAY);
    const triesAfter = async (spent: bigint) => {
      const bill = aBill('0', { amount: nano(spent) });
      const { tries } = await tried({ tries: [[{ ...ENDS.chance, bill }]], keepsToPrice: true });
      return tries.length;
    };
    expect([await triesAfter(high - expected), await triesAfter(high - expected + 1n)]).toEqual([2, 1]);
  });
});

describe('what was learned of prices', () => {
  const priceHistory: PriceHistory = { pictures: 10, quantities: { thinking: 12_340 } };
  const laozhang = GATEWAYS.find(({ name }) => name === 'laozhang');
  if (!laozhang) throw new Error('laozhang is no gateway');
  const further = [{ profile: laozhang, models: soldBy(MODELS_TODAY, laozhang, null) }];

  it('counts for the same seller, and not for another', async () => {
    const again = await tried({ tries: [['chance']], priceHistory });
    expect(again.tries.map(({ offer }) => offer.quote.priceHistory)).toEqual([priceHistory, priceHistory]);
    const elsewhere = await tried({ tries: [['limited']], priceHistory, further });
    expect(elsewhere.tries.map(askedOf).map(([why, seller]) => [why, seller])).toEqual([
      ['first', 'google'],
      ['gateway', 'laozhang'],
    ]);
    expect(elsewhere.tries.map(({ offer }) => offer.quote.priceHistory)).toEqual([priceHistory, null]);
  });
});

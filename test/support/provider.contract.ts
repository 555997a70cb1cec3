import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { MODELS } from '../../src/core/catalogue/catalogue.ts';
import type { Model } from '../../src/core/catalogue/model.ts';
import { Failure, type FailureKind } from '../../src/core/errors.ts';
import type { Order } from '../../src/core/order/order.ts';
import type { Reply } from '../../src/core/order/reply.ts';
import { bill } from '../../src/core/pricing/bill.ts';
import { usd } from '../../src/core/pricing/money.ts';
import type { Bill } from '../../src/core/pricing/types.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { soldBy } from '../../src/core/providers/sold-by.ts';
import type { Client, Provider } from '../../src/ports/index.ts';
import { pngHead } from '../sandbox/support.ts';
import { sendOptions } from './api.contract.ts';
import { rejection } from './failure.ts';
import { anOrder, TODAY } from './pricing.ts';

/** One request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface ProviderSubject extends AsyncDisposable {
  readonly provider: Provider;
  readonly client: Client;
  /** One that has no key, as `recover` takes it. */
  readonly reader: Client;
  readonly arrived: readonly Arrived[];
  /** What was charged so far, in decimal dollars. */
  readonly charged: () => string;
}

/** What a provider says of its own, and what pixtab has to make of it. */
export interface Judged {
  readonly fault: string;
  readonly kind: FailureKind;
  readonly charged: 'no' | 'unknown';
}

export interface ProviderRules {
  /** The headers that may hold the key. */
  readonly keyHeader: string;
  readonly key: string;
  /** What a bill of a picture rests on. */
  readonly basis: Bill['basis'];
  readonly judged: readonly Judged[];
  /** Forms of a picture that only its wire has. */
  readonly forms?: readonly string[];
}

/** The work was done, and nobody who speaks for the price says so. */
const LOST = [
  'reset-after',
  'truncate',
  'upstream-reset',
  'litellm-timeout',
  'new-api-bad-body',
  'lost-502',
  'lost-504',
  'lost-524',
];

/** A picture comes whatever becomes of it on the way. */
const FORMS = [
  'wrong-type',
  'octet-stream',
  'base64-url',
  'markdown',
  'drafts',
  'smaller',
  'gzip',
  'slow-body=1',
  'other-model',
];

const SHOWN = { name: 'a.png', mimeType: 'image/png', bytes: pngHead(900, 600), width: 900, height: 600 };

/** What pixtab relies on, whoever answers. `open` begins anew, under a schedule of faults. */
export function providerContract(
  name: string,
  { keyHeader, key, basis, judged, forms = [] }: ProviderRules,
  open: (faults?: string) => Promise<ProviderSubject>,
): void {
  const sold = ({ provider }: ProviderSubject, id: string): Model => {
    const found = soldBy(MODELS, provider, null).find((model) => model.id === id);
    if (!found) throw new Error(`${name} does not sell ${id}`);
    return found;
  };
  const lite = (subject: ProviderSubject, changes: Partial<Order> = {}): Order =>
    anOrder(sold(subject, 'gemini-3.1-flash-lite-image'), changes);

  async function bought({ client }: ProviderSubject, order: Order) {
    const { body } = await client.images.send(order, sendOptions());
    const reply = client.images.read(body, order.model.wire);
    return { body, reply, bill: billOf(order, reply) };
  }
  const billOf = (order: Order, reply: Reply) =>
    bill({ ...order, day: TODAY, quote: quote(order, TODAY), reply });

  describe(`${name} as a provider`, () => {
    it('draws what is asked for', async () => {
      await using subject = await open();
      const order = anOrder(sold(subject, 'gemini-nano-banana-2.1'), { size: '2K', aspect: '16:9' });
      const { reply, bill } = await bought(subject, order);
      const [picture] = reply.images;
      const bytes = Buffer.from(picture?.bytes ?? []);
      expect([bytes.readUInt16BE(27), bytes.readUInt16BE(25)]).toEqual([2752, 1536]);
      expect(reply.refusals).toEqual([]);
      expect(bill).toMatchObject({ basis, charged: 'yes', amount: usd(subject.charged()) });
    });

    it('looks at pictures, and at earlier turns', async () => {
      await using subject = await open();
      const first = await bought(subject, lite(subject, { inputs: [SHOWN, SHOWN] }));
      expect(first.reply.images).toHaveLength(1);
      const turn = {
        prompt: 'a cat',
        inputs: [SHOWN],
        pictures: 2,
        words: '',
        answer: first.reply.parts ?? [],
      };
      const second = await bought(subject, lite(subject, { history: [turn] }));
      expect(second.reply.images).toHaveLength(1);
      expect(first.bill.amount + second.bill.amount).toBe(usd(subject.charged()));
    });

    it.each(['IMAGE_SAFETY', 'NO_IMAGE', 'blocked-PROHIBITED_CONTENT', 'blocked-no-usage', 'text-only'])(
      'gives a refusal as a value, booked as it is charged: %s',
      async (fault) => {
        await using subject = await open(fault);
        const { reply, bill } = await bought(subject, lite(subject));
        expect(reply.images).toEqual([]);
        expect(reply.refusals).toHaveLength(1);
        expect(bill.amount).toBeGreaterThanOrEqual(usd(subject.charged()));
      },
    );

    it.each(['no-usage', 'zero-usage', 'prompt-usage'])(
      'is booked at no less than the quote where it does not count: %s',
      async (fault) => {
        await using subject = await open(fault);
        const order = lite(subject);
        const { reply, bill } = await bought(subject, order);
        expect(reply.images).toHaveLength(1);
        expect(bill.charged).toBe('yes');
        expect(bill.amount).toBeGreaterThanOrEqual(quote(order, TODAY).expected);
      },
    );

    it.each([...FORMS, ...forms])('brings a picture in whatever form: %s', async (fault) => {
      await using subject = await open(fault);
      expect((await bought(subject, lite(subject))).reply.images).toHaveLength(1);
    });

    it.each<Judged>([
      ...LOST.map((fault) => ({ fault, kind: 'unconfirmed', charged: 'unknown' }) as const),
      ...judged,
    ])('$fault is $kind, charged: $charged', async ({ fault, kind, charged }) => {
      await using subject = await open(fault);
      const options = sendOptions({ retries: 3, retryBudgetMs: 60_000 });
      const failure = await rejection(subject.client.images.send(lite(subject), options));
      expect(failure).toMatchObject({ kind, charged });
      expect(subject.arrived).toHaveLength(1);
      // What is said to be free was free.
      expect(charged === 'no' ? subject.charged() : '0').toBe('0');
    });

    it('is refused before anything is sent what it cannot do, and does what it can', async () => {
      await using subject = await open();
      const { client, provider } = subject;
      const asked: readonly (readonly [boolean, () => Promise<unknown>])[] = [
        [provider.can.predict, () => bought(subject, anOrder(sold(subject, 'imagen-4.0-fast-generate-001')))],
        [provider.can.tiers, () => bought(subject, lite(subject, { lane: 'flex' }))],
        [provider.can.files, () => client.files.get('files/none', new AbortController().signal)],
        [provider.can.batch, () => client.batches.get('batches/none', new AbortController().signal)],
      ];
      for (const [can, ask] of asked) {
        const before = subject.arrived.length;
        const failure = await ask().catch((error: unknown) => error);
        const refused = failure instanceof Failure && failure.charged === 'no';
        expect([subject.arrived.length > before, can || refused]).toEqual([can, true]);
      }
    });

    it('reads a kept answer as it would have been read at once', async () => {
      await using subject = await open();
      const order = lite(subject);
      const { body, reply, bill } = await bought(subject, order);
      const kept = subject.reader.images.read(body, order.model.wire);
      expect(kept).toEqual(reply);
      expect(billOf(order, kept)).toEqual(bill);
    });

    it('lists its models', async () => {
      await using subject = await open();
      const { models } = await subject.client.models(new AbortController().signal);
      expect(models.map(({ id }) => id)).toContain('gemini-3.1-flash-lite-image');
    });

    it('gets its key in one header, and nowhere else', async () => {
      await using subject = await open();
      await bought(subject, lite(subject, { inputs: [SHOWN] }));
      await subject.client.models(new AbortController().signal);
      expect(subject.arrived.length).toBeGreaterThan(1);
      for (const { url, headers } of subject.arrived) {
        const holding = Object.entries(headers).flatMap(([header, value]) =>
          String(value).includes(key) ? [header] : [],
        );
        expect(holding).toEqual([keyHeader]);
        expect(url).not.toContain(key);
      }
    });

    it('says the key nowhere, though the answer repeats it', async () => {
      await using subject = await open('text-only');
      const { body, reply } = await bought(subject, lite(subject, { prompt: `a sign that says ${key}` }));
      expect(reply.text).toContain('a sign that says');
      expect(inspect(reply, { depth: null })).not.toContain(key);
      expect(Buffer.from(body).toString()).not.toContain(key);
    });
  });
}

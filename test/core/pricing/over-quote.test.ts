import { describe, expect, it } from 'vitest';
import { bill } from '../../../src/core/pricing/bill.ts';
import { billRemarks } from '../../../src/core/pricing/over-quote.ts';
import type { Order } from '../../../src/core/order/order.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import type { Usage } from '../../../src/core/order/reply.ts';
import { anOrder, aReply, aUsage, TODAY } from '../../support/pricing.ts';

/** Remarks on the bills of requests for one picture each. */
function remarks(order: Order, ...usages: readonly Usage[]): readonly string[] {
  const one = quote({ ...order, count: 1 }, TODAY);
  const { model, lane, size } = order;
  const paid = usages.map((usage) => ({
    bill: bill({ model, lane, size, day: TODAY, quote: one, reply: aReply({ usage }) }),
    images: 1,
    high: one.high,
  }));
  return billRemarks(order, quote(order, TODAY), paid);
}

const pro = anOrder('nano-banana-pro');
const parts = (count: number): Usage =>
  aUsage({ prompt: 10, candidates: 1120 * count, imageOutput: 1120 * count, promptText: 10, promptImage: 0 });

describe('remarks on a bill', () => {
  it('are none where it stays within what was held', () => {
    expect(remarks(pro, parts(1))).toEqual([]);
    expect(remarks(pro, parts(3))).toEqual([]);
    const held = quote(pro, TODAY);
    const exactly = { basis: 'metered', charged: 'yes', lines: [], amount: held.high } as const;
    expect(billRemarks(pro, held, [{ bill: exactly, images: 1, high: held.high }])).toEqual([]);
  });

  it('say once that usage is not believed, and why', () => {
    const { model, lane, size } = pro;
    const one = quote(pro, TODAY);
    const reply = aReply({ usage: null, usageProblem: 'it is a song' });
    const paid = {
      bill: bill({ model, lane, size, day: TODAY, quote: one, reply }),
      images: 1,
      high: one.high,
    };
    expect(billRemarks(pro, one, [paid, paid])).toEqual([
      'The usage that was reported cannot be, so the expected price is booked: it is a song.',
    ]);
  });

  it('say by how much and why it is above', () => {
    const [only, ...more] = remarks(pro, parts(5));
    expect(more).toEqual([]);
    expect(only).toMatch(/^The bill of a request is \$0\.24 above the \$0\.43\d* that was held for it: /);
    expect(only).toContain('5 image parts billed, held for 3.');
  });

  it('add up what several requests of an order were above, and leave out those that were not', () => {
    const [only] = remarks({ ...pro, count: 3 }, parts(5), parts(1), parts(5));
    expect(only).toMatch(
      /^The bills of 2 requests are \$0\.47\d* above the \$0\.86\d* that was held for them: 5 image/,
    );
  });

  it('count tokens where the meter has no pictures', () => {
    const usage = aUsage({ prompt: 10, candidates: 1120, imageOutput: 1120, thoughts: 30_000 });
    expect(remarks(anOrder('nano-banana-2-lite'), usage)[0]).toContain(
      '30,000 tokens of thinking were billed, held for 200',
    );
  });

  it('count tokens where they are no whole pictures, of what was billed or of what was held', () => {
    const odd = aUsage({ prompt: 10, candidates: 5601, imageOutput: 5601, promptText: 10, promptImage: 0 });
    expect(remarks(pro, odd)[0]).toContain('5,601 tokens of image output were billed, held for 3,360');
    const two = quote({ ...pro, count: 2 }, TODAY);
    const lines = two.lines.map((line) => ({ ...line, high: { ...line.high, quantity: 1_000 } }));
    const made = bill({ ...pro, day: TODAY, quote: two, reply: aReply({ usage: parts(5) }) });
    const one = { bill: made, images: 1, high: usd('0.1') };
    expect(billRemarks(pro, { ...two, lines }, [one])[0]).toContain(
      '5,600 tokens of image output were billed, held for 500',
    );
    // Of two pictures at once, twice as much was held.
    expect(billRemarks(pro, { ...two, lines }, [{ ...one, images: 2 }])[0]).toContain('held for 1,000');
  });

  it('count what was never quoted from nothing, and say nothing where no meter is above', () => {
    const order = anOrder('nano-banana-2.1');
    const one = quote(order, TODAY);
    const usage = aUsage({ prompt: 1, candidates: 1120, imageOutput: 1120 });
    const made = bill({ ...order, day: TODAY, quote: one, reply: aReply({ usage, searches: 9 }) });
    expect(billRemarks(order, one, [{ bill: made, images: 1, high: usd('0.001') }])[0]).toContain(
      '9 searches of search were billed, held for 0',
    );
    const plain = bill({ ...order, day: TODAY, quote: one, reply: aReply({ usage }) });
    expect(billRemarks(order, one, [{ bill: plain, images: 1, high: usd('0.001') }])[0]).toMatch(/for it\.$/);
  });

  it('count pictures of nothing but the picture', () => {
    const line = {
      meter: 'thinking',
      quantity: 1120,
      unit: 'token',
      rate: usd('12'),
      per: 1e6,
      amount: usd('1'),
    } as const;
    const made = { basis: 'metered', charged: 'yes', lines: [line], amount: usd('1') } as const;
    const unquoted = { ...quote(pro, TODAY), lines: [] };
    expect(billRemarks(pro, unquoted, [{ bill: made, images: 1, high: usd('0.1') }])[0]).toContain(
      '1,120 tokens of thinking were billed, held for 0',
    );
  });

  it('name the rate where another lane served the request', () => {
    const flex = anOrder('nano-banana-pro', { lane: 'flex' });
    const usage = { ...parts(3), lane: 'now' as const };
    expect(remarks(flex, usage)[0]).toContain('image output was billed at $120.00 / 1M, held at $60.00');
  });

  it('say that all output was booked as image where the API did not split it', () => {
    const unsplit = aUsage({ prompt: 10, candidates: 1300 });
    expect(remarks(anOrder('nano-banana-2-lite'), unsplit).at(-1)).toBe(
      'The API did not say how many output tokens were image: all of them are booked as image, the dearer reading.',
    );
    expect(remarks({ ...pro, count: 2 }, parts(1), unsplit)).toEqual([
      expect.stringContaining('In 1 of 2 answers the API did not say'),
    ]);
  });

  it('never speak of a split where nothing came', () => {
    const order = anOrder('nano-banana-2-lite');
    const one = quote(order, TODAY);
    const reply = aReply({ images: [], text: 'no', usage: aUsage({ prompt: 10, candidates: 20 }) });
    const made = bill({ model: order.model, lane: 'now', size: '1K', day: TODAY, quote: one, reply });
    expect(billRemarks(order, one, [{ bill: made, images: 1, high: one.high }])).toEqual([]);
  });
});

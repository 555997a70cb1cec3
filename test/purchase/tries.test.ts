import { describe, expect, it } from 'vitest';
import { Failure, type FailureKind } from '../../src/core/errors.ts';
import { sum, toDecimal, usd } from '../../src/core/pricing/money.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import type { Bill } from '../../src/core/pricing/types.ts';
import type { PurchaseResult } from '../../src/purchase/buy.ts';
import {
  modelOf,
  outcomeOfRun,
  spendingOf,
  standingFailures,
  summarise,
  totalBill,
} from '../../src/purchase/summary.ts';
import {
  anyUnknown,
  everyPicture,
  isUnconfirmed,
  missingOf,
  pastTry,
  sharesOf,
  spentOn,
  type Try,
} from '../../src/purchase/tries.ts';
import type { AttemptResult } from '../../src/purchase/types.ts';
import { anOrder, TODAY } from '../support/pricing.ts';
import { aBill, aPlan, anImage } from '../support/purchases.ts';

const failed = (kind: FailureKind, charged?: 'yes' | 'no' | 'unknown'): Failure =>
  new Failure(kind, `${kind} it is`, charged && { charged });

interface Facts {
  /** Paths of the pictures that came. */
  readonly came?: readonly string[];
  readonly asked?: number;
  readonly failure?: Failure | null;
  readonly bill?: string | null;
  readonly reasons?: readonly string[];
}

function result({ came = [], asked = 1, failure = null, bill = null, reasons = [] }: Facts): AttemptResult {
  return {
    plan: aPlan({ images: asked }),
    bill: bill === null ? null : aBill(bill),
    images: came.map((path) => anImage({ path })),
    extras: [],
    refusals: reasons.map((reason) => ({ reason, message: reason })),
    text: null,
    raw: null,
    failure,
  };
}

function aTry(
  results: readonly AttemptResult[],
  { pictures, model = 'nano-banana-2.1', why = 'first' }: Partial<Try> & { readonly model?: string } = {},
): Try {
  const count = results.reduce((all, { plan }) => all + plan.images, 0);
  const order = anOrder(model, { count });
  const offer = { order, quote: quote(order, TODAY) };
  return { why, offer, pictures: pictures ?? everyPicture(count), results };
}

const lost = failed('unconfirmed', 'unknown');
const refused = failed('refused', 'yes');
const away = failed('unavailable', 'no');

describe('the pictures of a try', () => {
  it('belong to its requests one after the other, and those that came are the first of each', () => {
    const made = aTry([result({ asked: 2, came: ['a'], failure: refused }), result({ asked: 1 })], {
      pictures: [1, 4, 6],
    });
    const shares = sharesOf(made);
    expect(shares.map(({ pictures }) => pictures)).toEqual([[1, 4], [6]]);
    expect(shares.map(missingOf)).toEqual([[4], [6]]);
  });

  it('each have a fate of their own', () => {
    const made = aTry([
      result({ asked: 2, came: ['a'], failure: refused, reasons: ['IMAGE_OTHER'] }),
      result({ failure: lost }),
      result({ failure: away }),
      result({ came: ['b'] }),
    ]);
    const { fates, why, gateway } = pastTry(made);
    expect([why, gateway]).toEqual(['first', 'google']);
    expect([...(fates ?? [])]).toEqual([
      [0, 'delivered'],
      [1, 'chance'],
      [2, 'unknown'],
      [3, 'outage'],
      [4, 'delivered'],
    ]);
  });

  it('end the run where the books are in trouble, even those that are on disk', () => {
    const made = aTry([result({ came: ['a'], failure: failed('disk') })]);
    expect([...(pastTry(made).fates ?? [])]).toEqual([[0, 'end']]);
  });
});

describe('what tries come to', () => {
  it.each([
    ['a bill', result({ bill: '0.05' }), false, '0.05'],
    ['a bill beside a failure', result({ bill: '0.05', failure: lost }), false, '0.05'],
    ['no bill, and nobody knows', result({ failure: lost }), true, '0.03'],
    ['no bill, and it was charged', result({ failure: failed('disk', 'yes') }), true, '0.03'],
    ['no bill, and no word of why', result({}), true, '0.03'],
    ['no bill, and certainly no charge', result({ failure: away }), false, '0'],
  ])('counts %s', (_, one, isUnknown, spent) => {
    expect(isUnconfirmed(one)).toBe(isUnknown);
    expect(anyUnknown([result({ bill: '0.01' }), one])).toBe(isUnknown);
    expect(spentOn([one])).toBe(usd(spent));
    expect(spentOn([one, result({ bill: '0.01' })])).toBe(sum([usd(spent), usd('0.01')]));
  });

  it('keeps what is billed apart from what nobody knows', () => {
    const { bill, unconfirmed } = spendingOf([
      result({ bill: '0.05' }),
      result({ bill: '0.02', failure: refused }),
      result({ failure: lost }),
      result({ failure: away }),
    ]);
    expect(bill && toDecimal(bill.amount)).toBe('0.07');
    expect(toDecimal(unconfirmed)).toBe('0.03');
    expect(spendingOf([result({ failure: away })])).toEqual({ bill: null, unconfirmed: usd('0') });
  });
});

describe('one bill for several', () => {
  const billWith = (facts: Partial<Bill>): Bill => aBill('0.05', facts);

  it('is none where there is none', () => {
    expect(totalBill([])).toBeNull();
  });

  it('is as certain as the least certain of them', () => {
    expect(
      totalBill([billWith({}), billWith({ basis: 'estimated' }), billWith({ basis: 'listed' })])?.basis,
    ).toBe('estimated');
    expect(totalBill([billWith({ basis: 'stated' })])?.basis).toBe('stated');
  });

  it('is as certain as those that cost something, whatever was free beside them', () => {
    const free = aBill('0', { basis: 'estimated', charged: 'no', lines: [] });
    expect(totalBill([free, billWith({})])?.basis).toBe('metered');
    expect(totalBill([free, billWith({ charged: 'unknown', basis: 'listed' })])?.basis).toBe('listed');
    expect(totalBill([free, free])?.basis).toBe('estimated');
  });

  it.each([
    [['no', 'no'], 'no'],
    [['no', 'yes'], 'yes'],
    [['yes', 'unknown', 'no'], 'unknown'],
  ] as const)('of which each was charged %j was charged: %s', (each, all) => {
    expect(totalBill(each.map((charged) => billWith({ charged })))?.charged).toBe(all);
  });

  it('adds up lines of one meter and rate, and no others', () => {
    const [line] = aBill('0.05').lines;
    if (line === undefined) throw new Error('a bill has a line');
    const lines = [
      line,
      { ...line, quantity: 10, amount: usd('0.01') },
      { ...line, rate: usd('60'), quantity: 1 },
      { ...line, per: 1, quantity: 2 },
      { ...line, meter: 'text input' as const, quantity: 3 },
    ];
    const total = totalBill([billWith({ lines: lines.slice(0, 1) }), billWith({ lines: lines.slice(1) })]);
    expect(total?.lines.map(({ quantity }) => quantity)).toEqual([1130, 1, 2, 3]);
    expect(total?.lines[0]?.amount).toBe(usd('0.06'));
    expect(total?.amount).toBe(usd('0.1'));
  });
});

describe('what an order comes to', () => {
  const first = aTry([result({ came: ['a'] }), result({ failure: refused }), result({ failure: lost })]);

  it('is its pictures in the order in which they were asked for, whichever try brought them', () => {
    const again = aTry([result({ came: ['c'] }), result({ came: ['b'] })], { pictures: [2, 1] });
    const { images, outcome } = summarise([first, again]);
    expect(images.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
    expect(outcome).toBe('ok');
  });

  it('has those among its pictures that were there before', () => {
    const rest = aTry([result({ came: ['b'] })], { pictures: [1] });
    const before = new Map([
      [0, anImage({ path: 'a' })],
      [2, anImage({ path: 'c' })],
    ]);
    const { images, outcome } = summarise([rest], before);
    expect([images.map(({ path }) => path), outcome]).toEqual([['a', 'b', 'c'], 'ok']);
    const short = summarise([aTry([result({ failure: refused })], { pictures: [1] })], before);
    expect(short).toMatchObject({
      outcome: 'partial',
      failure: { message: '2 of 3 images on disk. refused it is' },
    });
  });

  it('is short where a sheet that was there before could not be cut', () => {
    const sheet = anImage({ path: 'a', cells: [], uncut: 'The sheet has no cells.' });
    expect(summarise([], new Map([[0, sheet]]))).toMatchObject({
      outcome: 'partial',
      failure: { message: 'The sheet has no cells.', charged: 'yes' },
    });
  });

  it('has the failures that no later try made good, the latest first', () => {
    expect(standingFailures([first])).toEqual([refused, lost]);
    const again = aTry([result({ came: ['b'] }), result({ failure: away })], { pictures: [1, 2] });
    expect(standingFailures([first, again])).toEqual([away, lost]);
  });

  it('has a failure that stands though all its pictures came', () => {
    const full = failed('disk');
    expect(standingFailures([aTry([result({ came: ['a'], failure: full })])])).toEqual([full]);
  });

  it('has one that is made good only by all that are missing', () => {
    const two = aTry([result({ asked: 2, failure: refused })]);
    const one = aTry([result({ came: ['b'] })], { pictures: [1] });
    expect(standingFailures([two, one])).toEqual([refused]);
    const both = aTry([result({ came: ['a', 'b'], asked: 2 })]);
    expect(standingFailures([two, both])).toEqual([]);
  });

  it('names the model that brought something, else the first that was asked, and none where none was', () => {
    const elsewhere = aTry([result({ came: ['a'] }), result({ failure: refused })], {
      model: 'nano-banana-pro',
    });
    const nothing = aTry([result({ failure: away })]);
    expect(modelOf([nothing, elsewhere])).toBe(elsewhere.offer.order.model.id);
    expect(modelOf([nothing, { ...elsewhere, results: nothing.results }])).toBe(nothing.offer.order.model.id);
    expect(modelOf([])).toBeNull();
  });
});

describe('what a run of several orders comes to', () => {
  const bought = (made: Try, failure: Failure | null = null): PurchaseResult =>
    ({ request: { offer: made.offer }, tries: [made], failure, jobs: [] }) as unknown as PurchaseResult;

  it('counts the pictures of all of them', () => {
    const all = [
      bought(aTry([result({ came: ['a'] }), result({ came: ['b'] })])),
      bought(aTry([result({ failure: refused })])),
    ];
    expect(outcomeOfRun(all)).toMatchObject({
      outcome: 'partial',
      failure: { message: '2 of 3 images on disk. refused it is' },
    });
    expect(outcomeOfRun(all.slice(0, 1))).toMatchObject({ outcome: 'ok', exitCode: 0 });
  });

  it('is well where nothing was to be bought', () => {
    expect(summarise([])).toMatchObject({ outcome: 'ok', bill: null, images: [] });
  });

  it('ends as an order did that failed as a whole', () => {
    const budget = failed('budget', 'no');
    expect(outcomeOfRun([bought(aTry([result({ failure: refused })]), budget)]).failure).toMatchObject({
      kind: 'budget',
    });
  });
});

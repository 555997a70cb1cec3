import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Booked } from '../../../src/core/invoice/booked.ts';
import { compare } from '../../../src/core/invoice/compare.ts';
import { disagrees } from '../../../src/core/invoice/compared-row.ts';
import type { InvoiceLine } from '../../../src/core/invoice/line.ts';
import { SKUS } from '../../../src/core/invoice/sku-table.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { aLine, aLost, aPurchase, sidesOf, tokens, until } from './sides.ts';

const TEN = [['2026-10-01', '2026-10-10']] as const;
/** A picture of 4K. */
const LARGE = { size: '4K', lines: [tokens('image output', 2000)] } as const;
const MIDNIGHT = until('2026-10-04', '2026-10-05');
const NEXT = until('2026-10-05', '2026-10-06');

type More = NonNullable<Parameters<typeof sidesOf>[2]>;
const compared = (bought: readonly Booked[], invoiced: readonly InvoiceLine[], more: More = {}) =>
  compare(sidesOf(bought, invoiced, { days: TEN, ...more }));
const rowsOf = (...given: Parameters<typeof compared>) =>
  compared(...given).rows.map(({ period, verdict, pictures }) => [period, verdict, pictures]);
const verdictsOf = (...given: Parameters<typeof compared>) =>
  compared(...given).settleable.map(({ verdict }) => verdict);

describe('a request of unknown outcome', () => {
  it.each<[string, readonly Booked[], readonly InvoiceLine[], readonly string[]]>([
    [
      'is charged where its day has a picture more',
      [aLost('2026-10-04')],
      [aLine('2026-10-04', 1120)],
      ['charged'],
    ],
    [
      'is not charged where its day has what was settled',
      [aPurchase('2026-10-04'), aLost('2026-10-04')],
      [aLine('2026-10-04', 1120)],
      ['not charged'],
    ],
    [
      'is not charged where its day has nothing',
      [aLost('2026-10-04')],
      [aLine('2026-10-05', 0)],
      ['not charged'],
    ],
    [
      'is not decided where one of two alike was charged',
      [aLost('2026-10-04'), aLost('2026-10-04')],
      [aLine('2026-10-04', 1120)],
      ['undecided', 'undecided'],
    ],
    [
      'is told from one of another size',
      [aLost('2026-10-04'), aLost('2026-10-04', LARGE)],
      [aLine('2026-10-04', 2000)],
      ['not charged', 'charged'],
    ],
    [
      'is not decided where the day has something else',
      [aLost('2026-10-04')],
      [aLine('2026-10-04', 500)],
      ['undecided'],
    ],
    [
      'of midnight is charged where either day has it',
      [aLost('', MIDNIGHT)],
      [aLine('2026-10-04', 0), aLine('2026-10-05', 1120)],
      ['charged'],
    ],
    [
      'of midnight is not charged where neither day has it',
      [aLost('', MIDNIGHT), aPurchase('2026-10-05')],
      [aLine('2026-10-05', 1120)],
      ['not charged'],
    ],
    [
      'of either of two midnights is told by the day that only one of them may be on',
      [aLost('', MIDNIGHT), aLost('', NEXT)],
      [aLine('2026-10-04', 1120)],
      ['charged', 'not charged'],
    ],
    [
      'of either of two midnights is told by the last day too',
      [aLost('', MIDNIGHT), aLost('', NEXT)],
      [aLine('2026-10-06', 1120)],
      ['not charged', 'charged'],
    ],
    [
      'is told beside one of the day after',
      [aLost('2026-10-04'), aLost('2026-10-05')],
      [aLine('2026-10-05', 1120)],
      ['not charged', 'charged'],
    ],
    ['is none where it was settled', [aPurchase('', MIDNIGHT)], [aLine('2026-10-04', 1120)], []],
    [
      'is none where it was settled on a day that the invoice does not have',
      [aPurchase('', until('2026-10-10', '2026-10-11'))],
      [aLine('2026-10-10', 0)],
      [],
    ],
    ['without lines is left out', [aLost('2026-10-04', { lines: [] })], [aLine('2026-10-04', 0)], []],
    [
      'of no tokens is left out',
      [aLost('2026-10-04', { lines: [tokens('image output', 0)] }), aLost('2026-10-04')],
      [aLine('2026-10-04', 0)],
      ['not charged'],
    ],
  ])('%s', (_, bought, invoiced, verdicts) => {
    expect(verdictsOf(bought, invoiced)).toEqual(verdicts);
  });

  it.each<[string, More]>([
    ['is not billed yet', { openFrom: '2026-10-05' }],
    ['is not on the invoice', { days: [['2026-10-01', '2026-10-04']] }],
  ])('of midnight is not decided where its other day %s', (_, more) => {
    const bought = [aLost('', MIDNIGHT), aPurchase('2026-10-04')];
    expect(compared(bought, [aLine('2026-10-04', 1120)], more).settleable).toMatchObject([
      { verdict: 'undecided', evidence: expect.stringContaining('a day that the invoice does not have') },
    ]);
    expect(verdictsOf(bought, [aLine('2026-10-04', 2240)], more)).toEqual(['charged']);
  });

  it('of several days is not decided where one between them is on no invoice', () => {
    const days = [
      ['2026-10-01', '2026-10-03'],
      ['2026-10-05', '2026-10-06'],
    ] as const;
    const lost = aLost('', until('2026-10-03', '2026-10-05'));
    expect(verdictsOf([lost], [], { days })).toEqual(['undecided']);
  });

  it('says by which picture and day it is known', () => {
    const small = (count: number) =>
      aLost('2026-10-04', { size: '512', lines: [tokens('image output', count)] });
    const [charged, free, either, several, open] = [
      compared([aLost('2026-10-04')], [aLine('2026-10-04', 1120)]),
      compared([aLost('', until('2026-10-04', '2026-10-06'))], [aLine('2026-10-02', 0)]),
      compared([aLost('2026-10-04'), aLost('2026-10-04')], [aLine('2026-10-04', 1120)]),
      compared([small(1000), small(1000), small(2000)], [aLine('2026-10-04', 2000)]),
      compared([aLost('2026-10-04')], [aLine('2026-10-04', 5)]),
    ].map(({ settleable }) => settleable[0]?.evidence);
    expect(charged).toBe(
      'The invoice has the picture of 1120 tokens more than what was settled (2026-10-04, gemini-3-pro-image, lane now).',
    );
    expect(free).toBe(
      'The invoice has exactly what was settled, and no picture of 1120 tokens more (2026-10-04 to 2026-10-06, gemini-3-pro-image, lane now).',
    );
    expect(several).toBe(
      'Of 2 requests alike, the invoice has 0 to 2 (2026-10-04, gemini-3-pro-image, lane now).',
    );
    expect(open).toBe(
      'The invoice and the ledger differ in more than this, or its SKU is not known (2026-10-04, gemini-3-pro-image, lane now).',
    );
    expect(either).toBe('Of 2 requests alike, the invoice has 1 (2026-10-04, gemini-3-pro-image, lane now).');
  });
});

it('is not decided where no SKU is known that counts it, or one whose words may', () => {
  const lost = aLost('2026-10-04', { model: 'gemini-nano-banana-2.1' });
  expect(verdictsOf([lost], [aLine('2026-10-04', 0)])).toEqual(['undecided']);
  const guessed = aLine('2026-10-04', 1120, { sku: 'Generate_content image output for Gemini 3 Pro Image' });
  expect(verdictsOf([aLost('2026-10-04')], [guessed])).toEqual(['undecided']);
  expect(verdictsOf([aLost('', MIDNIGHT)], [guessed])).toEqual(['undecided']);
  expect(verdictsOf([aLost('2026-10-04', { lane: 'batch' })], [aLine('2026-10-04', 0)])).toEqual([
    'undecided',
  ]);
});

it('is perhaps another buyer’s where there is one of the model', () => {
  const lost = aLost('2026-10-04');
  expect(verdictsOf([lost], [aLine('2026-10-04', 1120), aLine('2026-10-09', 1120)])).toEqual([
    'perhaps charged',
  ]);
  expect(verdictsOf([lost], [aLine('2026-10-09', 1120)])).toEqual(['not charged']);
});

describe('a day', () => {
  const agreeing = aPurchase('2026-10-04');

  it.each<[string, readonly Booked[], readonly InvoiceLine[], readonly unknown[]]>([
    ['agrees to the token', [agreeing], [aLine('2026-10-04', 1120)], [['2026-10-04', 'agrees', null]]],
    [
      'has pictures that this ledger does not know',
      [agreeing],
      [aLine('2026-10-04', 3360)],
      [['2026-10-04', 'invoice only', 2]],
    ],
    [
      'lacks pictures that this ledger paid for',
      [agreeing, aPurchase('2026-10-04')],
      [aLine('2026-10-04', 1120)],
      [['2026-10-04', 'ledger only', 1]],
    ],
    [
      'has more than what was lost can be, and the rest is somebody else’s',
      [agreeing, aLost('2026-10-04')],
      [aLine('2026-10-04', 5600)],
      [['2026-10-04', 'invoice only', 3]],
    ],
    [
      'has pictures of midnight, or the next has them',
      [aPurchase('', MIDNIGHT), aPurchase('', MIDNIGHT)],
      [aLine('2026-10-04', 1120), aLine('2026-10-05', 1120)],
      [
        ['2026-10-04', 'agrees', null],
        ['2026-10-05', 'agrees', null],
      ],
    ],
    [
      'lacks a picture of midnight once, and not on both days',
      [agreeing, aPurchase('', MIDNIGHT)],
      [aLine('2026-10-04', 1120)],
      [
        ['2026-10-04', 'agrees', null],
        ['2026-10-05', 'ledger only', 1],
      ],
    ],
    [
      'has a picture of midnight twice',
      [aLost('', MIDNIGHT)],
      [aLine('2026-10-04', 1120), aLine('2026-10-05', 1120)],
      [
        ['2026-10-04', 'agrees', null],
        ['2026-10-05', 'invoice only', 1],
      ],
    ],
    [
      'agrees beside another that does not',
      [agreeing, aLost('', MIDNIGHT)],
      [aLine('2026-10-04', 1120), aLine('2026-10-05', 6720)],
      [
        ['2026-10-04', 'agrees', null],
        ['2026-10-05', 'invoice only', 5],
      ],
    ],
    [
      'does not agree, and the next does',
      [aPurchase('2026-10-05'), aLost('', MIDNIGHT)],
      [aLine('2026-10-04', 6720), aLine('2026-10-05', 1120)],
      [
        ['2026-10-04', 'invoice only', 5],
        ['2026-10-05', 'agrees', null],
      ],
    ],
    [
      'has only what may be of this day',
      [aLost('', MIDNIGHT), aLost('', NEXT)],
      [aLine('2026-10-04', 2240)],
      [['2026-10-04', 'invoice only', 1]],
    ],
    [
      'has only what may be of this day, and not of one before',
      [aLost('', MIDNIGHT), aLost('', NEXT)],
      [aLine('2026-10-06', 2240)],
      [['2026-10-06', 'invoice only', 1]],
    ],
    [
      'is the first that does not come out with those before it',
      [aLost('', MIDNIGHT), aLost('', NEXT), aLost('', until('2026-10-06', '2026-10-07'))],
      [aLine('2026-10-04', 1120), aLine('2026-10-05', 2240)],
      [
        ['2026-10-04', 'agrees', null],
        ['2026-10-05', 'invoice only', 1],
      ],
    ],
    [
      'lacks one of two pictures of midnights, and the other is there',
      [aPurchase('', MIDNIGHT), aPurchase('', NEXT)],
      [aLine('2026-10-05', 1120)],
      [
        ['2026-10-05', 'agrees', null],
        ['2026-10-06', 'ledger only', 1],
      ],
    ],
    [
      'lacks one of two pictures of midnights, and the other comes later',
      [aPurchase('', MIDNIGHT), aPurchase('', NEXT)],
      [aLine('2026-10-06', 1120)],
      [
        ['2026-10-05', 'ledger only', 1],
        ['2026-10-06', 'agrees', null],
      ],
    ],
    [
      'lacks what was paid for, and not what may not have been charged',
      [aPurchase('', MIDNIGHT), aLost('', MIDNIGHT)],
      [],
      [['2026-10-05', 'ledger only', 1]],
    ],
    [
      'lacks what was paid for, whatever was lost',
      [agreeing, aPurchase('2026-10-04'), aLost('2026-10-04')],
      [aLine('2026-10-04', 1120)],
      [['2026-10-04', 'ledger only', 1]],
    ],
    [
      'has more than two that were lost can be',
      [agreeing, aLost('2026-10-04'), aLost('2026-10-04')],
      [aLine('2026-10-04', 5600)],
      [['2026-10-04', 'invoice only', 2]],
    ],
    ['is left out where nothing is on either side', [aLost('2026-10-04')], [], []],
    [
      'of an answer that did not split its output has whole pictures, and the rest is text',
      [aPurchase('2026-10-04', { lines: [tokens('image output', 1350)] })],
      [aLine('2026-10-04', 1120)],
      [['2026-10-04', 'agrees', null]],
    ],
  ])('%s', (_, bought, invoiced, rows) => {
    expect(rowsOf(bought, invoiced)).toEqual(rows);
  });

  it.each<[string, number, readonly unknown[]]>([
    ['is not billed yet where it has less', 1120, ['not billed yet', null]],
    ['agrees where it has all', 2240, ['agrees', null]],
    ['is not billed yet where what was lost may be among it', 3360, ['not billed yet', null]],
    ['has more than can be', 5600, ['invoice only', 2]],
  ])('that is open %s', (_, quantity, [verdict, pictures]) => {
    const bought = [agreeing, aPurchase('2026-10-04'), aLost('2026-10-04')];
    expect(rowsOf(bought, [aLine('2026-10-04', quantity)], { openFrom: '2026-10-04' })).toEqual([
      ['2026-10-04', verdict, pictures],
    ]);
  });

  it('that is open has nothing of what was lost on others', () => {
    const lost = [aLost('2026-10-04'), aLost('2026-10-06')];
    expect(
      rowsOf([...lost, aPurchase('2026-10-05')], [aLine('2026-10-05', 2240)], { openFrom: '2026-10-05' }),
    ).toEqual([['2026-10-05', 'invoice only', 1]]);
  });

  it.each([
    'Generate_content image output for Gemini 3.1 Flash Image',
    'Generate_content image output for Gemini 3 Pro Image batch',
    'Generate_content image input for Gemini 3 Pro Image',
    'Image output of something new',
  ])('does not take %s for what is missing', (sku) => {
    const { rows } = compared([agreeing], [aLine('2026-10-04', 1120, { sku })]);
    expect(rows).toMatchObject([{ verdict: 'ledger only' }]);
  });

  it('has pictures of the model’s own size', () => {
    const sku = 'Generate_content image output token count for Gemini 2.5 Flash Native Image Generation';
    expect(rowsOf([], [aLine('2026-10-04', 2580, { sku })])).toEqual([['2026-10-04', 'invoice only', 2]]);
  });

  it('has pictures by their number where that is what is sold', () => {
    const model = 'imagen-4.0-fast-generate-001';
    const [sku] = SKUS.map((each) => ({ ...each, models: [model], meters: ['image'] as const }));
    const line = aLine('2026-10-04', 3, { skuId: sku?.id ?? '' });
    const image = {
      meter: 'image',
      quantity: 1,
      unit: 'image',
      rate: usd('0.02'),
      per: 1,
      amount: usd('0.02'),
    } as const;
    const { rows } = compared([aPurchase('2026-10-04', { model, lines: [image] })], [line], {
      skus: sku ? [sku] : [],
    });
    expect(rows).toMatchObject([{ pictures: 2, why: expect.stringMatching(/^2 pictures more/) }]);
  });

  it('says of a SKU that nobody knows that it may be this', () => {
    const sku = 'Generate_content image output token count, Gemini 3 Pro Image';
    const unknown = aLine('2026-10-04', 1120, { sku });
    const { rows } = compared([agreeing], [unknown]);
    expect(rows).toMatchObject([{ verdict: 'unknown SKU', why: `By its words, "${sku}" may be this.` }]);
    const two = [agreeing, aPurchase('2026-10-04')];
    expect(rowsOf(two, [unknown, aLine('2026-10-04', 1120)])).toEqual([['2026-10-04', 'ledger only', 1]]);
  });

  it('says in words how many pictures, or tokens, one side has more', () => {
    const why = (quantity: number) => compared([agreeing], [aLine('2026-10-04', quantity)]).rows[0]?.why;
    expect(why(2240)).toBe('1 picture more than this ledger knows: another user, machine or ledger.');
    expect(why(0)).toBe('1 picture fewer than this ledger paid for.');
    expect(why(1125)).toBe('5 tokens more than this ledger knows: another user, machine or ledger.');
    expect(why(1115)).toBe('5 tokens fewer than this ledger paid for.');
  });
});

it('says of days whose sum is right that what was paid for fits on none of them', () => {
  const large = { ...MIDNIGHT, lines: [tokens('image output', 2240)] };
  const bought = [
    aPurchase('2026-10-04', large),
    aLost('2026-10-04', MIDNIGHT),
    aLost('2026-10-04', MIDNIGHT),
  ];
  const { rows } = compared(bought, [aLine('2026-10-04', 1120), aLine('2026-10-05', 1120)]);
  expect(rows.map(({ period, verdict, why }) => [period, verdict, why])).toEqual([
    ['2026-10-04', 'agrees', expect.any(String)],
    ['2026-10-05', 'ledger only', 'Its sum is right, and no day has room for what this ledger paid for.'],
  ]);
});

/** A day of the ten, whether the request took until the next, whether its outcome is known, and what really happened. */
const happened = fc.array(
  fc.record({
    day: fc.integer({ min: 2, max: 8 }),
    isLate: fc.boolean(),
    isKnown: fc.boolean(),
    isCharged: fc.boolean(),
    isNextDay: fc.boolean(),
    isLarge: fc.boolean(),
  }),
  { maxLength: 9 },
);
const dayAt = (day: number) => `2026-10-${String(day).padStart(2, '0')}`;

describe('an invoice that tells the truth', () => {
  it('agrees with the ledger, and proves of no request what did not happen', () => {
    fc.assert(
      fc.property(happened, fc.integer({ min: 2, max: 11 }), (requests, openFrom) => {
        const truth = new Map<string, boolean>();
        const bills = new Map<string, number>();
        const bought = requests.map(({ day, isLate, isKnown, isCharged, isNextDay, isLarge }) => {
          const make = isKnown ? aPurchase : aLost;
          const when = isLate ? until(dayAt(day), dayAt(day + 1)) : {};
          const one = make(dayAt(day), { ...when, ...(isLarge && LARGE) });
          truth.set(one.attemptId, isKnown || isCharged);
          const on = dayAt(isLate && isNextDay ? day + 1 : day);
          if (isKnown || isCharged) bills.set(on, (bills.get(on) ?? 0) + (isLarge ? 2000 : 1120));
          return one;
        });
        // What is not billed yet comes later.
        const open = dayAt(openFrom);
        const lines = [...bills].flatMap(([day, quantity]) => (day < open ? [aLine(day, quantity)] : []));
        const { rows, settleable } = compared(bought, lines, { openFrom: open });
        expect(rows.filter(({ verdict }) => disagrees(verdict))).toEqual([]);
        const proven = settleable.filter(({ verdict }) => verdict !== 'undecided');
        expect(proven.map(({ verdict }) => verdict)).toEqual(
          proven.map(({ attemptId }) => (truth.get(attemptId) === true ? 'charged' : 'not charged')),
        );
      }),
    );
  });
});

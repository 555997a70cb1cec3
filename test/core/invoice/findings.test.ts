import { describe, expect, it } from 'vitest';
import type { Booked } from '../../../src/core/invoice/booked.ts';
import { findingsOf, type Question } from '../../../src/core/invoice/findings.ts';
import type { InvoiceLine } from '../../../src/core/invoice/line.ts';
import { aLine, aLost, aPurchase, NB2, sidesOf, tokens } from './sides.ts';

const dayAt = (index: number) => `2026-10-${String(index + 1).padStart(2, '0')}`;
const of = (meter: 'Image Output' | 'Text Output' | 'Text Input', day: string, quantity: number) =>
  aLine(day, quantity, { sku: `Gemini 3.1 Flash Image ${meter} - Predictions` });

type Purchase = (day: string) => readonly Booked[];
type Bill = (day: string) => readonly InvoiceLine[];

/** What so many days say of a question. */
function found(
  question: Question,
  bought: Purchase,
  ...bills: readonly (readonly [days: number, bill: Bill])[]
) {
  const all = bills.flatMap(([days, bill]) => Array.from({ length: days }, () => bill));
  const sides = sidesOf(
    all.flatMap((_, index) => bought(dayAt(index))),
    all.flatMap((bill, index) => bill(dayAt(index))),
  );
  const finding = findingsOf(sides).find((each) => each.question === question);
  return [finding?.answer, finding?.sure, finding?.days];
}

const nb2 = (day: string, changes: Partial<Booked>) => aPurchase(day, { model: NB2, ...changes });
const withDrafts: Purchase = (day) => [nb2(day, { lines: [tokens('image output', 3360, '60')] })];
const withText: Purchase = (day) => [
  nb2(day, { lines: [tokens('image output', 1120, '60'), tokens('text output', 100, '3')] }),
];
const refused: Purchase = (day) => [
  nb2(day, { came: 'no picture', lines: [tokens('text output', 50, '3'), tokens('thinking', 9, '3')] }),
];
const refusedAlike: Purchase = (day) => [
  nb2(day, { came: 'no picture', lines: [tokens('text output', 100, '3')] }),
];
const withInput: Purchase = (day) => [
  nb2(day, { lines: [tokens('text output', 100, '3'), tokens('text input', 20, '0.5')] }),
];
const withDraftsAndText: Purchase = (day) => [
  nb2(day, { lines: [tokens('image output', 3360, '60'), tokens('text output', 100, '3')] }),
];
const pictures =
  (quantity: number): Bill =>
  (day) => [of('Image Output', day, quantity)];
const text =
  (quantity: number): Bill =>
  (day) => [of('Text Output', day, quantity)];

describe('what an invoice says of', () => {
  it.each<[Question, string | null, Purchase, Bill]>([
    ['drafts', 'charged', withDrafts, pictures(3360)],
    ['drafts', 'free', withDrafts, pictures(1120)],
    ['drafts', null, withDrafts, pictures(2240)],
    ['drafts', null, withText, pictures(1120)],
    ['drafts', null, withDraftsAndText, text(100)],
    ['remainder', 'as text', withText, text(100)],
    ['remainder', 'not as text', withText, text(0)],
    ['remainder', 'as picture', withText, pictures(1220)],
    ['remainder', null, withText, text(50)],
    ['remainder', null, withDrafts, text(0)],
    ['remainder', null, withDrafts, pictures(3360)],
    ['remainder', null, withInput, (day) => [of('Text Input', day, 20)]],
    // Either is missing from it.
    ['remainder', null, (day) => [...withText(day), ...refusedAlike(day)], text(100)],
    ['refusals', 'charged', refused, text(59)],
    ['refusals', 'free', refused, text(0)],
    ['refusals', null, refused, text(50)],
    ['refusals', null, withText, text(100)],
    // One without a picture besides: all of its text, or none.
    ['remainder', 'as text', (day) => [...withText(day), ...refused(day)], text(159)],
    ['remainder', 'as text', (day) => [...withText(day), ...refused(day)], text(100)],
    ['remainder', 'not as text', (day) => [...withText(day), ...refused(day)], text(59)],
    ['remainder', 'not as text', (day) => [...withText(day), ...refused(day)], text(0)],
    ['refusals', 'charged', (day) => [...withText(day), ...refused(day)], text(159)],
    ['refusals', 'free', (day) => [...withText(day), ...refused(day)], text(100)],
  ])('%s: %s', (question, answer, bought, bill) => {
    expect(found(question, bought, [1, bill])).toEqual([
      answer,
      answer === null ? null : 'low',
      answer === null ? {} : { [answer]: 1 },
    ]);
  });

  it('refusals is said by their input too', () => {
    const bought: Purchase = (day) => [
      nb2(day, { came: 'no picture', lines: [tokens('text input', 20, '0.5')] }),
    ];
    expect(found('refusals', bought, [1, (day) => [of('Text Input', day, 20)]])[0]).toBe('charged');
    expect(found('refusals', bought, [1, (day) => [of('Text Input', day, 0)]])[0]).toBe('free');
  });

  it.each<[number, number, string | null, string]>([
    [1, 0, 'charged', 'low'],
    [2, 0, 'charged', 'medium'],
    [4, 0, 'charged', 'medium'],
    [5, 0, 'charged', 'high'],
    [9, 1, 'charged', 'medium'],
    [4, 1, 'charged', 'medium'],
    [3, 1, 'charged', 'low'],
    [1, 3, 'free', 'low'],
    [2, 2, null, 'low'],
  ])('drafts is as sure as %i days against %i make it', (most, against, answer, sure) => {
    expect(found('drafts', withDrafts, [most, pictures(3360)], [against, pictures(1120)])).toEqual([
      answer,
      sure,
      { charged: most, ...(against > 0 && { free: against }) },
    ]);
  });

  it('text that is among the pictures is one answer, although it is missing from the text', () => {
    const bill: Bill = (day) => [...pictures(1220)(day), ...text(0)(day)];
    expect(found('remainder', withText, [5, bill])).toEqual(['as picture', 'high', { 'as picture': 5 }]);
  });

  it.each<[string, Purchase, Bill]>([
    [
      'has a request of unknown outcome',
      (day) => [...withDrafts(day), aLost(day, { model: NB2, lines: [] })],
      pictures(3360),
    ],
    ['is on no invoice', withDrafts, (day) => [aLine(day, 0)]],
  ])('a day says nothing where it %s', (_, bought, bill) => {
    expect(found('drafts', bought, [1, bill])).toEqual([null, null, {}]);
  });
});

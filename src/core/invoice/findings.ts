import type { Meter } from '../catalogue/model.ts';
import { onInvoice } from './invoice-tally.ts';
import { doubtKey, type Doubts, type LedgerGroup } from './ledger-tally.ts';
import type { Sides } from './compared-row.ts';
import type { Period } from './line.ts';

/**
 * What Google does not say about its bills, and an invoice can: whether pictures before the last one are charged, how text is that
 * no modality is named for, and whether answers without a picture are.
 */
export const QUESTIONS = ['drafts', 'remainder', 'refusals'] as const;
export type Question = (typeof QUESTIONS)[number];

export interface Finding {
  readonly question: Question;
  /** What most days say; null where no day says anything. */
  readonly answer: string | null;
  /** How many days say so, by answer. */
  readonly days: Readonly<Record<string, number>>;
  readonly sure: 'high' | 'medium' | 'low' | null;
}

/** One way in which a day would come out. */
interface Reading {
  readonly answer: string;
  readonly quantity: number;
}

/** What many days say about how things were billed. A day counts where one reading alone comes out, to the token. */
export function findingsOf(sides: Sides): readonly Finding[] {
  const votes = QUESTIONS.map((question) => ({ question, days: new Map<string, number>() }));
  for (const group of sides.ledger.groups) {
    for (const period of group.days.keys()) {
      const doubts = sides.ledger.doubts.get(doubtKey(group.model, group.lane, period));
      const invoice = onInvoice(
        sides.invoice.periods.get(period),
        group.model,
        group.lane,
        group.meters,
        false,
      );
      if (doubts === undefined || doubts.isMuddled || invoice === null) continue;
      for (const { question, days } of votes) {
        const said = onlyOne(readingsOf(question, group, period, doubts), invoice.quantity);
        if (said !== null) days.set(said, (days.get(said) ?? 0) + 1);
      }
    }
  }
  return votes.map(({ question, days }) => verdictOf(question, days));
}

/** The answer whose reading alone comes to the quantity; null where none or several do. */
function onlyOne(readings: readonly Reading[], quantity: number): string | null {
  const fitting = new Set(
    readings.filter((reading) => reading.quantity === quantity).map(({ answer }) => answer),
  );
  const [answer] = fitting;
  return fitting.size === 1 && answer !== undefined ? answer : null;
}

function readingsOf(
  question: Question,
  { meters, days }: LedgerGroup,
  period: Period,
  doubts: Doubts,
): readonly Reading[] {
  const counts = (meter: Meter): boolean => meters.includes(meter);
  const base = days.get(period)?.quantity ?? 0;
  if (question === 'drafts') {
    if (!counts('image output')) return [];
    return [
      { answer: 'charged', quantity: base },
      { answer: 'free', quantity: base - doubts.drafts },
    ];
  }
  if (question === 'remainder') {
    if (doubts.remainder === 0) return [];
    if (counts('image output')) return [{ answer: 'as picture', quantity: base + doubts.remainder }];
    if (!counts('text output')) return [];
    return [
      { answer: 'as text', quantity: base },
      { answer: 'as text', quantity: base - doubts.refusedOutput },
      { answer: 'not as text', quantity: base - doubts.remainder },
      { answer: 'not as text', quantity: base - doubts.remainder - doubts.refusedOutput },
    ];
  }
  const refused = counts('text output')
    ? doubts.refusedOutput
    : counts('text input')
      ? doubts.refusedInput
      : 0;
  return [
    { answer: 'charged', quantity: base },
    { answer: 'free', quantity: base - refused },
  ];
}

const ENOUGH_DAYS = 5;

function verdictOf(question: Question, votes: ReadonlyMap<string, number>): Finding {
  const days = new Map(votes);
  // What is among the pictures is missing from the text: that is one answer, not two.
  if (days.has('as picture')) days.delete('not as text');
  const [first, second] = [...days].toSorted(([, a], [, b]) => b - a);
  const said = Object.fromEntries(days);
  if (first === undefined) return { question, answer: null, days: said, sure: null };
  const [answer, most] = first;
  const against = second?.[1] ?? 0;
  const sure =
    against === 0 && most >= ENOUGH_DAYS ? 'high' : most >= 2 && most > 3 * against ? 'medium' : 'low';
  return { question, answer: most === against ? null : answer, days: said, sure };
}

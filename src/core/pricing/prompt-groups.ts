import type { Aspect, Lane, Size, ThinkingLevel } from '../catalogue/model.ts';
import type { Quote, QuoteLine } from './types.ts';
import { priced, sum, times } from './money.ts';
import { promptTokens } from './tokens.ts';
import type { TokenEstimate } from './tokens.ts';

/** Prompts that ask for the same kind of picture, added up so that a file of any length fits into memory. */
export interface PromptGroup extends Omit<PromptWant, 'count'> {
  readonly prompts: number;
  readonly pictures: number;
  /** Of all prompts, each as often as it is sent. */
  readonly tokens: TokenEstimate;
  /** The longest prompt, which decides whether a model takes them all. */
  readonly longest: string;
  /** The line it stands on. */
  readonly longestAt: number;
}

/** What a prompt asks for besides its words. */
export interface PromptWant {
  /** Id, alias or `auto`. */
  readonly model: string;
  readonly count: number;
  readonly size: Size | null;
  readonly aspect: Aspect | null;
  readonly lane: Lane;
  readonly thinking: ThinkingLevel | null;
}

interface Open {
  prompts: number;
  pictures: number;
  low: number;
  expected: number;
  high: number;
  longest: string;
  longestAt: number;
  longestTokens: number;
  readonly kind: Omit<PromptWant, 'count'>;
}

export interface PromptGrouping {
  /** `at` is the line of the prompt. */
  readonly add: (prompt: string, want: PromptWant, at: number) => void;
  readonly groups: () => readonly PromptGroup[];
}

/** Adds up the prompts that ask for the same in everything but the number. */
export function groupPrompts(): PromptGrouping {
  const open = new Map<string, Open>();
  const groupFor = ({ model, size, aspect, lane, thinking }: PromptWant): Open => {
    const key = `${model} ${size} ${aspect} ${lane} ${thinking}`;
    const group = open.get(key) ?? opened({ model, size, aspect, lane, thinking });
    open.set(key, group);
    return group;
  };
  // Nearly every line of a file wants the same, and says so with the same object.
  let last: { readonly want: PromptWant; readonly group: Open } | null = null;
  return {
    add(prompt, want, at) {
      if (last?.want !== want) last = { want, group: groupFor(want) };
      const { group } = last;
      const { count } = want;
      const tokens = promptTokens(prompt);
      group.prompts += 1;
      group.pictures += count;
      group.low += tokens.low * count;
      group.expected += tokens.expected * count;
      group.high += tokens.high * count;
      if (tokens.expected > group.longestTokens) {
        group.longest = prompt;
        group.longestAt = at;
        group.longestTokens = tokens.expected;
      }
    },
    groups: () =>
      [...open.values()].map(({ low, expected, high, prompts, pictures, longest, longestAt, kind }) => ({
        ...kind,
        prompts,
        pictures,
        longest,
        longestAt,
        tokens: { low, expected, high },
      })),
  };
}

const opened = (kind: Open['kind']): Open => ({
  prompts: 0,
  pictures: 0,
  low: 0,
  expected: 0,
  high: 0,
  longest: '',
  longestAt: 0,
  longestTokens: -1,
  kind,
});

/** The quote of a whole group, from the quote of one of its pictures. */
export function quoteGroup(one: Quote, { pictures, tokens }: PromptGroup): Quote {
  const lines = one.lines.map((line) =>
    line.meter === 'text input' ? textLine(line, tokens) : scaled(line, pictures),
  );
  return {
    ...one,
    count: pictures,
    lines,
    low: sum(lines.map(({ low }) => low.amount)),
    expected: sum(lines.map(({ amount }) => amount)),
    high: sum(lines.map(({ high }) => high.amount)),
  };
}

function textLine(line: QuoteLine, { low, expected, high }: TokenEstimate): QuoteLine {
  const part = (quantity: number) => ({ quantity, amount: priced(line.rate, quantity, line.per) });
  return { ...line, ...part(expected), low: part(low), high: part(high) };
}

function scaled(line: QuoteLine, count: number): QuoteLine {
  const part = ({ quantity, amount }: Pick<QuoteLine, 'quantity' | 'amount'>) => ({
    quantity: quantity * count,
    amount: times(amount, count),
  });
  return { ...line, ...part(line), low: part(line.low), high: part(line.high) };
}

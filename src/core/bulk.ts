import type { Aspect, Size } from './catalogue/model.ts';
import type { Quote, QuoteLine } from './line.ts';
import { priced, sum, times } from './money.ts';
import { promptTokens } from './tokens.ts';
import type { TokenEstimate } from './tokens.ts';

/** Prompts that ask for the same kind of picture, added up so that a file of any length fits into memory. */
export interface Pile {
  readonly size: Size | null;
  readonly aspect: Aspect | null;
  readonly prompts: number;
  readonly pictures: number;
  /** Of all prompts, each as often as it is sent. */
  readonly tokens: TokenEstimate;
  /** The longest prompt, which decides whether a model takes them all. */
  readonly longest: string;
}

/** What a prompt asks for besides its words. */
export interface Wish {
  readonly count: number;
  readonly size: Size | null;
  readonly aspect: Aspect | null;
}

interface Open {
  prompts: number;
  pictures: number;
  low: number;
  expected: number;
  high: number;
  longest: string;
  longestTokens: number;
  readonly size: Size | null;
  readonly aspect: Aspect | null;
}

export interface Piling {
  readonly add: (prompt: string, wish: Wish) => void;
  readonly piles: () => readonly Pile[];
}

/** Adds prompts up by size and aspect. */
export function piling(): Piling {
  const open = new Map<string, Open>();
  const pileFor = ({ size, aspect }: Wish): Open => {
    const key = `${size} ${aspect}`;
    const pile = open.get(key) ?? opened(size, aspect);
    open.set(key, pile);
    return pile;
  };
  // Nearly every line of a file wishes for the same, and says so with the same object.
  let last: { readonly wish: Wish; readonly pile: Open } | null = null;
  return {
    add(prompt, wish) {
      if (last?.wish !== wish) last = { wish, pile: pileFor(wish) };
      const { pile } = last;
      const { count } = wish;
      const tokens = promptTokens(prompt);
      pile.prompts += 1;
      pile.pictures += count;
      pile.low += tokens.low * count;
      pile.expected += tokens.expected * count;
      pile.high += tokens.high * count;
      if (tokens.expected > pile.longestTokens) {
        pile.longest = prompt;
        pile.longestTokens = tokens.expected;
      }
    },
    piles: () =>
      [...open.values()].map(({ low, expected, high, prompts, pictures, longest, size, aspect }) => ({
        prompts,
        pictures,
        longest,
        size,
        aspect,
        tokens: { low, expected, high },
      })),
  };
}

const opened = (size: Size | null, aspect: Aspect | null): Open => ({
  prompts: 0,
  pictures: 0,
  low: 0,
  expected: 0,
  high: 0,
  longest: '',
  longestTokens: -1,
  size,
  aspect,
});

/** The quote of a whole pile, from the quote of one of its pictures. */
export function quotePile(one: Quote, { pictures, tokens }: Pile): Quote {
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

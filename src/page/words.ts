import type { PageRow, PageStart } from '../core/page/types.ts';
import { format, usd } from '../core/pricing/money.ts';
import { thousands } from '../core/text/text.ts';

/** What a page is given, with the clock of its time zone. */
export interface Shown extends PageStart {
  /** A moment as its clocks show it. */
  readonly clock: (at: string) => string;
}

/** Decimal dollars as people read them. */
export const money = (amount: string): string => format(usd(amount));

/** What a request cost; with a question mark where nobody knows whether it did. */
export function priceOf({ cost, quote }: Pick<PageRow, 'cost' | 'quote'>): string {
  if (cost === null) return `held ${money(quote.high)}`;
  return `${money(cost.amount)}${cost.charged === 'unknown' ? '?' : ''}`;
}

/** Moments as the clocks of a time zone show them. */
export function clockOf(zone: string): (at: string) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => format.format(new Date(at)).replace(', ', ' ');
}

/** One decimal: "+1.3%". */
export function percentOf(part: string, whole: string, isSigned = false): string {
  const [a, b] = [usd(part), usd(whole)];
  if (b === 0n) return '';
  const size = a < 0n ? -a : a;
  const tenths = (size * 1000n + b / 2n) / b;
  const sign = a < 0n ? '−' : isSigned ? '+' : '';
  return `${sign}${tenths / 10n}.${tenths % 10n}%`;
}

export const counted = (count: number, noun: string): string =>
  `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;

/** What a request is called where its prompt is not there. */
export const titleOf = ({ prompt }: Pick<PageRow, 'prompt'>, hidesPrompts: boolean): string =>
  prompt ?? (hidesPrompts ? '(not shown)' : '(forgotten)');

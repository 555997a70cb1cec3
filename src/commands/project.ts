import { Option } from 'commander';
import { dayOf } from '../core/day.ts';
import { Failure } from '../core/errors.ts';
import { onlyThose, type Only } from '../core/manifest/only.ts';
import type { Market, Range } from '../core/manifest/price.ts';
import { format, toDecimal, type Usd } from '../core/money.ts';
import { excerpt, printable } from '../core/text.ts';
import type { Deps, Settings, SettingsFlags } from '../ports.ts';
import type { Surveyed } from '../project/survey.ts';
import type { RawFlags } from './command.ts';
import type { StoreFlags } from './store.ts';

// What the commands over a manifest share.

const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export const projectFlag = {
  file: () => new Option('-f, --file <manifest>', 'a manifest; without it, the pixtab.yaml of this folder'),
  only: () =>
    new Option('--only <ids>', 'these pictures only: ids and patterns, such as hero,icons/*').argParser(list),
  force: () =>
    new Option('--force <ids>', 'buy these again, whatever there is: ids and patterns').argParser(list),
  markdown: () => new Option('--markdown', 'a comment for a pull request'),
} as const;

export interface ProjectFlags extends RawFlags, SettingsFlags, StoreFlags {
  readonly file?: string;
  readonly only?: readonly string[];
  readonly json?: boolean;
}

export function marketFor({ sandbox }: Settings, { clock }: Pick<Deps, 'clock'>): Market {
  return { day: dayOf(clock.now()), sandbox };
}

/** Everything, unless something is named. */
export const choice = (flag: string, patterns: readonly string[] | undefined): Only =>
  patterns === undefined ? { takes: () => true, refuseUnused: () => {} } : onlyThose(flag, patterns);

/** Nothing, unless something is named. */
export const exception = (flag: string, patterns: readonly string[] | undefined): Only =>
  patterns === undefined ? { takes: () => false, refuseUnused: () => {} } : onlyThose(flag, patterns);

/** Why a pipeline is to stop here; it is told after everything else. */
export function gateAt(failOver: Usd | undefined, { high }: Range): Failure | null {
  if (failOver === undefined || high <= failOver) return null;
  return new Failure('budget', `This could cost ${format(high)}, and --fail-over is ${format(failOver)}.`);
}

export const rangeJson = ({ low, expected, high }: Range) => ({
  low: toDecimal(low),
  expected: toDecimal(expected),
  high: toDecimal(high),
});

/** What is different about a picture, in words. */
export function reasonOf({ step: { why, source }, twin }: Pick<Surveyed, 'step' | 'twin'>): string {
  const changed = why.length === 0 ? '' : why.every(isKey) ? `${why.join(', ')} changed` : why.join(', ');
  const from = twin !== null ? `the same picture as ${twin}` : source === 'store' ? 'in the store' : '';
  return printable([changed, from].filter(Boolean).join('; '));
}

const isKey = (why: string): boolean => /^[a-z]+$/.test(why);

/** The price of a picture, for people; nothing is bought twice. */
export const priceOf = ({ offer }: Pick<Surveyed, 'offer'>): string =>
  offer === null ? '$0.00' : format(offer.quote.expected);

/** Model and size of a picture, for people. */
export const orderOf = ({ offer }: Pick<Surveyed, 'offer'>): string =>
  offer === null ? '' : `${offer.order.model.id} ${offer.order.size}`;

export const idOf = ({ picture: { key } }: Pick<Surveyed, 'picture'>): string => excerpt(key, 60);

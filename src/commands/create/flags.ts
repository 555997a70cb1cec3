import type { Command } from 'commander';
import type { Ability, Aspect, Lane, Pixels, Size, ThinkingLevel } from '../../core/catalogue/model.ts';
import type { ImageFormat } from '../../core/files/format.ts';
import type { Usd } from '../../core/pricing/money.ts';
import type { SettingsFlags } from '../../ports/index.ts';
import type { PaceFlags } from '../../purchase/pace.ts';
import type { RawFlags } from '../shared/command.ts';
import { FINISH, type FinishFlags } from './postprocess-flags.ts';
import { COMMON, flag, PACE, STORE } from '../shared/flags.ts';
import { PROMPT, type PromptFlags } from './prompt.ts';
import type { StoreFlags } from '../shared/store-flags.ts';

/** Flags of the commands that buy pictures. */
export interface BuyFlags extends RawFlags, SettingsFlags, PaceFlags, FinishFlags, PromptFlags, StoreFlags {
  readonly cached?: boolean;
  readonly model: string;
  readonly count: number;
  readonly size?: Size;
  readonly aspect?: Aspect;
  readonly lane: Lane;
  readonly thinking?: ThinkingLevel;
  readonly needs?: readonly Ability[];
  readonly minPx?: Pixels;
  readonly maxPriceEach?: Usd;
  readonly prices?: string;
  readonly image?: readonly string[];
  readonly out?: string;
  readonly format?: ImageFormat | 'keep';
  readonly quality?: number;
  readonly force?: boolean;
  readonly keepRaw?: boolean;
  readonly project?: string;
  readonly label?: readonly string[];
  readonly maxCost?: Usd;
  readonly dryRun?: boolean;
  readonly allowRetired?: boolean;
  readonly onRetired: 'fail' | 'successor';
  readonly fallback?: readonly string[];
  readonly refusalRetries?: number;
  readonly retryUnconfirmed?: number;
  readonly retries: number;
  readonly timeout: number;
  readonly concurrency: number;
  readonly json?: boolean;
}

const ORDER = [flag.model, flag.count, flag.size, flag.aspect, flag.lane, flag.thinking, flag.image];
const ROUTE = [flag.needs, flag.minPx, flag.maxPriceEach, flag.prices];
const OUTPUT = [flag.out, flag.format, flag.quality, flag.force, flag.keepRaw];
const ASKING = [flag.yes, flag.noInput];
const CACHE = [flag.cached, ...STORE];
const BOOKS = [flag.project, flag.labels];
const MONEY = [flag.maxCost, flag.dryRun, flag.allowRetired, flag.onRetired];
const CHANCES = [flag.fallback, flag.refusalRetries, flag.retryUnconfirmed];
const SENDING = [flag.retries, flag.timeout, flag.concurrency, flag.sandbox, flag.baseUrl, flag.apiKeyFile];

export function declareBuying(command: Command): void {
  for (const option of [
    ...ORDER,
    ...PROMPT,
    ...ROUTE,
    ...OUTPUT,
    ...FINISH,
    ...MONEY,
    ...ASKING,
    ...CACHE,
    ...BOOKS,
    ...CHANCES,
    ...SENDING,
    ...PACE,
    ...COMMON,
  ]) {
    command.addOption(option());
  }
}

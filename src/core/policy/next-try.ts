import type { Model } from '../catalogue/model.ts';
import { FAILURES, type Failure } from '../errors.ts';
import { UNREAD, type Refusal } from '../order/reply.ts';

/** What became of one picture, as far as it decides what may be tried next. */
export type Fate =
  | 'delivered'
  /** Refused, and the same request may go better another time. */
  | 'chance'
  /** Refused, and another model may see it differently. */
  | 'refused'
  /** Refused by what all models share, or paid for and kept: asking again brings nothing else. */
  | 'final'
  /** May have been charged, or was held back because of one that may have been. */
  | 'unknown'
  /** The model does not answer, or is no more; certainly not charged. */
  | 'outage'
  /** Whoever was asked takes nothing from this account; certainly not charged. */
  | 'barred'
  /** Nothing makes sense after this. */
  | 'end';

// Of https://ai.google.dev/api/generate-content#FinishReason (checked 2026-11-22), those that the same prompt was seen to
// pass another time. NO_IMAGE stands for an answer of text alone too.
const BY_CHANCE: ReadonlySet<string> = new Set(['IMAGE_RECITATION', 'RECITATION', 'IMAGE_OTHER', 'NO_IMAGE']);

/** Policies of Google rather than of one model; and what was paid for and is kept, because nobody understood it yet. */
const FINAL: ReadonlySet<string> = new Set<string>([
  'PROHIBITED_CONTENT',
  'IMAGE_PROHIBITED_CONTENT',
  'BLOCKLIST',
  'SPII',
  ...Object.values(UNREAD),
]);

const FATE_BEFORE = {
  nothing: 'end',
  'another provider': 'barred',
  'another model': 'outage',
  'only if allowed': 'unknown',
} as const;

/** What a request's failure means for the pictures that it did not bring. */
export function fateOf(failure: Failure | null, refusals: readonly Refusal[]): Fate {
  if (failure === null) return 'delivered';
  const { next } = FAILURES[failure.kind];
  if (next !== 'as refused') return FATE_BEFORE[next];
  if (refusals.some(({ reason }) => FINAL.has(reason))) return 'final';
  const isChance = refusals.length > 0 && refusals.every(({ reason }) => BY_CHANCE.has(reason));
  return isChance ? 'chance' : 'refused';
}

/** Why pictures are asked for: for the first time, again after a refusal or an unknown outcome, or elsewhere. */
export type Why = 'first' | 'refused' | 'unconfirmed' | 'gateway' | 'fallback';

/** What the user allows; where nothing is said of refusals, the default counts. */
export interface AllowedTries extends Omit<TryLimits, 'refusals'> {
  readonly refusals: number | null;
}

/** A refusal that costs as much as a picture is not repeated by default. */
export const limitsFor = (
  { refusals, ...others }: AllowedTries,
  { rates }: Pick<Model, 'rates'>,
): TryLimits => ({
  ...others,
  refusals: refusals ?? (rates.some((rate) => rate.refusals === 'charged') ? 0 : 1),
});

/** How often may be tried again. */
export interface TryLimits {
  /** Repeats of a refusal that may be chance, for each model. */
  readonly refusals: number;
  /** Repeats after an outcome that nobody knows. */
  readonly unconfirmed: number;
  /** Models to ask after the first, in order. */
  readonly fallback: readonly string[];
  /** Gateways to ask for a model after the first one, in order. */
  readonly gateways?: readonly string[] | undefined;
}

/** One round: pictures that were asked of one model. */
export interface PastTry {
  readonly why: Why;
  /** Who was asked, where that was one of the further gateways. */
  readonly gateway?: string | undefined;
  /** By the number of the picture. null: it was given up before anything was sent, for want of money or of a place. */
  readonly fates: ReadonlyMap<number, Fate> | null;
}

export type NextTry =
  | { readonly why: 'refused'; readonly pictures: readonly number[] }
  /** `gateway` where there is one that was not asked yet: whoever answered nothing may do so again. */
  | {
      readonly why: 'unconfirmed';
      readonly gateway?: string | undefined;
      readonly pictures: readonly number[];
    }
  | { readonly why: 'gateway'; readonly gateway: string; readonly pictures: readonly number[] }
  | { readonly why: 'fallback'; readonly model: string; readonly pictures: readonly number[] };

/** What to try next after the rounds so far; null when all is delivered or nothing more is allowed. */
export function nextTry(
  tried: readonly PastTry[],
  { refusals, unconfirmed, fallback, gateways = [] }: TryLimits,
): NextTry | null {
  const last = new Map(tried.flatMap(({ fates }) => [...(fates ?? [])]));
  const those = (...fates: readonly Fate[]): number[] =>
    [...last].filter(([, fate]) => fates.includes(fate)).map(([picture]) => picture);
  // Without the first: it may have gone to a fallback model itself, where the one that was named is no more.
  const rounds = (why: Why): number => tried.slice(1).filter((round) => round.why === why).length;

  if (those('end').length > 0) return null;
  const here = withThisModel(tried);
  const gateway = gateways.find((name) => !here.some((round) => round.gateway === name));
  const unknown = those('unknown');
  if (unknown.length > 0) {
    const isLeft = rounds('unconfirmed') < unconfirmed && !wasGivenUp(tried, 'unconfirmed');
    return isLeft ? { why: 'unconfirmed', gateway, pictures: unknown } : null;
  }
  const free = those('outage', 'barred');
  if (free.length > 0 && gateway !== undefined) return { why: 'gateway', gateway, pictures: free };
  if (those('barred').length > 0) return null;
  const chance = those('chance');
  const repeats = here.filter(({ why }) => why === 'refused').length;
  const isOver = repeats >= refusals || wasGivenUp(here, 'refused') || withThisGateway(here).some(metOutage);
  if (chance.length > 0 && !isOver) return { why: 'refused', pictures: chance };

  const pictures = those('chance', 'refused', 'outage');
  const model = fallback[rounds('fallback')];
  return pictures.length > 0 && model !== undefined ? { why: 'fallback', model, pictures } : null;
}

const wasGivenUp = (tried: readonly PastTry[], why: Why): boolean =>
  tried.some((round) => round.why === why && round.fates === null);

const metOutage = ({ fates }: PastTry): boolean => [...(fates ?? [])].some(([, fate]) => fate === 'outage');

/** Of these rounds, those since the gateway was last changed. */
const withThisGateway = (here: readonly PastTry[]): readonly PastTry[] =>
  here.slice(
    Math.max(
      0,
      here.findLastIndex(({ gateway, fates }) => gateway !== here[0]?.gateway && fates !== null),
    ),
  );

/** The rounds since the model was last changed. */
function withThisModel(tried: readonly PastTry[]): readonly PastTry[] {
  const start = tried.findLastIndex(({ why, fates }) => why === 'fallback' && fates !== null);
  return tried.slice(Math.max(0, start));
}

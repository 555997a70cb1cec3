/** One row per way a run can end. The numbers are public API: scripts branch on them. */
export const EXIT = {
  bug: 1,
  usage: 2,
  auth: 3,
  budget: 4,
  refused: 5,
  partial: 6,
  'rate-limited': 7,
  unconfirmed: 8,
  'unavailable-model': 9,
  unavailable: 10,
  disk: 11,
  pending: 12,
  cancelled: 130,
} as const;

export type FailureKind = keyof typeof EXIT;

/** Whether money left the account: `unknown` is never treated as `no`. */
export type Charged = 'yes' | 'no' | 'unknown';

/** What each kind means, for the help and the README, which are generated from it. */
export const MEANING: Record<FailureKind, { readonly text: string; readonly charged: string }> = {
  bug: { text: 'unexpected: a bug in pixtab', charged: 'as the ledger says' },
  usage: { text: 'bad flag, impossible order, unknown model, bad manifest, unusable ledger', charged: 'no' },
  auth: { text: 'no key, key refused, no billing on the account', charged: 'no' },
  budget: { text: 'over --max-cost, --fail-over or a budget; nothing was sent', charged: 'no' },
  refused: { text: 'an answer without an image: safety, recitation, text only', charged: 'as the bill says' },
  partial: { text: 'some images are on disk, some are not', charged: 'as the bill says' },
  'rate-limited': { text: 'rate limit or quota, after the retries that make sense', charged: 'no' },
  unconfirmed: { text: 'may have been charged; no answer arrived', charged: 'unknown' },
  'unavailable-model': { text: 'model retired, or without a known price', charged: 'no' },
  unavailable: {
    text: 'the service or the network, after retries; a ledger that stays locked',
    charged: 'no',
  },
  disk: { text: 'paid for and kept, but not written where it should be: pixtab recover', charged: 'yes' },
  pending: { text: 'not a failure: work remains', charged: 'no' },
  cancelled: { text: 'cancelled by the user', charged: 'as the bill says' },
};

/** A limit that Google says was met: what it counts, and the number where it names one. */
export interface MetLimit {
  readonly meter: 'requests' | 'images' | 'spend';
  readonly stated: number | null;
}

export interface FailureDetail {
  /** What to do about it: one sentence. */
  readonly hint?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Defaults to what the kind says; state it where the kind leaves it open. */
  readonly charged?: Charged | undefined;
  /** Certainly not charged, and the same request may succeed later: it may be sent again. */
  readonly repeat?: boolean | undefined;
  /** What the server said, whole, for `-v`. Already free of the key. */
  readonly detail?: string | undefined;
  /** A limit of minutes that was met, for whoever paces the next requests. */
  readonly met?: MetLimit | undefined;
  /** A file that the request refers to is not at the API, or not any more. */
  readonly lost?: boolean | undefined;
  readonly cause?: unknown;
}

/** The only error class. `message` is one sentence that names the flag, the line or the file. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly hint: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly charged: Charged;
  readonly repeat: boolean;
  readonly detail: string | undefined;
  readonly met: MetLimit | undefined;
  readonly lost: boolean;

  constructor(kind: FailureKind, message: string, detail: FailureDetail = {}) {
    super(message, { cause: detail.cause });
    this.kind = kind;
    this.hint = detail.hint;
    this.retryAfterSeconds = detail.retryAfterSeconds;
    this.charged = detail.charged ?? CHARGED_BY_KIND[kind] ?? 'no';
    this.repeat = detail.repeat ?? false;
    this.detail = detail.detail;
    this.met = detail.met;
    this.lost = detail.lost ?? false;
  }
}

const CHARGED_BY_KIND: Partial<Record<FailureKind, Charged>> = { unconfirmed: 'unknown', disk: 'yes' };

/** The same failure in other words: of another kind, with another message, or with more known about it. */
export function restated(
  failure: Failure,
  {
    kind = failure.kind,
    message = failure.message,
    ...known
  }: Partial<Pick<Failure, 'kind' | 'message'>> & FailureDetail,
): Failure {
  const { hint, retryAfterSeconds, charged, repeat, detail, met, lost, cause } = failure;
  const before = { hint, retryAfterSeconds, charged, repeat, detail, met, lost, cause };
  return new Failure(kind, message, { ...before, ...known });
}

export function usageFailure(message: string, hint?: string): Failure {
  return new Failure('usage', message, { hint });
}

export function exitCodeOf(error: unknown): number {
  return error instanceof Failure ? EXIT[error.kind] : EXIT.bug;
}

/** Whether money left the account: `unknown` is never treated as `no`. */
export type Charged = 'yes' | 'no' | 'unknown';

/** What a kind of failure means, wherever it matters. One row a kind: the compiler asks for every column. */
interface FailureRow {
  /** The exit code. The numbers are public API: scripts branch on them. Two that pixtab recover finishes share one. */
  readonly exit: number;
  /** What the kind means, for the help and the docs, which are generated from it. */
  readonly text: string;
  /** Whether it was charged, in the words of the help. */
  readonly charged: string;
  /** What a failure of this kind says of the charge where it does not say it itself. */
  readonly assumes: Charged;
  /**
   * How much it matters among the failures of one run: the highest is the one that is reported. What was charged, or
   * may have been, comes before what was not.
   */
  readonly severity: number;
  /**
   * How much of a run would only fail again after it, and is not sent: all of it, what asks the same provider, what asks
   * the same model of it, what asks for the same order, or this request alone.
   */
  readonly ends: 'run' | 'provider' | 'model' | 'order' | 'request';
  /**
   * What may be tried for the pictures that it did not bring: nothing more, another provider, that or another model, the
   * same again where the user allows to pay twice, or whatever the refusal leaves.
   */
  readonly next: 'nothing' | 'another provider' | 'another model' | 'only if allowed' | 'as refused';
}

export const FAILURES = {
  bug: {
    exit: 1,
    text: 'unexpected: a bug in pixtab',
    charged: 'as the ledger says',
    assumes: 'unknown',
    severity: 13,
    ends: 'run',
    next: 'nothing',
  },
  usage: {
    exit: 2,
    text: 'bad flag, impossible order, unknown model, bad manifest, unusable ledger',
    charged: 'no',
    assumes: 'no',
    severity: 3,
    ends: 'order',
    next: 'nothing',
  },
  auth: {
    exit: 3,
    text: 'no key, key refused, no billing on the account',
    charged: 'no',
    assumes: 'no',
    severity: 8,
    ends: 'provider',
    next: 'another provider',
  },
  budget: {
    exit: 4,
    text: 'over --max-cost, --fail-over or a budget; nothing was sent',
    charged: 'no',
    assumes: 'no',
    severity: 7,
    // One of ours ends a run before it begins, so this is one of the provider's.
    ends: 'provider',
    next: 'another provider',
  },
  refused: {
    exit: 5,
    text: 'an answer without an image: safety, recitation, text only',
    charged: 'as the bill says',
    assumes: 'no',
    severity: 9,
    ends: 'request',
    next: 'as refused',
  },
  partial: {
    exit: 6,
    text: 'some images are on disk, some are not',
    charged: 'as the bill says',
    assumes: 'no',
    severity: 1,
    ends: 'request',
    next: 'nothing',
  },
  'rate-limited': {
    exit: 7,
    text: 'rate limit or quota, after the retries that make sense',
    charged: 'no',
    assumes: 'no',
    severity: 5,
    ends: 'model',
    next: 'another model',
  },
  unconfirmed: {
    exit: 8,
    text: 'may have been charged; no answer arrived',
    charged: 'unknown',
    assumes: 'unknown',
    severity: 10,
    ends: 'order',
    next: 'only if allowed',
  },
  'unavailable-model': {
    exit: 9,
    text: 'model retired, or without a known price',
    charged: 'no',
    assumes: 'no',
    severity: 6,
    ends: 'order',
    next: 'another model',
  },
  unavailable: {
    exit: 10,
    text: 'the service or the network, after retries; a ledger that stays locked',
    charged: 'no',
    assumes: 'no',
    severity: 4,
    ends: 'model',
    next: 'another model',
  },
  disk: {
    exit: 11,
    text: 'paid for and kept, but not written where it should be: pixtab recover',
    charged: 'yes',
    assumes: 'yes',
    severity: 12,
    ends: 'run',
    next: 'nothing',
  },
  unread: {
    exit: 11,
    text: 'paid for and kept, but not understood: pixtab recover tries again, a later pixtab may read it',
    charged: 'yes',
    assumes: 'yes',
    severity: 11,
    ends: 'order',
    // Its refusals say what was not understood, and that is final.
    next: 'as refused',
  },
  pending: {
    exit: 12,
    text: 'not a failure: work remains',
    charged: 'no',
    assumes: 'no',
    severity: 0,
    ends: 'request',
    next: 'nothing',
  },
  cancelled: {
    exit: 130,
    text: 'cancelled by the user',
    charged: 'as the bill says',
    assumes: 'no',
    severity: 2,
    ends: 'run',
    next: 'nothing',
  },
} as const satisfies Readonly<Record<string, FailureRow>>;

export type FailureKind = keyof typeof FAILURES;
export const isFailureKind = (word: string): word is FailureKind => Object.hasOwn(FAILURES, word);

export const exitCodeFor = (kind: FailureKind): number => FAILURES[kind].exit;

/** A limit that Google says was met: what it counts, and the number where it names one. */
export interface MetLimit {
  readonly meter: 'requests' | 'images' | 'spend';
  readonly stated: number | null;
}

export interface FailureDetail {
  /** What to do about it: one sentence. */
  readonly hint?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Defaults to what the kind assumes; state it where the kind leaves it open. */
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
    this.charged = detail.charged ?? FAILURES[kind].assumes;
    this.repeat = detail.repeat ?? false;
    this.detail = detail.detail;
    this.met = detail.met;
    this.lost = detail.lost ?? false;
  }
}

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
  return error instanceof Failure ? exitCodeFor(error.kind) : FAILURES.bug.exit;
}

/** The one failure that stands for several; of the same kind, the first. */
export function mostPressing(failures: readonly Failure[]): Failure | null {
  const severity = ({ kind }: Failure): number => FAILURES[kind].severity;
  return failures.toSorted((a, b) => severity(b) - severity(a))[0] ?? null;
}

/** Whatever was thrown, as a Failure; `kind` says what it is where nobody expected it. */
export function asFailure(error: unknown, kind: 'bug' | 'unconfirmed' | 'disk' = 'bug'): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure(kind, `Unexpected: ${message}`, { cause: error });
}

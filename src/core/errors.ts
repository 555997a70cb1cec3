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
  /** What to do about it, for machines, where the failure itself does not say it. */
  readonly advice: string;
  /** The command that goes on from there, where the failure itself does not say it; null where there is none. */
  readonly command: string | null;
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
    advice: 'Run it again with -v, and report what it prints.',
    command: 'pixtab doctor',
  },
  usage: {
    exit: 2,
    text: 'bad flag, impossible order, unknown model, bad manifest, unusable ledger',
    charged: 'no',
    assumes: 'no',
    severity: 3,
    ends: 'order',
    next: 'nothing',
    advice: 'Change the command as the message says; nothing was sent.',
    command: null,
  },
  auth: {
    exit: 3,
    text: 'no key, key refused, no billing on the account',
    charged: 'no',
    assumes: 'no',
    severity: 8,
    ends: 'provider',
    next: 'another provider',
    advice: 'Give a key that works, on an account with billing; nothing was charged.',
    command: 'pixtab doctor',
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
    advice: 'Ask for fewer or smaller pictures, or have the limit raised; nothing was sent.',
    command: 'pixtab budget list',
  },
  refused: {
    exit: 5,
    text: 'an answer without an image: safety, recitation, text only',
    charged: 'as the bill says',
    assumes: 'no',
    severity: 9,
    ends: 'request',
    next: 'as refused',
    advice: 'Ask in other words, or another model; the same again may be charged again.',
    command: null,
  },
  partial: {
    exit: 6,
    text: 'some images are on disk, some are not',
    charged: 'as the bill says',
    assumes: 'no',
    severity: 1,
    ends: 'request',
    // Of a request it is a sheet of drafts that could not be cut, which is there.
    next: 'as refused',
    advice: 'Ask for what is missing, and for that alone.',
    command: 'pixtab history',
  },
  'rate-limited': {
    exit: 7,
    text: 'rate limit or quota, after the retries that make sense',
    charged: 'no',
    assumes: 'no',
    severity: 5,
    ends: 'model',
    next: 'another model',
    advice: 'Ask again later; nothing was charged.',
    command: null,
  },
  unconfirmed: {
    exit: 8,
    text: 'may have been charged; no answer arrived',
    charged: 'unknown',
    assumes: 'unknown',
    severity: 10,
    ends: 'order',
    next: 'only if allowed',
    advice: 'Do not send it again before you know whether it was charged.',
    command: 'pixtab history --unconfirmed',
  },
  'unavailable-model': {
    exit: 9,
    text: 'model retired, or without a known price',
    charged: 'no',
    assumes: 'no',
    severity: 6,
    ends: 'order',
    next: 'another model',
    advice: 'Take a model that lives and has a price.',
    command: 'pixtab models',
  },
  unavailable: {
    exit: 10,
    text: 'the service or the network, after retries; a ledger that stays locked',
    charged: 'no',
    assumes: 'no',
    severity: 4,
    ends: 'model',
    next: 'another model',
    advice: 'Ask again later; nothing was charged.',
    command: 'pixtab doctor --online',
  },
  disk: {
    exit: 11,
    text: 'paid for and kept, but not written where it should be: pixtab recover',
    charged: 'yes',
    assumes: 'yes',
    severity: 12,
    ends: 'run',
    next: 'nothing',
    advice: 'Make room or another place; what was paid for is kept.',
    command: 'pixtab recover',
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
    advice: 'Bring pixtab up to date; what was paid for is kept.',
    command: 'pixtab recover',
  },
  pending: {
    exit: 12,
    text: 'not a failure: work remains',
    charged: 'no',
    assumes: 'no',
    severity: 0,
    ends: 'request',
    next: 'nothing',
    advice: 'Wait; work remains, and nothing is lost.',
    command: 'pixtab batch wait',
  },
  cancelled: {
    exit: 130,
    text: 'cancelled by the user',
    charged: 'as the bill says',
    assumes: 'no',
    severity: 2,
    ends: 'run',
    next: 'nothing',
    advice: 'Ask again where it is still wanted.',
    command: null,
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
  /** What programs know it by, where they may want to know more than the kind. */
  readonly code?: string | undefined;
  /** The command to run next, whole; what it needs is free of charge. */
  readonly command?: string | undefined;
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
  readonly code: string;
  readonly command: string | undefined;
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
    this.code = detail.code ?? kind;
    this.command = detail.command;
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
  const { hint, command, retryAfterSeconds, charged, repeat, detail, met, lost, cause } = failure;
  const before = { hint, command, retryAfterSeconds, charged, repeat, detail, met, lost, cause };
  const code = kind === failure.kind ? failure.code : kind;
  return new Failure(kind, message, { ...before, code, ...known });
}

export function usageFailure(message: string, hint?: string, command?: string): Failure {
  return new Failure('usage', message, { hint, command });
}

export function exitCodeOf(error: unknown): number {
  return error instanceof Failure ? exitCodeFor(error.kind) : FAILURES.bug.exit;
}

/** Of two exit codes of one conversation, the one that matters more. */
export function worseExit(one: number, other: number): number {
  const severity = (code: number): number =>
    Math.max(-1, ...Object.values(FAILURES).map(({ exit, severity }) => (exit === code ? severity : -1)));
  return severity(other) > severity(one) ? other : one;
}

/** The code of an answer that was paid for and that neither the journal nor the folder could take. */
export const ANSWER_LOST = 'answer-lost';

/** The one failure that stands for several; of the same kind what is lost for good, and else the first. */
export function mostPressing(failures: readonly Failure[]): Failure | null {
  const severity = ({ kind, code }: Failure): number =>
    FAILURES[kind].severity + (code === ANSWER_LOST ? 0.5 : 0);
  return failures.toSorted((a, b) => severity(b) - severity(a))[0] ?? null;
}

/** Whatever was thrown, as a Failure; `kind` says what it is where nobody expected it. */
export function asFailure(error: unknown, kind: 'bug' | 'unconfirmed' | 'disk' = 'bug'): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure(kind, `Unexpected: ${message}`, { cause: error });
}

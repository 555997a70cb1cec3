import type { Failure } from '../core/errors.ts';
import type { Refusal } from '../core/order/reply.ts';
import type { Bill } from '../core/pricing/types.ts';
import type { AttemptPlan, Pictures, SavedImage, PictureFiles } from '../ports/index.ts';

/** What became of one request to the API. */
export interface AttemptResult {
  readonly plan: AttemptPlan;
  /** null: nothing was sent, or nobody can know. */
  readonly bill: Bill | null;
  readonly images: readonly SavedImage[];
  /** Interim pictures that were billed like the one asked for. */
  readonly extras: readonly SavedImage[];
  readonly refusals: readonly Refusal[];
  readonly text: string | null;
  /** Where the raw answer is kept for good; null where it is not. */
  readonly raw: string | null;
  /** Why there are fewer images than asked for; null when there are not. */
  readonly failure: Failure | null;
}

/** An attempt that brought nothing, and was not billed. */
export const nothingFrom = (plan: AttemptPlan, failure: Failure): AttemptResult => ({
  plan,
  bill: null,
  images: [],
  extras: [],
  refusals: [],
  text: null,
  raw: null,
  failure,
});

/** What puts pictures on disk. */
export interface Saver {
  readonly pictures: Pictures;
  readonly pictureFiles: PictureFiles;
  readonly sha256: (bytes: Uint8Array) => string;
  /** For a path of `-`. */
  readonly stdout: (bytes: Uint8Array) => Promise<void>;
  /** Something worth knowing about a picture that is on disk: a sentence. */
  readonly remark: (sentence: string) => void;
  /** Is shown each paid picture as it came: it decodes, and nothing is made of it yet. */
  readonly onPicture?: ((picture: PaidPicture) => Promise<void>) | undefined;
}

export interface PaidPicture {
  readonly bytes: Uint8Array;
  /** Of the plan; another one for interim pictures. */
  readonly path: string;
  readonly paid: Paid;
}

/** A paid request, as far as its pictures tell of it. */
export interface Paid {
  readonly plan: AttemptPlan;
  /** null where it is not known what was paid. */
  readonly bill: Bill | null;
}

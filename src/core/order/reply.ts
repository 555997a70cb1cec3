import type { Lane } from '../catalogue/model.ts';
import type { Usd } from '../pricing/money.ts';

/** Tokens as the API reported them; null where it said nothing. */
export interface Usage {
  readonly prompt: number;
  /** null: the prompt was not split by modality. */
  readonly promptText: number | null;
  readonly promptImage: number | null;
  /** Output tokens without thinking: the pictures, their text, and an unlisted remainder. */
  readonly candidates: number;
  /** null: the output was not split by modality. */
  readonly imageOutput: number | null;
  readonly thoughts: number;
  readonly total: number;
  /** The lane that was really used, where the answer says it. */
  readonly lane: Lane | null;
}

export interface ReplyImage {
  /** As the answer claims; the bytes decide. */
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

export interface Refusal {
  /** The API's own word: IMAGE_SAFETY, NO_IMAGE, PROHIBITED_CONTENT … */
  readonly reason: string;
  /** The API's own sentence, with its support codes; empty where it gave none. */
  readonly message: string;
}

/** Reasons of what may be a picture, came, and was not understood: a later release may read it, so it is kept. */
export const UNREAD = { picture: 'UNDECODABLE_IMAGE', other: 'UNREAD_IMAGE' } as const;

export const isUnread = ({ reason }: Pick<Refusal, 'reason'>): boolean =>
  reason === UNREAD.picture || reason === UNREAD.other;

/** Why an answer brought no picture, in the API's own word; null where it brought one. */
export const refusalOf = ({ images, refusals }: Pick<Reply, 'images' | 'refusals'>): string | null =>
  images.length > 0 ? null : (refusals[0]?.reason ?? 'NO_IMAGE');

/** What came back for one request. Anything that may be billed is a value, never an exception. */
export interface Reply {
  /** One per picture that was asked for: the last image part that is no thought. */
  readonly images: readonly ReplyImage[];
  /** Further final-looking image parts: billed, so kept. */
  readonly extras: readonly ReplyImage[];
  readonly refusals: readonly Refusal[];
  readonly text: string | null;
  readonly usage: Usage | null;
  /** What the seller says that it charged; left out where it says nothing. */
  readonly stated?: Usd | undefined;
  /** Why what was reported as usage cannot be, as a clause. */
  readonly usageProblem?: string;
  /** Addresses at which the picture is said to be, where none came. */
  readonly links?: readonly string[];
  /** Searches that were billed, where the answer reports them. */
  readonly searches: number;
  /** Its parts as they came, without thoughts: what the next turn sends back. */
  readonly parts?: readonly unknown[];
  readonly modelVersion: string | null;
  readonly responseId: string | null;
}

import type { Model } from '../catalogue/model.ts';
import type { Turn } from './order.ts';
import { turnSize, turnsRoom } from './uploads.ts';

/** A picture in the answer of a turn, as it came. */
export interface PicturePart {
  /** Base64 of either alphabet. */
  readonly data: string;
  readonly mimeType: string;
  readonly isSigned: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** None of what is no object. */
const fieldsOf = (value: unknown): Fields => Object(value);

/** The pictures of an answer; Google takes and writes its names in either case. */
export function picturesOf({ answer }: Pick<Turn, 'answer'>): readonly PicturePart[] {
  return answer.flatMap((part) => {
    const fields = fieldsOf(part);
    const inline = fieldsOf(fields['inlineData'] ?? fields['inline_data']);
    const { data } = inline;
    if (typeof data !== 'string') return [];
    const mimeType = inline['mimeType'] ?? inline['mime_type'];
    const signature = fields['thoughtSignature'] ?? fields['thought_signature'];
    return {
      data,
      mimeType: typeof mimeType === 'string' ? mimeType : 'image/png',
      isSigned: typeof signature === 'string' && signature !== '',
    };
  });
}

/**
 * Whether a model will not take an answer of its own back: those that think sign each picture, and refuse one without its
 * signature, as a gateway may have left it. https://ai.google.dev/gemini-api/docs/thought-signatures, checked 2026-11-27
 */
export const lacksSignature = (turn: Pick<Turn, 'answer'>, { thinkingTokens }: Model): boolean =>
  Object.keys(thinkingTokens).length > 0 && picturesOf(turn).some(({ isSigned }) => !isSigned);

/** The latest turns that one request to a model holds beside a prompt. */
export function latestThatFit<T extends Turn>(turns: readonly T[], model: Model): readonly T[] {
  let room = turnsRoom(model);
  const first = turns.findLastIndex((turn) => (room -= turnSize(turn)) < 0);
  return turns.slice(first + 1);
}

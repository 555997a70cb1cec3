import { isRecord } from '../generate/wire.ts';
import type { WireBody } from '../generate/wire.ts';

/** What a completion says beside the answer. */
export interface Told {
  readonly model: string;
  /** In milliseconds. */
  readonly at: number;
  /** Decimal dollars; null where nobody asked. */
  readonly cost: string | null;
}

/** An answer of Google's as a chat completion: its pictures stand beside the words, as data URLs. */
export function completionOf(body: WireBody, { model, at, cost }: Told): unknown {
  const [candidate] = body.candidates ?? [];
  const content = isRecord(candidate?.content) ? candidate.content : {};
  const parts = (Array.isArray(content.parts) ? content.parts : []).filter(isRecord);
  const shown = parts.filter(({ thought }) => thought !== true);
  const images = shown.flatMap(({ inlineData }) => (isRecord(inlineData) ? [pictureOf(inlineData)] : []));
  const reason = isRecord(body.promptFeedback) ? body.promptFeedback.blockReason : candidate?.finishReason;
  const text = shown.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])).join('');
  return {
    id: `gen-${String(body.responseId)}`,
    provider: 'Google AI Studio',
    model: `google/${model}`,
    object: 'chat.completion',
    created: Math.floor(at / 1000),
    choices: [
      {
        index: 0,
        finish_reason: reason === 'STOP' ? 'stop' : 'content_filter',
        native_finish_reason: reason ?? null,
        message: {
          role: 'assistant',
          content: text,
          refusal: candidate?.finishMessage ?? null,
          ...(images.length > 0 && { images }),
        },
      },
    ],
    ...(body.usageMetadata && { usage: usageOf(body.usageMetadata, cost) }),
  };
}

const pictureOf = ({ mimeType, data }: Readonly<Record<string, unknown>>) => ({
  type: 'image_url',
  image_url: { url: `data:${String(mimeType)};base64,${String(data)}` },
});

function usageOf(usage: Readonly<Record<string, unknown>>, cost: string | null): unknown {
  const count = (value: unknown): number => (typeof value === 'number' ? value : 0);
  const prompt = count(usage.promptTokenCount);
  const thoughts = count(usage.thoughtsTokenCount);
  return {
    prompt_tokens: prompt,
    // Thinking is a part of what was completed.
    completion_tokens: count(usage.totalTokenCount) - prompt,
    total_tokens: count(usage.totalTokenCount),
    completion_tokens_details: { reasoning_tokens: thoughts, image_tokens: imagesIn(usage) },
    ...(cost !== null && { cost: Number(cost) }),
  };
}

function imagesIn({ candidatesTokensDetails: split }: Readonly<Record<string, unknown>>): number {
  const shares = (Array.isArray(split) ? split : []).filter(isRecord);
  const image = shares.find(({ modality }) => modality === 'IMAGE')?.tokenCount;
  return typeof image === 'number' ? image : 0;
}

import { z } from 'zod';
import { list, maybe, tally, word } from '../lenient.ts';

const Tokens = z.union([tally, z.unknown()]);

/** A chat completion, the language of most gateways: https://openrouter.ai/docs/api-reference/chat-completion, checked 2026-11-26. */
const Completion = z.object({
  choices: list(z.object({ finish_reason: word, message: maybe(z.object({ refusal: word })) })),
  usage: maybe(
    z.object({
      prompt_tokens: Tokens,
      completion_tokens: Tokens,
      total_tokens: Tokens,
      completion_tokens_details: maybe(z.object({ image_tokens: Tokens, reasoning_tokens: Tokens })),
    }),
  ),
  model: word,
  id: word,
});

/** The facts of a chat completion in the words of generateContent; anything else as it is. */
export function inGoogleWords(answer: object): object {
  if (!('choices' in answer)) return answer;
  const { choices, usage, model, id } = Completion.parse(answer);
  return {
    candidates: choices.map(({ finish_reason, message }) => ({
      finishReason: REASONS[finish_reason ?? ''] ?? finish_reason,
      finishMessage: message?.refusal,
    })),
    usageMetadata: usage && usageIn(usage),
    modelVersion: model,
    responseId: id,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  stop: 'STOP',
  content_filter: 'SAFETY',
  length: 'MAX_TOKENS',
};

function usageIn(usage: NonNullable<z.infer<typeof Completion>['usage']>) {
  const { prompt_tokens, completion_tokens, total_tokens, completion_tokens_details: details } = usage;
  const reasoning = details?.reasoning_tokens;
  const isPart = typeof reasoning === 'number' && typeof completion_tokens === 'number';
  return {
    promptTokenCount: prompt_tokens,
    // They hold the tokens of thinking, which Google counts beside them.
    candidatesTokenCount: isPart ? completion_tokens - reasoning : completion_tokens,
    thoughtsTokenCount: reasoning,
    totalTokenCount: total_tokens,
    ...(typeof details?.image_tokens === 'number' && {
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: details.image_tokens }],
    }),
  };
}

import { z } from 'zod';
import { sum, usdAtLeast, type Usd } from '../../core/pricing/money.ts';
import { list, maybe, tally, word } from '../lenient.ts';

const Tokens = z.union([tally, z.unknown()]).optional();

/** Dollars, as a number or in digits; whatever else is no statement. */
const Dollars = maybe(z.union([z.number(), z.string()]).transform((amount) => usdAtLeast(String(amount))));

/** A chat completion, the language of most gateways: https://openrouter.ai/docs/api-reference/chat-completion, checked 2026-11-26. */
const Completion = z.object({
  choices: list(z.object({ finish_reason: word, message: maybe(z.object({ refusal: word })) })),
  usage: maybe(
    z.object({
      prompt_tokens: Tokens,
      completion_tokens: Tokens,
      total_tokens: Tokens,
      completion_tokens_details: maybe(z.object({ image_tokens: Tokens, reasoning_tokens: Tokens })),
      // https://openrouter.ai/docs/use-cases/usage-accounting, checked 2026-11-26
      cost: Dollars,
      is_byok: maybe(z.boolean()),
      cost_details: maybe(z.object({ upstream_inference_cost: Dollars })),
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
    stated: usage && statedIn(usage),
    modelVersion: model,
    responseId: id,
  };
}

/** With a key of the user's own at the maker, the gateway's fee comes beside what the maker charges. */
function statedIn({ cost, is_byok, cost_details }: Reported): Usd | null {
  const upstream = is_byok === true ? cost_details?.upstream_inference_cost : null;
  return cost && upstream ? sum([cost, upstream]) : (cost ?? null);
}

const REASONS: Readonly<Record<string, string>> = {
  stop: 'STOP',
  content_filter: 'SAFETY',
  length: 'MAX_TOKENS',
};

type Reported = NonNullable<z.infer<typeof Completion>['usage']>;

function usageIn(usage: Reported) {
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

import type { Refusal } from '../faults/fault.ts';
import type { CheckedRequest } from './check-request.ts';
import type { Usage } from '../account/meter.ts';
import { promptDetails } from './usage.ts';
import type { WireBody } from './wire.ts';

/** An answer without a picture: no image tokens, and no thoughts either where the prompt itself was blocked. */
export function refusal(
  request: CheckedRequest,
  { blockReason, finishReason, finishMessage, content, usage: reportsUsage }: Refusal,
  usage: Usage,
): { readonly body: WireBody; readonly charged: Usage | null } {
  const thoughts = blockReason === undefined ? usage.thoughts : 0;
  const candidate = {
    ...(content !== undefined && { content }),
    ...(finishMessage !== undefined && { finishMessage }),
    finishReason,
    index: 0,
  };
  const body = {
    ...(blockReason === undefined ? { candidates: [candidate] } : { promptFeedback: { blockReason } }),
    ...(reportsUsage && { usageMetadata: metadata(request, usage, thoughts) }),
  };
  return {
    body,
    charged: reportsUsage ? { ...usage, image: 0, drafts: 0, rest: 0, thoughts, searches: 0 } : null,
  };
}

// A refusal counts its thoughts twice, as candidates too; the total has them once.
function metadata(request: CheckedRequest, usage: Usage, thoughts: number): Record<string, unknown> {
  const prompt = usage.promptText + usage.promptImage;
  return {
    promptTokenCount: prompt,
    totalTokenCount: prompt + thoughts,
    promptTokensDetails: promptDetails(usage.promptText, usage.promptImage),
    ...(thoughts > 0 && { candidatesTokenCount: thoughts, thoughtsTokenCount: thoughts }),
    serviceTier: request.tier,
  };
}

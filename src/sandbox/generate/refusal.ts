import type { Refusal } from '../faults/fault.ts';
import type { Job } from './read-request.ts';
import type { Usage } from '../account/meter.ts';
import { promptDetails } from './usage.ts';
import type { WireBody } from './wire.ts';

/** An answer without a picture: no image tokens, and a blocked prompt was not even thought about. */
export function refusal(
  job: Job,
  { blockReason, finishReason, finishMessage, content, usage: reports }: Refusal,
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
    ...(reports && { usageMetadata: metadata(job, usage, thoughts) }),
  };
  return { body, charged: reports ? { ...usage, image: 0, rest: 0, thoughts, searches: 0 } : null };
}

// On refusals the count of candidates mirrors that of the thoughts; the total has them once.
function metadata(job: Job, usage: Usage, thoughts: number): Record<string, unknown> {
  const prompt = usage.promptText + usage.promptImage;
  return {
    promptTokenCount: prompt,
    totalTokenCount: prompt + thoughts,
    promptTokensDetails: promptDetails(usage.promptText, usage.promptImage),
    ...(thoughts > 0 && { candidatesTokenCount: thoughts, thoughtsTokenCount: thoughts }),
    serviceTier: job.tier,
  };
}

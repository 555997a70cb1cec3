import type { Model } from '../catalogue/model.ts';
import { isUnread, type Reply, type Usage } from '../order/reply.ts';

/** Why the usage of an answer cannot be believed, as a clause; null where it can, or where there is none. */
export function doubtOf({ model, reply }: { readonly model: Model; readonly reply: Reply }): string | null {
  const { usage, usageProblem } = reply;
  if (usageProblem !== undefined) return usageProblem;
  return usage === null ? null : (beyondLimits(usage, model) ?? tooLittle(usage, model, reply));
}

function beyondLimits(usage: Usage, { inputs, maxOutputTokens }: Model): string | null {
  const counts = [usage.prompt, usage.candidates, usage.thoughts, usage.total, usage.imageOutput ?? 0];
  const odd = counts.find((count) => !Number.isSafeInteger(count) || count < 0);
  if (odd !== undefined) return `${odd} is no number of tokens`;
  const { prompt, candidates, thoughts } = usage;
  if (prompt > inputs.maxPromptTokens) {
    return `${prompt} tokens of input are more than the ${inputs.maxPromptTokens} that the model takes`;
  }
  // A refusal may count its thoughts among the candidates too.
  const output = Math.max(candidates, thoughts);
  if (maxOutputTokens !== null && output > maxOutputTokens) {
    return `${output} tokens of output are more than the ${maxOutputTokens} that the model can give`;
  }
  return null;
}

/** A picture came, and fewer tokens were counted than the smallest of the model takes. */
function tooLittle(usage: Usage, { resolutions }: Model, { images, extras, refusals }: Reply): string | null {
  if (images.length + extras.length === 0 && !refusals.some(isUnread)) return null;
  const least = Math.min(...Object.values(resolutions).map(({ tokens }) => tokens ?? 0));
  const counted = Math.max(usage.imageOutput ?? 0, usage.candidates);
  return counted >= least
    ? null
    : `${counted} tokens of output are fewer than the ${least} of the smallest picture`;
}

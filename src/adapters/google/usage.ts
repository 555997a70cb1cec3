import { z } from 'zod';
import type { Lane } from '../../core/catalogue/model.ts';
import type { Usage } from '../../core/order/reply.ts';
import { maybe, tally, word } from '../lenient.ts';

// A split is read whole or not at all: half of one would bill image tokens as text.
const Split = maybe(z.array(z.object({ modality: z.string(), tokenCount: tally.nullish() })));

export const UsageMetadata = z.object({
  promptTokenCount: maybe(tally),
  promptTokensDetails: Split,
  toolUsePromptTokenCount: maybe(tally),
  candidatesTokenCount: maybe(tally),
  candidatesTokensDetails: Split,
  thoughtsTokenCount: maybe(tally),
  totalTokenCount: maybe(tally),
  serviceTier: word,
});

type Report = z.infer<typeof UsageMetadata>;

/** The tokens that were reported; null when the report does not say enough to bill by it. */
export function usageOf(report: Report): Usage | null {
  const { promptTokenCount, candidatesTokenCount, totalTokenCount } = report;
  if (!known(promptTokenCount)) return null;
  const prompt = promptTokenCount + stated(report.toolUsePromptTokenCount, 0);
  const output = known(totalTokenCount) ? Math.max(totalTokenCount - prompt, 0) : null;
  const thoughts = stated(report.thoughtsTokenCount, unlistedThoughts(report, output));
  const imageOutput = tokensOf('IMAGE', report.candidatesTokensDetails);
  if (!known(candidatesTokenCount) && output === null) return null;
  const candidates = stated(candidatesTokenCount, Math.max((output ?? 0) - thoughts, 0));
  return {
    prompt,
    promptText: tokensOf('TEXT', report.promptTokensDetails),
    promptImage: tokensOf('IMAGE', report.promptTokensDetails),
    // Where the split says more than the sum, the dearer of the two is taken.
    candidates: Math.max(candidates, stated(imageOutput, 0)),
    imageOutput,
    thoughts,
    total: stated(totalTokenCount, prompt + candidates + thoughts),
    lane: LANE_OF_TIER[report.serviceTier?.toLowerCase() ?? ''] ?? null,
  };
}

/** Google's JSON leaves zeros out, so no thoughts means none, unless the total holds more than the rest explains. */
const unlistedThoughts = ({ candidatesTokenCount }: Report, output: number | null): number =>
  output !== null && known(candidatesTokenCount) ? Math.max(output - candidatesTokenCount, 0) : 0;

const known = (count: number | null | undefined): count is number => typeof count === 'number';

const stated = (count: number | null | undefined, otherwise: number): number =>
  known(count) ? count : otherwise;

/** The tokens of one modality; null where the report does not split them. */
function tokensOf(modality: string, split: Report['promptTokensDetails']): number | null {
  if (!split || split.length === 0) return null;
  return split
    .filter((share) => share.modality === modality)
    .reduce((sum, { tokenCount }) => sum + stated(tokenCount, 0), 0);
}

const LANE_OF_TIER: Readonly<Record<string, Lane>> = { standard: 'now', flex: 'flex', priority: 'priority' };
